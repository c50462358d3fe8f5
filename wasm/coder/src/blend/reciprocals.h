// 65536 / (n + 1/2), rounded down: the one division table of the blend.
#ifndef UNDERSTUDY_CODER_BLEND_RECIPROCALS_H_
#define UNDERSTUDY_CODER_BLEND_RECIPROCALS_H_

#include <cstdint>

namespace understudy::blend {

inline constexpr uint32_t kMostSeen = 1023;     // no probability counts further
inline constexpr uint32_t kMostHits = 8 * 256;  // of one state in one step: a byte's bits in the most lanes

struct Reciprocals {
  int32_t of[kMostSeen + kMostHits + 1];
  constexpr Reciprocals() : of{} {
    for (int32_t n = 0; n <= static_cast<int32_t>(kMostSeen + kMostHits); ++n) of[n] = 131072 / (2 * n + 1);
  }
};
inline constexpr Reciprocals kReciprocals;

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_RECIPROCALS_H_
