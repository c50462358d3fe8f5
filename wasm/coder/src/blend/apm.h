// Adaptive probability map (secondary symbol estimation) for many lanes: corrects a probability given a small
// context by interpolating between 16 learnt points spread over the logit. What the lanes of a step teach is
// summed per point and applied at its end; beyond kMostPull hits of one point the sum is scaled down to that
// many.
#ifndef UNDERSTUDY_CODER_BLEND_APM_H_
#define UNDERSTUDY_CODER_BLEND_APM_H_

#include <cstdint>

#include "blend/touch.h"
#include "memory.h"
#include "predictor1/logistic.h"

namespace understudy::blend {

class Apm {
 public:
  static constexpr uint32_t kPoints = 16;

  // most: hits that one step can have in all (8 a lane).
  bool Reserve(uint32_t contexts, uint32_t most) {
    contexts_ = contexts;
    return Allocate(points_, std::size_t{contexts} * kPoints) &&
           Allocate(lessons_, std::size_t{contexts} * kPoints) &&
           Allocate(touched_, std::size_t{most} * 2 + 1);
  }

  void Start() {
    uint16_t row[kPoints];
    for (uint32_t i = 0; i < kPoints; ++i) {
      const int logit = static_cast<int>(i) * 4096 / static_cast<int>(kPoints - 1) - 2048;
      row[i] =
          static_cast<uint16_t>(predictor1::Squash(predictor1::ClampLogit(logit, predictor1::kLogitLimit)));
    }
    for (std::size_t i = 0; i < std::size_t{contexts_} * kPoints; ++i) {
      points_[i] = row[i % kPoints];
      lessons_[i] = 0;
    }
    touchedCount_ = 0;
  }

  // A context that will be asked about soon.
  void Expect(uint32_t context) const { Touch(points_.get() + std::size_t{context} * kPoints + kPoints / 2); }

  // logit within +-kLogitLimit; gives 16 bits.
  int32_t Refine(int32_t logit, uint32_t context) const {
    const Between at(logit);
    const uint16_t* row = points_.get() + std::size_t{context} * kPoints + at.low;
    return (row[0] * (128 - at.weight) + row[1] * at.weight + 64) >> 7;
  }

  void Count(int32_t logit, uint32_t context, uint32_t bit) {
    const Between at(logit);
    const std::size_t first = std::size_t{context} * kPoints + at.low;
    CountPoint(first, bit, 128 - at.weight);
    CountPoint(first + 1, bit, at.weight);
  }

  void Flush() {
    for (uint32_t k = 0; k < touchedCount_; ++k) {
      const uint32_t at = touched_[k];
      const int32_t hits = lessons_[at] & (kHit - 1);
      int32_t pull = lessons_[at] >> kHitBits;
      if (hits > kMostPull) pull = pull * kMostPull / hits;
      const int32_t p = points_[at] + pull;
      points_[at] = static_cast<uint16_t>(p < 16 ? 16 : p > 65519 ? 65519 : p);
      lessons_[at] = 0;
    }
    touchedCount_ = 0;
  }

 private:
  static constexpr int kRateShift = 6;
  static constexpr int kMostPull = 24;

  struct Between {
    uint32_t low;
    int32_t weight;  // of the upper point, in 1/128
    explicit Between(int32_t logit) {
      const int32_t at = (logit + 2048) * static_cast<int32_t>(kPoints - 1);
      low = static_cast<uint32_t>(at >> 12);
      weight = (at >> 5) & 127;
    }
  };

  void CountPoint(std::size_t at, uint32_t bit, int32_t weight) {
    const int32_t target = bit ? 65535 : 0;
    const int32_t lesson = lessons_[at];
    lessons_[at] = lesson + (((target - points_[at]) * weight) >> (kRateShift + 7)) * kHit + 1;
    touched_[touchedCount_] = static_cast<uint32_t>(at);
    touchedCount_ += lesson == 0 ? 1 : 0;
  }

  // What a step teaches a point, in one number: its sum, below 2^10 a hit, over its hits. A context, and so a
  // point, is hit at most once by each of at most 256 lanes.
  static constexpr int kHitBits = 10;
  static constexpr int32_t kHit = 1 << kHitBits;

  Array<uint16_t> points_;
  Array<int32_t> lessons_;
  Array<uint32_t> touched_;
  uint32_t contexts_ = 0, touchedCount_ = 0;
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_APM_H_
