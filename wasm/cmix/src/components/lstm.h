// The LSTM byte mixer (--lstm): a small recurrent network that learns the file as it goes and says a
// distribution over the next byte. One layer with a coupled input and forget gate, a softmax over 256 bytes;
// trained by truncated backpropagation every kHorizon bytes (Adam), its output layer after each byte.
// Arithmetic in float32 in a fixed order (lstm_math.h), so native and WebAssembly builds agree.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "../logistic.h"

namespace teacher {

class Lstm {
 public:
  static constexpr int kCells = 96, kHorizon = 16, kGates = 3 * kCells;  // forget, output, candidate

  // Null when the memory cannot be had (about 2 MB).
  static std::unique_ptr<Lstm> Create();

  // P(bit = 1) at a decision of the next byte: 1 ... 65535.
  int P16(uint32_t partial) const { return p16_[partial]; }
  // The byte it expects most.
  int Top() const { return top_; }

  // Learns the byte that came, and turns to the next.
  void Update(int byte);

 private:
  using Cells = std::array<float, kCells>;
  using GateValues = std::array<float, kGates>;
  // What a byte's step left behind for backpropagation.
  struct Step {
    int input;
    Cells before, cellBefore, cell, tanhCell;
    GateValues gates;
    Cells outputError;  // of the hidden values, from this step's softmax
  };

  Lstm();
  void Forward(int input);
  void LearnOutput(int byte);
  void Backward();
  void Speak();
  template <std::size_t kSize>
  void Descend(std::array<float, kSize>& weights, std::array<float, kSize>& gradient,
               std::array<float, kSize>& mean, std::array<float, kSize>& square);

  alignas(64) std::array<GateValues, kCells> recurrent_, recurrentGradient_, recurrentMean_, recurrentSquare_;
  alignas(64) std::array<GateValues, 256> input_, inputGradient_, inputMean_, inputSquare_;
  alignas(64) GateValues bias_, biasGradient_, biasMean_, biasSquare_;
  alignas(64) std::array<std::array<float, 256>, kCells> output_;
  alignas(64) std::array<float, 256> outputBias_, probabilities_;
  Cells hidden_{}, cell_{};
  std::array<Step, kHorizon> steps_;
  int stepCount_ = 0;
  float outputRate_ = 0, rateScale_ = 1, meanDecay_ = 1, squareDecay_ = 1;
  uint64_t rounds_ = 0;
  std::array<uint16_t, 256> p16_;
  int top_ = 0;
};

}  // namespace teacher
