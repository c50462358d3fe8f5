// The LSTM byte mixer (--lstm): a small recurrent network that says a distribution over the next byte. It
// begins with weights trained before on other text (lstm_start.h) and goes on learning from the file. One
// layer with a coupled input and forget gate, each gate's sums brought to unit root mean square before gain
// and bias; a softmax over 256 bytes. Trained by truncated backpropagation every kHorizon bytes (Adam), its
// output layer after each byte (gradient descent).
// Arithmetic in float32 in a fixed order (lstm_math.h), so native and WebAssembly builds agree.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "lstm_weights.h"

namespace teacher {

// Learning rates begin as given and fall towards floor times that; after `half` rounds of backpropagation
// they are half way there.
struct LstmRates {
  float recurrent, output, floor, half;
};

class Lstm {
 public:
  static constexpr int kHorizon = 16;

  // With the weights that were trained before. Null when the memory cannot be had (about 3 MB).
  static std::unique_ptr<Lstm> Create();
  static std::unique_ptr<Lstm> Create(const LstmWeights& start, const LstmRates& rates);

  // P(bit = 1) at a decision of the next byte: 1 ... 65535.
  int P16(uint32_t partial) const { return p16_[partial]; }
  // The byte it expects most.
  int Top() const { return top_; }
  const LstmWeights& Weights() const { return weights_; }

  // Learns the byte that came, and turns to the next.
  void Update(int byte);

 private:
  // What a byte's step left behind for backpropagation.
  struct Step {
    unsigned input;
    LstmCells before, cellBefore, tanhCell;
    LstmGates normed, gates;              // the gates' sums at unit root mean square, and what came of them
    std::array<float, kLstmGates> scale;  // that made them so
    LstmCells outputError;                // of the hidden values, from this step's softmax
  };

  Lstm(const LstmWeights& start, const LstmRates& rates);
  void Forward(int input);
  void Speak();
  void LearnOutput(int byte);
  void Backward();
  // The gates' errors of a step, through the normalisation; gradients of gains and biases.
  void GateErrors(const Step& step, const LstmCells& hiddenError, LstmCells& cellError, LstmGates& error);
  void SlowDown();
  void Descend(LstmGates& weights, LstmGates& gradient, LstmGates& mean, LstmGates& square) const;

  LstmWeights weights_;
  LstmRecurrentWeights gradient_{}, mean_{}, square_{};  // Adam's memories
  alignas(64) std::array<float, 256> probabilities_{};
  alignas(64) LstmCells hidden_{}, cell_{};
  std::array<Step, kHorizon> steps_{};
  alignas(64) std::array<LstmGates, kHorizon> errors_{};  // of the gates, the last step first
  unsigned stepCount_ = 0;
  LstmRates rates_;
  float outputRate_, recurrentRate_;
  uint64_t rounds_ = 0;
  std::array<uint16_t, 256> p16_{};
  int top_ = 0;
};

}  // namespace teacher
