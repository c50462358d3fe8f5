// The logit of a probability without branches: what the student says is as often sure as not.
#ifndef UNDERSTUDY_CODER_BLEND_STRETCH_H_
#define UNDERSTUDY_CODER_BLEND_STRETCH_H_

#include <cstdint>

#include "predictor1/logistic.h"

namespace understudy::blend {

// predictor1::Stretch, of 0 ... 65535.
inline int32_t Stretch(uint32_t p16) {
  const uint32_t other = 65535 - p16, tail = p16 < other ? p16 : other;
  const int32_t middle = predictor1::kLogistic.stretchCoarse[p16 >> 4];
  const int32_t end = predictor1::kLogistic.stretchTail[tail & 4095];
  const int32_t sign = (32767 - static_cast<int32_t>(p16)) >> 31;  // -1 in the upper half
  const int32_t in_tail = (static_cast<int32_t>(tail) - 4096) >> 31;
  return middle ^ ((middle ^ ((end ^ sign) - sign)) & in_tail);
}

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_STRETCH_H_
