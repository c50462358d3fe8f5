// The small adaptive probabilities every component is made of.
//
// AdaptiveProbability: 22-bit P(bit = 1) with a 10-bit count; moves by 1/(count + 1.5), so it starts as a
// plain
//   frequency and ends, at its limit, as an exponential average.
// DirectCounter: 12-bit P(bit = 1) with a 4-bit count in 16 bits, small enough for one per context and
// decision. Both keep P strictly inside (0, 1).
#pragma once

#include <array>
#include <cstdint>

#include "logistic.h"

namespace understudy::predictor1 {

struct Reciprocals {
  std::array<int32_t, 1024> of;  // 65536 / (n + 1.5)
  constexpr Reciprocals() : of{} {
    for (int n = 0; n < 1024; ++n) of[static_cast<unsigned>(n)] = 131072 / (2 * n + 3);
  }
};
inline constexpr Reciprocals kReciprocals;

// A stretched probability and its confidence input (p - 1/2) * k, side by side as the mixer reads them.
struct LogitPair {
  int16_t logit, confidence;
};

inline LogitPair PairOf(int p16) {
  return {static_cast<int16_t>(Stretch(p16)), static_cast<int16_t>((p16 - 32768) >> 5)};
}

class AdaptiveProbability {
 public:
  AdaptiveProbability() : AdaptiveProbability(32768) {}
  explicit AdaptiveProbability(int p16) : value_(static_cast<uint32_t>(p16) << 16) {}

  int P16() const { return value_ < (1u << 16) ? 1 : static_cast<int>(value_ >> 16); }

  void Update(int bit, int limit) {
    const auto count = static_cast<int>(value_ & 1023);
    const auto p22 = static_cast<int>(value_ >> 10);
    const int target = bit ? (1 << 22) - 1 : 0;
    // 22 + 16 bits: 64-bit product
    const auto step = static_cast<int>(
        (static_cast<int64_t>(target - p22) * kReciprocals.of[static_cast<unsigned>(count)]) >> 16);
    value_ =
        static_cast<uint32_t>(p22 + step) << 10 | static_cast<uint32_t>(count < limit ? count + 1 : count);
  }

 private:
  uint32_t value_;
};

// Stored with the top bit flipped so that zeroed memory means P = 1/2, count 0.
class DirectCounter {
 public:
  static constexpr int kLimit = 15;
  static int P16(uint16_t stored) { return ((stored ^ 0x8000) & 0xFFF0) + 8; }
  static int Count(uint16_t stored) { return stored & 15; }

  static uint16_t Updated(uint16_t stored, int bit) {
    const int value = stored ^ 0x8000;
    const int count = value & 15;
    const int p12 = value >> 4;
    const int target = bit ? 4095 : 0;
    const int step = ((target - p12) * kReciprocals.of[static_cast<unsigned>(count)] + 32768) >> 16;
    return static_cast<uint16_t>(((p12 + step) << 4 | (count < kLimit ? count + 1 : count)) ^ 0x8000);
  }
};

}  // namespace understudy::predictor1
