// Which weight rows speak at a decision: each gated mixer of the first layer, each of the eight of the second
// and the final mixer has a small context of its own.
#pragma once

#include <array>
#include <cstdint>

#include "contexts.h"

namespace teacher {

// The last layer before the final mixer has exactly kMixers: the final mixer's weights over them are what the
// trace shows.
inline constexpr int kFirstMixers = 18, kMixers = 8;

inline constexpr std::array<int, kFirstMixers> kFirstRows = {
    32, 256, 2048, 2048, 1536, 320, 256, 1024, 4096, 8192, 512, 2056, 2048, 512, 512, 2048, 512, 1536};
inline constexpr std::array<int, kMixers> kSecondRows = {32, 256, 256, 192, 256, 1024, 320, 256};
inline constexpr int kFinalRows = 256;

struct Rows {
  std::array<uint32_t, kFirstMixers> first;
  std::array<uint32_t, kMixers> second;
  uint32_t final;
};

// What of a decision selects rows beside the contexts that are fixed before the byte.
struct DecisionState {
  uint32_t partial, position;
  int longBit, recentBit;     // the match models' expected bits, -1 without
  uint32_t knownOrders;       // a bit for each of the orders 1 to 8, set where the context was seen before
  int order2, order4, other;  // logits of these orders' ISSEs, and of the LSTM or else of the word's ISSE
};

class Selectors {
 public:
  // Once a byte.
  void Prepare(const Contexts& contexts, const MatchModel& longMatch, const MatchModel& recentMatch);
  void Select(const DecisionState& at, Rows& rows) const;

 private:
  std::array<uint32_t, kFirstMixers> first_{};
  std::array<uint32_t, kMixers> second_{};
};

}  // namespace teacher
