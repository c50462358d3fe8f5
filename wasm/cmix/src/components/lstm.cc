#include "lstm.h"

#include <cmath>
#include <new>

#include "lstm_math.h"

namespace teacher {
namespace {

// From weights that are trained already (measured on training text, see docs/TEACHER.md).
constexpr LstmRates kRates = {0.001f, 0.1f, 0.5f, 16384};
constexpr float kMeanKept = 0.9f, kSquareKept = 0.999f;  // Adam's memories
constexpr float kTiny = 1e-6f, kTinySquare = 1e-5f;
constexpr unsigned kCells = kLstmCells;

}  // namespace

std::unique_ptr<Lstm> Lstm::Create() {
  const std::unique_ptr<LstmWeights> start(new (std::nothrow) LstmWeights);
  if (!start) return nullptr;
  StartingWeights(*start);
  return Create(*start, kRates);
}

std::unique_ptr<Lstm> Lstm::Create(const LstmWeights& start, const LstmRates& rates) {
  return std::unique_ptr<Lstm>(new (std::nothrow) Lstm(start, rates));
}

Lstm::Lstm(const LstmWeights& start, const LstmRates& rates)
    : weights_(start), rates_(rates), outputRate_(rates.output), recurrentRate_(rates.recurrent) {
  Forward(0);
}

void Lstm::Forward(int input) {
  Step& step = steps_[stepCount_];
  step.input = static_cast<unsigned>(input);
  step.before = hidden_;
  step.cellBefore = cell_;
  const LstmRecurrentWeights& w = weights_.recurrent;
  alignas(64) LstmGates sums = w.input[step.input];
  AddProduct<kLstmCells, kLstmGates * kLstmCells>(sums.data(), w.hidden[0].data(), hidden_.data());
  for (unsigned gate = 0; gate < kLstmGates; ++gate) {
    float* z = sums.data() + gate * kCells;
    const float square = FloatDot<kLstmCells>(z, z) * (1.0f / kLstmCells);
    const float scale = 1.0f / std::sqrt(square + kTinySquare);  // square roots are exact by IEEE 754
    step.scale[gate] = scale;
    for (unsigned i = 0; i < kCells; ++i) {
      const unsigned k = gate * kCells + i;
      step.normed[k] = z[i] * scale;
      z[i] = step.normed[k] * w.gain[k] + w.bias[k];
    }
  }
  for (unsigned i = 0; i < kCells; ++i) {
    const float forget = Logistic(sums[i]), out = Logistic(sums[kCells + i]),
                candidate = Tanh(sums[2 * kCells + i]);
    cell_[i] = forget * cell_[i] + (1.0f - forget) * candidate;
    const float squashed = Tanh(cell_[i]);
    hidden_[i] = out * squashed;
    step.gates[i] = forget;
    step.gates[kCells + i] = out;
    step.gates[2 * kCells + i] = candidate;
    step.tanhCell[i] = squashed;
  }
  Speak();
}

// The distribution, and from it the probabilities of all decisions of a byte.
void Lstm::Speak() {
  alignas(64) std::array<float, 256> logits = weights_.outputBias;
  AddProduct<kLstmCells, 256>(logits.data(), weights_.output[0].data(), hidden_.data());
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
  Step& step = steps_[stepCount_];
  for (unsigned j = 0; j < kCells; ++j) {
    step.outputError[j] = FloatDot<256>(weights_.output[j].data(), error.data());
    AddScaled<256>(weights_.output[j].data(), error.data(), -outputRate_ * hidden_[j]);
  }
  AddScaled<256>(weights_.outputBias.data(), error.data(), -outputRate_);
}

void Lstm::GateErrors(const Step& step, const LstmCells& hiddenError, LstmCells& cellError,
                      LstmGates& error) {
  for (unsigned i = 0; i < kCells; ++i) {
    const float forget = step.gates[i], out = step.gates[kCells + i], candidate = step.gates[2 * kCells + i];
    const float h = hiddenError[i] + step.outputError[i], squashed = step.tanhCell[i];
    const float c = cellError[i] + h * out * (1.0f - squashed * squashed);
    error[i] = c * (step.cellBefore[i] - candidate) * forget * (1.0f - forget);
    error[kCells + i] = h * squashed * out * (1.0f - out);
    error[2 * kCells + i] = c * (1.0f - forget) * (1.0f - candidate * candidate);
    cellError[i] = c * forget;
  }
  for (unsigned k = 0; k < kLstmGates * kCells; ++k) {
    gradient_.bias[k] += error[k];
    gradient_.gain[k] += error[k] * step.normed[k];
  }
  for (unsigned gate = 0; gate < kLstmGates; ++gate) {
    float* e = error.data() + gate * kCells;
    const float* normed = step.normed.data() + gate * kCells;
    for (unsigned i = 0; i < kCells; ++i) e[i] *= weights_.recurrent.gain[gate * kCells + i];
    const float mean = FloatDot<kLstmCells>(e, normed) * (1.0f / kLstmCells);
    for (unsigned i = 0; i < kCells; ++i) e[i] = (e[i] - normed[i] * mean) * step.scale[gate];
  }
}

void Lstm::Backward() {
  constexpr int kAll = kLstmGates * kLstmCells;
  alignas(64) LstmCells hiddenError{}, cellError{};
  std::array<bool, 256> used{};
  for (unsigned t = kHorizon; t-- > 0;) {
    const Step& step = steps_[t];
    LstmGates& error = errors_[kHorizon - 1 - t];
    GateErrors(step, hiddenError, cellError, error);
    for (unsigned j = 0; j < kCells; ++j)
      hiddenError[j] = FloatDot<kAll>(weights_.recurrent.hidden[j].data(), error.data());
    AddScaled<kAll>(gradient_.input[step.input].data(), error.data(), 1.0f);
    used[step.input] = true;
  }
  SlowDown();
  for (unsigned j = 0; j < kCells; ++j) {
    std::array<float, kHorizon> before;
    for (unsigned t = 0; t < kHorizon; ++t) before[t] = steps_[kHorizon - 1 - t].before[j];
    AddProduct<kHorizon, kAll>(gradient_.hidden[j].data(), errors_[0].data(), before.data());
    Descend(weights_.recurrent.hidden[j], gradient_.hidden[j], mean_.hidden[j], square_.hidden[j]);
  }
  for (unsigned b = 0; b < 256; ++b) {
    if (used[b]) Descend(weights_.recurrent.input[b], gradient_.input[b], mean_.input[b], square_.input[b]);
  }
  Descend(weights_.recurrent.gain, gradient_.gain, mean_.gain, square_.gain);
  Descend(weights_.recurrent.bias, gradient_.bias, mean_.bias, square_.bias);
}

// Adam's memories begin as 0 and are not corrected for it: the first steps are up to three times as long.
void Lstm::SlowDown() {
  ++rounds_;
  const float slower = 1.0f / (1.0f + static_cast<float>(rounds_) / rates_.half);
  const float share = rates_.floor + (1.0f - rates_.floor) * slower;
  outputRate_ = rates_.output * share;
  recurrentRate_ = rates_.recurrent * share;
}

void Lstm::Descend(LstmGates& weights, LstmGates& gradient, LstmGates& mean, LstmGates& square) const {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float g = gradient[i];
    mean[i] = mean[i] * kMeanKept + g * (1.0f - kMeanKept);
    square[i] = square[i] * kSquareKept + g * g * (1.0f - kSquareKept);
    weights[i] -= recurrentRate_ * mean[i] / (std::sqrt(square[i]) + kTiny);
    gradient[i] = 0;
  }
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
