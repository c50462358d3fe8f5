#include "frequencies.h"

#include <algorithm>

#include "exp2_table.h"
#include "network/simd.h"

namespace understudy {
namespace {

using simd::V4;

constexpr int32_t kLogitLimit = 1 << 24;  // no proven student comes near; keeps differences within int32
constexpr uint32_t kShared = kTotal - kSymbols;

int32_t ToInteger(float logit) {
  // The comparisons are false for NaN, which becomes the lower limit.
  if (!(logit > static_cast<float>(-kLogitLimit))) return -kLogitLimit;
  if (logit >= static_cast<float>(kLogitLimit)) return kLogitLimit;
  return static_cast<int32_t>(logit);
}

// Logits load as four int32 at a time.
V4 LoadFour(const int16_t* logits) { return simd::LoadInt16(logits); }
V4 LoadFour(const int32_t* logits) { return simd::Load(logits); }

template <typename T>
void FromIntegers(const T* logits, uint32_t* frequencies) {
  V4 most = LoadFour(logits);
  for (uint32_t i = 4; i < kSymbols; i += 4) most = simd::Max(most, LoadFour(logits + i));
  const V4 largest = simd::Splat(simd::Largest(most));
  const V4 farthest = simd::Splat(kExp2Entries - 1);
  uint32_t distances[kSymbols];
  for (uint32_t i = 0; i < kSymbols; i += 4) {
    simd::Store(distances + i, simd::Min(simd::Sub(largest, LoadFour(logits + i)), farthest));
  }
  uint32_t sum = 0;
  for (uint32_t i = 0; i < kSymbols; i += 4) {
    const uint32_t a = kExp2[distances[i]];
    const uint32_t b = kExp2[distances[i + 1]];
    const uint32_t c = kExp2[distances[i + 2]];
    const uint32_t d = kExp2[distances[i + 3]];
    frequencies[i] = a;
    frequencies[i + 1] = b;
    frequencies[i + 2] = c;
    frequencies[i + 3] = d;
    sum += (a + b) + (c + d);
  }

  // floor(x / sum) by a reciprocal: rounded down twice, the quotient is at most 1 too small.
  const V4 divisor = simd::Splat(static_cast<int32_t>(sum));
  const V4 reciprocal =
      simd::Splat(static_cast<int32_t>((uint64_t{1} << 32) / sum));  // sum >= 65,536, so it fits
  const V4 shared = simd::Splat(kShared);
  const V4 one = simd::Splat(1);
  V4 given = simd::Splat(0);
  for (uint32_t i = 0; i < kSymbols; i += 4) {
    const V4 x = simd::Mul(simd::Load(frequencies + i), shared);  // <= 65,536 * 65,280 < 2^32
    const V4 quotient = simd::MulHigh(x, reciprocal);
    // A mask of all ones is -1: one more where the remainder is too large.
    const V4 more = simd::NotBelow(simd::Sub(x, simd::Mul(quotient, divisor)), divisor);
    const V4 frequency = simd::Sub(simd::Add(quotient, one), more);
    simd::Store(frequencies + i, frequency);
    given = simd::Add(given, frequency);
  }
  const V4 zero = simd::Splat(0);
  uint32_t first = 0;
  const auto is_largest = [&](uint32_t i) { return simd::Equal(simd::Load(distances + i), zero); };
  while (!simd::AnyBit(simd::Or(simd::Or(is_largest(first), is_largest(first + 4)),
                                simd::Or(is_largest(first + 8), is_largest(first + 12))))) {
    first += 16;
  }
  while (distances[first] != 0) ++first;
  frequencies[first] += kTotal - simd::Sum(given);
}

}  // namespace

void Frequencies(const float* logits, uint32_t* frequencies) {
  int32_t integers[kSymbols];
  for (uint32_t i = 0; i < kSymbols; ++i) integers[i] = ToInteger(logits[i]);
  FromIntegers(integers, frequencies);
}

void Frequencies(const int16_t* logits, uint32_t* frequencies) { FromIntegers(logits, frequencies); }

uint32_t Cumulative(const uint32_t* frequencies, uint32_t symbol) {
  V4 total = simd::Splat(0);
  uint32_t i = 0;
  for (; i + 4 <= symbol; i += 4) total = simd::Add(total, simd::Load(frequencies + i));
  uint32_t sum = simd::Sum(total);
  for (; i < symbol; ++i) sum += frequencies[i];
  return sum;
}

uint32_t FindSymbol(const uint32_t* frequencies, uint32_t target, uint32_t* cumulative) {
  constexpr uint32_t kStride = 16;
  uint32_t symbol = 0;
  uint32_t below = 0;
  while (symbol + kStride < kSymbols) {
    const V4 left = simd::Add(simd::Load(frequencies + symbol), simd::Load(frequencies + symbol + 4));
    const V4 right = simd::Add(simd::Load(frequencies + symbol + 8), simd::Load(frequencies + symbol + 12));
    const uint32_t next = below + simd::Sum(simd::Add(left, right));
    if (next > target) break;
    below = next;
    symbol += kStride;
  }
  while (below + frequencies[symbol] <= target) below += frequencies[symbol++];
  *cumulative = below;
  return symbol;
}

}  // namespace understudy
