// Adaptive probability map (secondary symbol estimation) for many lanes: corrects a probability given a small
// context by interpolating between 16 learnt points spread over the logit. What the lanes of a step teach is
// summed per point and applied at its end; beyond kMostPull hits of one point the sum is scaled down to that
// many. Sums lie apart, for the contexts of the step alone: beside the points they would take twice as much
// of the caches as those.
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

  // Where a logit, within +-kLogitLimit, lies between two points.
  struct Between {
    uint32_t low;
    int32_t weight;  // of the upper point, in 1/128
    explicit Between(int32_t logit) {
      const int32_t at = (logit + 2048) * static_cast<int32_t>(kPoints - 1);
      low = static_cast<uint32_t>(at >> 12);
      weight = (at >> 5) & 127;
    }
  };

  // most: hits that one step can have in all (8 a lane, below 2^16).
  bool Reserve(uint32_t contexts, uint32_t most) {
    contexts_ = contexts;
    return Allocate(points_, std::size_t{contexts} * kPoints) && Allocate(lessonOf_, contexts) &&
           Allocate(lessons_, std::size_t{most} + 1);
  }

  void Start() {
    uint16_t row[kPoints];
    for (uint32_t i = 0; i < kPoints; ++i) {
      const int logit = static_cast<int>(i) * 4096 / static_cast<int>(kPoints - 1) - 2048;
      row[i] =
          static_cast<uint16_t>(predictor1::Squash(predictor1::ClampLogit(logit, predictor1::kLogitLimit)));
    }
    for (std::size_t i = 0; i < std::size_t{contexts_} * kPoints; ++i) points_[i] = row[i % kPoints];
    for (uint32_t i = 0; i < contexts_; ++i) lessonOf_[i] = 0;
    lessonCount_ = 0;
  }

  // A context that will be asked about soon.
  void Expect(uint32_t context) const {
    Touch(points_.get() + std::size_t{context} * kPoints);
    Touch(lessonOf_.get() + context);
  }

  // Gives 16 bits.
  int32_t Refine(Between at, uint32_t context) const {
    const uint16_t* points = points_.get() + std::size_t{context} * kPoints + at.low;
    return (points[0] * (128 - at.weight) + points[1] * at.weight + 64) >> 7;
  }

  void Count(Between at, uint32_t context, uint32_t bit) {
    uint32_t number = lessonOf_[context];
    if (number == 0) {
      number = ++lessonCount_;
      lessonOf_[context] = static_cast<uint16_t>(number);
      lessons_[number] = {context, {}};
    }
    const uint16_t* points = points_.get() + std::size_t{context} * kPoints + at.low;
    int32_t* sums = lessons_[number].sums + at.low;
    const int32_t target = bit ? 65535 : 0;
    sums[0] += (((target - points[0]) * (128 - at.weight)) >> (kRateShift + 7)) * kHit + 1;
    sums[1] += (((target - points[1]) * at.weight) >> (kRateShift + 7)) * kHit + 1;
  }

  void Flush() {
    for (uint32_t number = 1; number <= lessonCount_; ++number) {
      const Lesson& lesson = lessons_[number];
      uint16_t* points = points_.get() + std::size_t{lesson.context} * kPoints;
      for (uint32_t i = 0; i < kPoints; ++i) {
        if (lesson.sums[i] == 0) continue;  // never of a point that was hit
        const int32_t hits = lesson.sums[i] & (kHit - 1);
        int32_t pull = lesson.sums[i] >> kHitBits;
        if (hits > kMostPull) pull = pull * kMostPull / hits;
        const int32_t p = points[i] + pull;
        points[i] = static_cast<uint16_t>(p < 16 ? 16 : p > 65519 ? 65519 : p);
      }
      lessonOf_[lesson.context] = 0;
    }
    lessonCount_ = 0;
  }

 private:
  static constexpr int kRateShift = 6;
  static constexpr int kMostPull = 24;

  // What a step teaches a point, in one number: its sum, below 2^10 a hit, over its hits. A context, and so a
  // point, is hit at most once by each of at most 256 lanes.
  static constexpr int kHitBits = 10;
  static constexpr int32_t kHit = 1 << kHitBits;

  struct Lesson {
    uint32_t context;
    int32_t sums[kPoints];
  };

  Array<uint16_t> points_;
  Array<uint16_t> lessonOf_;  // by context: the number of its lesson of this step; 0: none
  Array<Lesson> lessons_;     // from 1 on
  uint32_t contexts_ = 0, lessonCount_ = 0;
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_APM_H_
