// Logits to integer frequencies, normalisation 1 (docs/MODEL.md §5). Logits are integers in steps of 1/32 of
// a factor of two; the 256 frequencies are each at least 1 and sum to 65,536. Integers only: the same on
// every machine, and held to Python and TypeScript by tests/vectors/frequencies.json.
#ifndef UNDERSTUDY_CODER_FREQUENCIES_H_
#define UNDERSTUDY_CODER_FREQUENCIES_H_

#include <cstdint>

namespace understudy {

inline constexpr uint32_t kSymbols = 256;
inline constexpr uint32_t kTotalBits = 16;
inline constexpr uint32_t kTotal = 1u << kTotalBits;

// `logits`: 256 integers in float32, as engines give them. Anything else (a broken engine) still gives a
// valid table.
void Frequencies(const float* logits, uint32_t* frequencies);

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_FREQUENCIES_H_
