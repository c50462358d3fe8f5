// The head of a student block's payload: the lengths of its lane streams (docs/FORMAT.md §7). All but the
// last are written, as a minimum (varint), a width in bits (one byte) and the differences from the minimum,
// least significant bit first; the last stream takes what is left of the payload. One lane needs no head.
#ifndef UNDERSTUDY_CODER_LANE_LENGTHS_H_
#define UNDERSTUDY_CODER_LANE_LENGTHS_H_

#include <cstdint>
#include <span>

namespace understudy {

// Most bytes the head of `lanes` lengths can take.
constexpr uint32_t MaxLaneLengthBytes(uint32_t lanes) { return 5 + 1 + 4 * lanes; }

// Returns the bytes written to `out`.
uint32_t WriteLaneLengths(std::span<const uint32_t> lengths, uint8_t* out);

// Fills `lengths` from the start of `payload`, the last one from what is left. Returns the bytes of the head,
// or -1 if the payload is damaged: cut short, not in the shortest form, or lengths that pass its end.
int64_t ReadLaneLengths(std::span<const uint8_t> payload, std::span<uint32_t> lengths);

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_LANE_LENGTHS_H_
