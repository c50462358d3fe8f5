// Dot products of 16-bit inputs and weights. Lanes of 32 bits cannot overflow as long as inputs lie within
// +-2047 and there are at most 256 of them; lanes are added up in 64 bits. So sums may be taken in any order,
// and all builds agree.
#pragma once

#include <cstdint>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__AVX2__)
#include <immintrin.h>
#endif

namespace teacher {

// kCount: a multiple of 16, at most 256. Both arrays are aligned to 32 bytes.
template <int kCount>
inline int64_t DotProduct(const int16_t* __restrict inputs, const int16_t* __restrict weights) {
  static_assert(kCount % 16 == 0 && kCount <= 256);
#if defined(__wasm_simd128__)
  v128_t first = wasm_i32x4_splat(0), second = first;
  for (int i = 0; i < kCount; i += 16) {
    first =
        wasm_i32x4_add(first, wasm_i32x4_dot_i16x8(wasm_v128_load(inputs + i), wasm_v128_load(weights + i)));
    second = wasm_i32x4_add(
        second, wasm_i32x4_dot_i16x8(wasm_v128_load(inputs + i + 8), wasm_v128_load(weights + i + 8)));
  }
  const v128_t sums = wasm_i64x2_add(
      wasm_i64x2_add(wasm_i64x2_extend_low_i32x4(first), wasm_i64x2_extend_high_i32x4(first)),
      wasm_i64x2_add(wasm_i64x2_extend_low_i32x4(second), wasm_i64x2_extend_high_i32x4(second)));
  return wasm_i64x2_extract_lane(sums, 0) + wasm_i64x2_extract_lane(sums, 1);
#elif defined(__AVX2__)
  __m256i sum = _mm256_setzero_si256();
  for (int i = 0; i < kCount; i += 16) {
    sum = _mm256_add_epi32(
        sum, _mm256_madd_epi16(_mm256_load_si256(reinterpret_cast<const __m256i*>(inputs + i)),
                               _mm256_load_si256(reinterpret_cast<const __m256i*>(weights + i))));
  }
  const __m256i wide = _mm256_add_epi64(_mm256_cvtepi32_epi64(_mm256_castsi256_si128(sum)),
                                        _mm256_cvtepi32_epi64(_mm256_extracti128_si256(sum, 1)));
  alignas(32) int64_t lanes[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), wide);
  return lanes[0] + lanes[1] + lanes[2] + lanes[3];
#else
  int32_t lanes[8] = {};
  for (int i = 0; i < kCount; i += 16) {
    for (int k = 0; k < 8; ++k) {
      lanes[k] += inputs[i + 2 * k] * weights[i + 2 * k] + inputs[i + 2 * k + 1] * weights[i + 2 * k + 1];
    }
  }
  int64_t sum = 0;
  for (const int32_t lane : lanes) sum += lane;
  return sum;
#endif
}

}  // namespace teacher
