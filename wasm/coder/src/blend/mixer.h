// Gated mixing in the logistic domain, for many lanes at once. A set has rows of weights; each lane's context
// selects one. Errors of a step are summed per row (integer sums commute) and applied at its end, with a rate
// that grows less than the number of hits: h hits count as h / (1 + (h - 1) / kHitsHalf).
//
// Weights are 1.0 = 2^13 in 16 bits where inputs are multiplied, with 16 more bits behind them for learning.
// Bounds, with inputs within +-2047 and rates of at most 1660: a dot product stays below 16 * 2047 * 18432 <
// 2^30 and may be taken in any order; one step moves a weight by at most 2^20 * 1660 * kHitsHalf / 2^4 < 1.63
// * 2^29, so that from the limit of 2.25 it stays below 4 = 2^31.
#ifndef UNDERSTUDY_CODER_BLEND_MIXER_H_
#define UNDERSTUDY_CODER_BLEND_MIXER_H_

#include <cstdint>

#include "blend/touch.h"
#include "blend/vectors.h"
#include "memory.h"

namespace understudy::blend {

inline constexpr int kHitsHalf = 8;
inline constexpr uint32_t kMostRowHits = 4 * 256;  // a row is selected at most four times a byte and lane

// h / (1 + (h - 1) / kHitsHalf) / h in 16 fractional bits: what the mean of h errors is worth for each of
// them.
struct HitWeights {
  int32_t of[kMostRowHits + 1];
  constexpr HitWeights() : of{} {
    for (int h = 1; h <= static_cast<int>(kMostRowHits); ++h) of[h] = 65536 * kHitsHalf / (kHitsHalf + h - 1);
  }
};
inline constexpr HitWeights kHitWeights;

// Errors below this teach next to nothing, and most decisions are that sure: they are left out.
inline constexpr int32_t kLeastError16 = 256;

// What one decision teaches the mixers: the error in 1/2^12 and whether it counts at all.
struct Lesson {
  int16_t step;
  uint32_t counts;  // 1 or 0; the step is 0 then

  // error16: (bit - p) in 1/65536.
  static Lesson Of(int32_t error16) {
    const uint32_t counts = error16 >= kLeastError16 || error16 <= -kLeastError16;
    return {static_cast<int16_t>(((error16 + 8) >> 4) & -static_cast<int32_t>(counts)), counts};
  }
};

template <int kInputs>
class MixerSet {
 public:
  bool Reserve(uint32_t rows) {
    count_ = rows;
    return Allocate(rows_, rows) && Allocate(touched_, rows + 1);
  }

  // All rows start from the same weights.
  void Start(const int16_t* weights) {
    for (uint32_t row = 0; row < count_; ++row) {
      Row& r = rows_[row];
      r.hits = 0;
      for (int i = 0; i < kInputs; ++i) {
        r.top[i] = weights[i];
        r.low[i] = int32_t{weights[i]} * 65536;
        r.sums[i] = 0;
      }
    }
    touchedCount_ = 0;
  }

  // A row that will be asked for soon.
  void Expect(uint32_t row) const {
    Touch(rows_[row].top);
    Touch(rows_[row].sums + kInputs - 1);
  }

  // 1.0 = 2^13.
  const int16_t* Weights(uint32_t row) const { return rows_[row].top; }

  // add(sums) adds what the lesson is for each input: it may be nothing, since branches here would be missed
  // as often as not. Sums stay below 2^8 * 2^12 * kMostRowHits = 2^30.
  template <typename Add>
  void Count(uint32_t row, Lesson lesson, Add add) {
    Row& r = rows_[row];
    add(r.sums, lesson.step);
    touched_[touchedCount_] = row;
    touchedCount_ += lesson.counts & static_cast<uint32_t>(r.hits == 0);
    r.hits += lesson.counts;
  }

  // The end of a step. rate: in 1/65536 of a nat per nat, at most 1660.
  void Flush(int32_t rate) {
    for (uint32_t k = 0; k < touchedCount_; ++k) {
      Row& r = rows_[touched_[k]];
      // 2^29 * (rate / 2^16) * (error / 2^12) * (input / 2^5) * (hit weight / 2^16)
      const auto factor = static_cast<int32_t>((int64_t{rate} * kHitWeights.of[r.hits]) >> 4);  // below 2^23
      Learn<kInputs>(r.sums, r.low, r.top, factor, kLimit);
      r.hits = 0;
    }
    touchedCount_ = 0;
  }

 private:
  static constexpr int32_t kLimit = 9 << 26;  // 2.25

  // What a decision reads and writes stands side by side.
  struct alignas(16) Row {
    int16_t top[kInputs];
    int32_t sums[kInputs];
    uint32_t hits;
    int32_t low[kInputs];
  };

  Array<Row> rows_;
  Array<uint32_t> touched_;
  uint32_t count_ = 0, touchedCount_ = 0;
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_MIXER_H_
