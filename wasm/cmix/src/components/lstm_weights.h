// The weights of the LSTM byte mixer, and how they are kept: text of base64 over rows of 8-bit weights.
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace teacher {

inline constexpr int kLstmCells = 128, kLstmGates = 3;  // forget, output, candidate
using LstmCells = std::array<float, kLstmCells>;
using LstmGates = std::array<float, kLstmGates * kLstmCells>;

// What backpropagation through time learns.
struct LstmRecurrentWeights {
  alignas(64) std::array<LstmGates, kLstmCells> hidden;  // by the cell whose last value comes in
  alignas(64) std::array<LstmGates, 256> input;          // by the last byte
  alignas(64) LstmGates gain, bias;
};

struct LstmWeights {
  LstmRecurrentWeights recurrent;
  alignas(64) std::array<std::array<float, 256>, kLstmCells> output;
  alignas(64) std::array<float, 256> outputBias;
};

// Small random weights, always the same.
void Randomise(LstmWeights& weights);

// Gains and biases as float32, little-endian; then each row of hidden, input and output weights: its scale as
// float32 and its weights / scale, -127 ... 127; all of it as base64 without line ends.
std::string EncodeWeights(const LstmWeights& weights);
// False when the text is no such thing.
bool DecodeWeights(const char* text, std::size_t length, LstmWeights& weights);

// Those the teacher begins with, from lstm_start.inc.
void StartingWeights(LstmWeights& weights);

}  // namespace teacher
