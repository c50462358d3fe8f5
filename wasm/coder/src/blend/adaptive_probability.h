// A probability that many lanes move in one step. Hits of a step are counted, not applied: counts commute, so
// the order of the lanes does not matter. Flush moves the probability as that many hits one after the other
// would have done.
#ifndef UNDERSTUDY_CODER_BLEND_ADAPTIVE_PROBABILITY_H_
#define UNDERSTUDY_CODER_BLEND_ADAPTIVE_PROBABILITY_H_

#include <cstdint>

#include "blend/reciprocals.h"

namespace understudy::blend {

// Zeros and ones of one step, in the low and the high half; at most 8 a lane.
class Hits {
 public:
  // 1 at the first one of a step, else 0: the caller then lists it for the step's end.
  uint32_t Count(uint32_t bit) {
    const uint32_t before = both_;
    both_ = before + 1 + bit * 0xFFFF;
    return before == 0 ? 1 : 0;
  }
  uint32_t zeros() const { return both_ & 0xFFFF; }
  uint32_t ones() const { return both_ >> 16; }
  void Clear() { both_ = 0; }

 private:
  uint32_t both_;
};

class AdaptiveProbability {
 public:
  // p16: P(bit = 1) in 16 bits, 1 ... 65535.
  void Reset(int32_t p16) {
    p22_ = p16 << 6;
    seen_ = 0;
  }

  int32_t P16() const { return p22_ < 64 ? 1 : p22_ >> 6; }

  // The end of a step: p <- (p (seen + 1/2) + ones) / (seen + hits + 1/2), seen <- min(seen + hits, limit).
  void Move(Hits& hits, uint32_t limit) {
    const uint32_t ones = hits.ones(), all = ones + hits.zeros();
    const int64_t pull = int64_t{ones} * kOne - int64_t{all} * p22_;
    p22_ += static_cast<int32_t>((pull * kReciprocals.of[seen_ + all]) >> 16);
    seen_ = seen_ + all < limit ? seen_ + all : limit;
    hits.Clear();
  }

 private:
  static constexpr int32_t kOne = (1 << 22) - 1;

  int32_t p22_;
  uint32_t seen_;
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_ADAPTIVE_PROBABILITY_H_
