// A decision is named by its partial byte: a leading 1, then the bits of this byte so far (1 ... 255). Tables
// are laid out by nibble: the 15 decisions of half a byte lie together.
#pragma once

#include <bit>
#include <cstdint>

namespace teacher {

// Index of a decision within its nibble's tree: 1 ... 15.
inline int NodeOf(int partial) {
  if (partial < 16) return partial;
  const int bits = std::bit_width(static_cast<unsigned>(partial)) - 5;
  return (partial & ((1 << bits) - 1)) | 1 << bits;
}

// Which nibble a decision belongs to: 0 for the high one, else 16 + the high nibble's value.
inline uint32_t NibbleOf(uint32_t partial) {
  return partial < 16 ? 0 : partial >> (std::bit_width(partial) - 5);
}

}  // namespace teacher
