#include "lstm.h"

#include <cmath>
#include <cstring>
#include <new>

#include "lstm_math.h"

namespace teacher {
namespace {

constexpr float kOutputRate = 0.2f, kRate = 0.006f;      // of gradient descent
constexpr float kMeanKept = 0.9f, kSquareKept = 0.999f;  // Adam's memories
constexpr float kTiny = 1e-6f;

// Uniform in +-range, from a 32-bit linear congruence.
class Seeds {
 public:
  float Next(float range) {
    state_ = state_ * 1664525u + 1013904223u;
    return (static_cast<float>(state_ >> 8) * (1.0f / 8388608) - 1.0f) * range;
  }

 private:
  uint32_t state_ = 1;
};

}  // namespace

std::unique_ptr<Lstm> Lstm::Create() { return std::unique_ptr<Lstm>(new (std::nothrow) Lstm); }

Lstm::Lstm() {
  Seeds seeds;
  const auto zero = [](auto&... tables) { (std::memset(&tables, 0, sizeof(tables)), ...); };
  zero(recurrentGradient_, recurrentMean_, recurrentSquare_, inputGradient_, inputMean_, inputSquare_,
       biasGradient_, biasMean_, biasSquare_, bias_, outputBias_, probabilities_);
  for (auto& row : recurrent_) {
    for (float& w : row) w = seeds.Next(0.1f);
  }
  for (auto& row : input_) {
    for (float& w : row) w = seeds.Next(0.3f);
  }
  for (auto& row : output_) {
    for (float& w : row) w = seeds.Next(0.1f);
  }
  for (unsigned i = 0; i < kCells; ++i) bias_[i] = 0.5f;
  outputRate_ = kOutputRate;
  Forward(0);
}

void Lstm::Forward(int input) {
  Step& step = steps_[static_cast<unsigned>(stepCount_)];
  step.input = input;
  step.before = hidden_;
  step.cellBefore = cell_;
  alignas(64) GateValues sums = bias_;
  AddScaled<kGates>(sums.data(), input_[static_cast<unsigned>(input)].data(), 1.0f);
  for (unsigned j = 0; j < kCells; ++j) AddScaled<kGates>(sums.data(), recurrent_[j].data(), hidden_[j]);
  for (unsigned i = 0; i < kCells; ++i) {
    const float forget = Logistic(sums[i]), out = Logistic(sums[kCells + i]),
                candidate = Tanh(sums[2 * kCells + i]);
    cell_[i] = forget * cell_[i] + (1.0f - forget) * candidate;
    const float squashed = Tanh(cell_[i]);
    hidden_[i] = out * squashed;
    step.gates[i] = forget;
    step.gates[kCells + i] = out;
    step.gates[2 * kCells + i] = candidate;
    step.cell[i] = cell_[i];
    step.tanhCell[i] = squashed;
  }
  Speak();
}

// The distribution, and from it the probabilities of all decisions of a byte.
void Lstm::Speak() {
  alignas(64) std::array<float, 256> logits = outputBias_;
  for (unsigned j = 0; j < kCells; ++j) AddScaled<256>(logits.data(), output_[j].data(), hidden_[j]);
  float most = logits[0];
  top_ = 0;
  for (int s = 1; s < 256; ++s) {
    if (logits[static_cast<unsigned>(s)] > most) {
      most = logits[static_cast<unsigned>(s)];
      top_ = s;
    }
  }
  for (unsigned s = 0; s < 256; ++s) probabilities_[s] = Exp(logits[s] - most);
  float lanes[16] = {};
  for (unsigned s = 0; s < 256; s += 16) {
    for (unsigned k = 0; k < 16; ++k) lanes[k] += probabilities_[s + k];
  }
  for (unsigned k = 1; k < 16; ++k) lanes[0] += lanes[k];
  const float scale = 1.0f / lanes[0];
  std::array<uint32_t, 512> counts;  // by partial byte, in units of 2^-22
  for (unsigned s = 0; s < 256; ++s) {
    probabilities_[s] *= scale;
    counts[256 + s] = 1 + static_cast<uint32_t>(probabilities_[s] * 4194304.0f);
  }
  for (unsigned i = 255; i >= 1; --i) {
    counts[i] = counts[2 * i] + counts[2 * i + 1];
    const auto p = static_cast<uint32_t>((uint64_t{counts[2 * i + 1]} << 16) / counts[i]);
    p16_[i] = static_cast<uint16_t>(p < 1 ? 1 : p);
  }
}

void Lstm::LearnOutput(int byte) {
  alignas(64) std::array<float, 256> error = probabilities_;
  error[static_cast<unsigned>(byte)] -= 1.0f;
  Step& step = steps_[static_cast<unsigned>(stepCount_)];
  for (unsigned j = 0; j < kCells; ++j) {
    step.outputError[j] = FloatDot<256>(output_[j].data(), error.data());
    AddScaled<256>(output_[j].data(), error.data(), -outputRate_ * hidden_[j]);
  }
  AddScaled<256>(outputBias_.data(), error.data(), -outputRate_);
}

template <std::size_t kSize>
void Lstm::Descend(std::array<float, kSize>& weights, std::array<float, kSize>& gradient,
                   std::array<float, kSize>& mean, std::array<float, kSize>& square) {
  for (std::size_t i = 0; i < kSize; ++i) {
    const float g = gradient[i];
    mean[i] = mean[i] * kMeanKept + g * (1.0f - kMeanKept);
    square[i] = square[i] * kSquareKept + g * g * (1.0f - kSquareKept);
    weights[i] -=
        rateScale_ * mean[i] / (std::sqrt(square[i]) + kTiny);  // square roots are exact by IEEE 754
    gradient[i] = 0;
  }
}

void Lstm::Backward() {
  alignas(64) Cells hiddenError{}, cellError{};
  alignas(64) GateValues sumsError;
  std::array<bool, 256> used{};
  for (unsigned t = kHorizon; t-- > 0;) {
    const Step& step = steps_[t];
    for (unsigned i = 0; i < kCells; ++i) {
      const float forget = step.gates[i], out = step.gates[kCells + i],
                  candidate = step.gates[2 * kCells + i];
      const float h = hiddenError[i] + step.outputError[i], squashed = step.tanhCell[i];
      const float c = cellError[i] + h * out * (1.0f - squashed * squashed);
      sumsError[i] = c * (step.cellBefore[i] - candidate) * forget * (1.0f - forget);
      sumsError[kCells + i] = h * squashed * out * (1.0f - out);
      sumsError[2 * kCells + i] = c * (1.0f - forget) * (1.0f - candidate * candidate);
      cellError[i] = c * forget;
    }
    for (unsigned j = 0; j < kCells; ++j) {
      AddScaled<kGates>(recurrentGradient_[j].data(), sumsError.data(), step.before[j]);
      hiddenError[j] = FloatDot<kGates>(recurrent_[j].data(), sumsError.data());
    }
    AddScaled<kGates>(inputGradient_[static_cast<unsigned>(step.input)].data(), sumsError.data(), 1.0f);
    AddScaled<kGates>(biasGradient_.data(), sumsError.data(), 1.0f);
    used[static_cast<unsigned>(step.input)] = true;
  }
  // Adam's correction for memories that begin as 0; then the rate falls slowly.
  ++rounds_;
  meanDecay_ *= kMeanKept;
  squareDecay_ *= kSquareKept;
  const float slower = 1.0f / (1.0f + static_cast<float>(rounds_) * (1.0f / 16384));
  outputRate_ = kOutputRate * (0.25f + 0.75f * slower);
  rateScale_ = (kRate * (0.25f + 0.75f * slower)) * std::sqrt(1.0f - squareDecay_) / (1.0f - meanDecay_);
  for (unsigned j = 0; j < kCells; ++j)
    Descend(recurrent_[j], recurrentGradient_[j], recurrentMean_[j], recurrentSquare_[j]);
  for (unsigned b = 0; b < 256; ++b) {
    if (used[b]) Descend(input_[b], inputGradient_[b], inputMean_[b], inputSquare_[b]);
  }
  Descend(bias_, biasGradient_, biasMean_, biasSquare_);
}

void Lstm::Update(int byte) {
  LearnOutput(byte);
  if (++stepCount_ == kHorizon) {
    Backward();
    stepCount_ = 0;
  }
  Forward(byte);
}

}  // namespace teacher
