// Gated linear mixing in the logistic domain. A MixerSet is one gated mixer: a context selects one of its
// weight rows, the row's dot product with the inputs is its logit, and the row learns from its own error.
// Weights live twice: 32 bits (1.0 = 2^29) for learning, their top 16 bits (1.0 = 2^13) for the dot product.
// The row limit keeps kMixerInputs * kLogitLimit * kWeightLimit inside 32 bits, so sums cannot overflow and
// may be taken in any order: scalar and SIMD builds agree. Loops have fixed trip counts and are left to the
// compiler's vectoriser.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "logistic.h"
#include "table.h"

namespace understudy::predictor1 {

inline constexpr int kMixerInputs = 80;
inline constexpr int kMixers = 8;
inline constexpr int kWeightOne = 1 << 13;
inline constexpr int kWeightLimit = 13100;
static_assert(int64_t{kMixerInputs} * kLogitLimit * kWeightLimit < (int64_t{1} << 31));

inline int Dot(const int16_t* __restrict inputs, const int16_t* __restrict weights) {
  int32_t sum = 0;
  for (int i = 0; i < kMixerInputs; ++i) sum += inputs[i] * weights[i];
  return sum;
}

// One step of online gradient descent: weight += rate * error * input. error16: (bit - p) in 1/65536.
// rate: learning rate in 1/65536 of a nat per nat (at most 4096 = 1/16).
inline void Train(const int16_t* __restrict inputs, int32_t* __restrict weights, int16_t* __restrict top,
                  int error16, int rate) {
  // 2^29 * (rate / 2^16) * (error / 2^16) * (input / 2^8) = input * step * 4, with
  const int step = (error16 * rate + (1 << 12)) >> 13;
  if (step == 0) return;  // nothing would change
  constexpr int32_t kLimit = kWeightLimit << 16;
  for (int i = 0; i < kMixerInputs; ++i) {
    int32_t w = weights[i] + inputs[i] * step * 4;
    w = w > kLimit ? kLimit : w;
    w = w < -kLimit ? -kLimit : w;
    weights[i] = w;
    top[i] = static_cast<int16_t>((w + (1 << 15)) >> 16);
  }
}

class MixerSet {
 public:
  using Weights = std::array<int16_t, kMixerInputs>;  // 1.0 = 2^13

  bool Allocate(int rows) {
    const auto count = static_cast<std::size_t>(rows) * kMixerInputs;
    return weights_.Allocate(count) && top_.Allocate(count);
  }
  // Every row begins with these weights.
  void Start(int rows, const Weights& initial) {
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
      for (std::size_t i = 0; i < kMixerInputs; ++i) {
        weights_.data()[row * kMixerInputs + i] = int32_t{initial[i]} * 65536;
        top_.data()[row * kMixerInputs + i] = initial[i];
      }
    }
  }

  const int16_t* Row(uint32_t row) const {
    return top_.data() + static_cast<std::size_t>(row) * kMixerInputs;
  }
  // Logit within +-kLogitLimit.
  int Mix(const int16_t* inputs, uint32_t row) const {
    return ClampLogit(Dot(inputs, Row(row)) >> 13, kLogitLimit);
  }
  void Learn(const int16_t* inputs, uint32_t row, int error16, int rate) {
    Train(inputs, weights_.data() + static_cast<std::size_t>(row) * kMixerInputs,
          top_.data() + static_cast<std::size_t>(row) * kMixerInputs, error16, rate);
  }

 private:
  Table<int32_t> weights_;
  Table<int16_t> top_;
};

// A final mixer over the logits of kInputs gated ones: weights in 1/65536, plain 64-bit sums.
template <int kInputs>
class FinalMixer {
 public:
  bool Allocate(int rows) { return weights_.Allocate(static_cast<std::size_t>(rows) * kInputs); }
  // Every row begins as the mean.
  void Start(int rows) {
    std::fill_n(weights_.data(), static_cast<std::size_t>(rows) * kInputs, 65536 / kInputs);
  }

  const int32_t* Row(uint32_t row) const { return weights_.data() + static_cast<std::size_t>(row) * kInputs; }
  // Logit within +-kFinalLogitLimit.
  int Mix(const int16_t* inputs, uint32_t row) const {
    const int32_t* w = Row(row);
    int64_t sum = 0;
    for (int i = 0; i < kInputs; ++i) sum += int64_t{inputs[i]} * w[i];
    return ClampLogit(static_cast<int>(sum >> 16), kFinalLogitLimit);
  }
  void Learn(const int16_t* inputs, uint32_t row, int error16, int rate) {
    int32_t* w = weights_.data() + static_cast<std::size_t>(row) * kInputs;
    for (int i = 0; i < kInputs; ++i) {
      // 2^16 * rate / 2^16 * error / 2^16 * input / 2^8
      const int64_t step = (int64_t{inputs[i]} * error16 * rate + (1 << 23)) >> 24;
      int64_t next = w[i] + step;
      if (next > 4 * 65536) next = 4 * 65536;
      if (next < -4 * 65536) next = -4 * 65536;
      w[i] = static_cast<int32_t>(next);
    }
  }

 private:
  Table<int32_t> weights_;
};

}  // namespace understudy::predictor1
