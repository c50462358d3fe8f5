#include "frequencies.h"

#include <algorithm>

#include "exp2_table.h"

namespace understudy {
namespace {

constexpr int32_t kLogitLimit = 1 << 24;  // no proven student comes near; keeps differences within int32
constexpr uint32_t kShared = kTotal - kSymbols;

int32_t ToInteger(float logit) {
  // The comparisons are false for NaN, which becomes the lower limit.
  if (!(logit > static_cast<float>(-kLogitLimit))) return -kLogitLimit;
  if (logit >= static_cast<float>(kLogitLimit)) return kLogitLimit;
  return static_cast<int32_t>(logit);
}

}  // namespace

void Frequencies(const float* logits, uint32_t* frequencies) {
  int32_t integers[kSymbols];
  for (uint32_t i = 0; i < kSymbols; ++i) integers[i] = ToInteger(logits[i]);
  int32_t largest = integers[0];
  for (uint32_t i = 1; i < kSymbols; ++i) largest = std::max(largest, integers[i]);

  uint32_t sum = 0;
  for (uint32_t i = 0; i < kSymbols; ++i) {
    const uint32_t d = std::min<uint32_t>(static_cast<uint32_t>(largest - integers[i]), kExp2Entries - 1);
    frequencies[i] = kExp2[d];
    sum += frequencies[i];
  }

  // floor(x / sum) by a reciprocal: rounded down twice, the quotient is at most 1 too small.
  const uint32_t reciprocal = static_cast<uint32_t>((uint64_t{1} << 32) / sum);  // sum >= 65,536, so it fits
  uint32_t given = 0;
  for (uint32_t i = 0; i < kSymbols; ++i) {
    const uint32_t x = frequencies[i] * kShared;  // <= 65,536 * 65,280 < 2^32
    uint32_t quotient = static_cast<uint32_t>((uint64_t{x} * reciprocal) >> 32);
    quotient += x - quotient * sum >= sum ? 1 : 0;
    frequencies[i] = quotient + 1;
    given += quotient + 1;
  }
  uint32_t first = 0;
  while (integers[first] != largest) ++first;
  frequencies[first] += kTotal - given;
}

}  // namespace understudy
