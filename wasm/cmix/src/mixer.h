// Gated linear mixing in the logistic domain. A MixerSet is one gated mixer: a context selects one of its
// weight rows, the row's dot product with the inputs is its logit, and the row learns from its own error.
// Weights live twice: 32 bits (1.0 = 2^29) for learning, their rounded top 16 bits (1.0 = 2^13) for the dot
// product. A row that was never learnt is not there: its parent's row, which is learnt always, speaks for it,
// and is what it begins with. So a set may have many rows without any of them starting from nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "dot_product.h"
#include "logistic.h"
#include "table.h"

namespace teacher {

// An error not worth learning from: it costs time and teaches nothing (measured).
inline constexpr int kSmallError = 150;
inline constexpr int kWeightOne = 1 << 13;
inline constexpr int kWeightLimit = 28000;  // a step more still fits 32 bits

// One step of online gradient descent: weight += rate * error * input. error16: (bit - p) in 1/65536.
// rate: learning rate in 1/65536 of a nat per nat (at most 4096 = 1/16).
template <int kInputs>
inline void Train(const int16_t* __restrict inputs, int32_t* __restrict weights, int16_t* __restrict top,
                  int error16, int rate) {
  // 2^29 * (rate / 2^16) * (error / 2^16) * (input / 2^8) = input * step * 4, with
  const int step = ((error16 * rate + (1 << 12)) >> 13) * 4;
  if (step == 0) return;  // nothing would change
  constexpr int32_t kLimit = kWeightLimit << 16;
  for (int i = 0; i < kInputs; ++i) {
    int32_t w = weights[i] + inputs[i] * step;
    w = w > kLimit ? kLimit : w;
    w = w < -kLimit ? -kLimit : w;
    weights[i] = w;
    top[i] = static_cast<int16_t>((w + (1 << 15)) >> 16);
  }
}

template <int kInputs>
class MixerSet {
 public:
  using Weights = std::array<int16_t, kInputs>;  // 1.0 = 2^13

  bool Allocate(int rows) {
    rows_ = static_cast<std::size_t>(rows);
    return weights_.Allocate(rows_ * kInputs) && top_.Allocate(rows_ * kInputs) && learnt_.Allocate(rows_);
  }
  // A set without a parent: every row begins with these weights.
  void Start(const Weights& initial) {
    parent_ = nullptr;
    for (std::size_t row = 0; row < rows_; ++row) {
      for (std::size_t i = 0; i < kInputs; ++i) {
        weights_.data()[row * kInputs + i] = int32_t{initial[i]} * 65536;
        top_.data()[row * kInputs + i] = initial[i];
      }
    }
    std::memset(learnt_.data(), 1, rows_);
  }
  void Start(const MixerSet& parent) {
    parent_ = &parent;
    std::memset(learnt_.data(), 0, rows_);
  }

  // The weights that speak: parentRow's while the row itself has not learnt.
  const int16_t* Row(uint32_t row, uint32_t parentRow) const {
    return learnt_.data()[row] ? top_.data() + row * std::size_t{kInputs} : parent_->Row(parentRow, 0);
  }
  // Logit within +-kLogitLimit.
  int Mix(const int16_t* inputs, uint32_t row, uint32_t parentRow) const {
    const int64_t sum = DotProduct<kInputs>(inputs, Row(row, parentRow)) >> 13;
    return sum > kLogitLimit ? kLogitLimit : sum < -kLogitLimit ? -kLogitLimit : static_cast<int>(sum);
  }
  void Learn(const int16_t* inputs, uint32_t row, uint32_t parentRow, int error16, int rate) {
    if (error16 < kSmallError && error16 > -kSmallError) return;
    const std::size_t at = row * std::size_t{kInputs};
    if (!learnt_.data()[row]) {
      const std::size_t from = parentRow * std::size_t{kInputs};
      std::memcpy(weights_.data() + at, parent_->weights_.data() + from, kInputs * sizeof(int32_t));
      std::memcpy(top_.data() + at, parent_->top_.data() + from, kInputs * sizeof(int16_t));
      learnt_.data()[row] = 1;
    }
    Train<kInputs>(inputs, weights_.data() + at, top_.data() + at, error16, rate);
  }

 private:
  Table<int32_t> weights_;
  Table<int16_t> top_;
  Table<uint8_t> learnt_;
  const MixerSet* parent_ = nullptr;
  std::size_t rows_ = 0;
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

}  // namespace teacher
