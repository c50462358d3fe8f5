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
// The same for logits of a network in this module.
void Frequencies(const int16_t* logits, uint32_t* frequencies);

// Sum of the frequencies below `symbol`.
uint32_t Cumulative(const uint32_t* frequencies, uint32_t symbol);

// The symbol in whose part of 0 .. kTotal - 1 `target` lies; `cumulative` becomes the sum below it.
uint32_t FindSymbol(const uint32_t* frequencies, uint32_t target, uint32_t* cumulative);

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_FREQUENCIES_H_
