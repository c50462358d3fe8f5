// What the student says about half a byte: sums of its frequencies below each node of the nibble's tree.
#ifndef UNDERSTUDY_CODER_BLEND_NIBBLE_SUMS_H_
#define UNDERSTUDY_CODER_BLEND_NIBBLE_SUMS_H_

#include <cstdint>

#include "network/simd.h"

namespace understudy::blend {

class NibbleSums {
 public:
  // Of the first four bits, from the 256 frequencies of a byte.
  void SetFirst(const uint32_t* frequencies) {
    for (uint32_t i = 0; i < 16; i += 4) {
      simd::V4 x[4];
      for (uint32_t k = 0; k < 4; ++k) {
        const uint32_t* from = frequencies + (i + k) * 16;
        x[k] = simd::Add(simd::Add(simd::Load(from), simd::Load(from + 4)),
                         simd::Add(simd::Load(from + 8), simd::Load(from + 12)));
      }
      simd::Transpose(x);
      simd::Store(sums_ + 16 + i, simd::Add(simd::Add(x[0], x[1]), simd::Add(x[2], x[3])));
    }
    SumUp();
  }

  // Of the last four, given the first.
  void SetSecond(const uint32_t* frequencies, uint32_t first) {
    for (uint32_t i = 0; i < 16; i += 4)
      simd::Store(sums_ + 16 + i, simd::Load(frequencies + first * 16 + i));
    SumUp();
  }

  // P(bit = 1) in 16 bits at node 1 ... 15.
  uint32_t One16(uint32_t node) const {
    // A sum is at most 65,536 and the part of it below that, so that this fits into 32 bits.
    return (sums_[node * 2 + 1] << 16) / sums_[node];
  }

 private:
  void SumUp() {
    for (uint32_t node = 15; node >= 1; --node) sums_[node] = sums_[2 * node] + sums_[2 * node + 1];
  }

  alignas(16) uint32_t sums_[32];
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_NIBBLE_SUMS_H_
