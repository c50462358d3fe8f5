// The three loops that the mixers live in, over 8 or 16 inputs: WASM SIMD by hand, plain C++ elsewhere. Same
// integers.
#ifndef UNDERSTUDY_CODER_BLEND_VECTORS_H_
#define UNDERSTUDY_CODER_BLEND_VECTORS_H_

#include <cstdint>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

namespace understudy::blend {

// Sum of products; the caller's bounds keep it within 32 bits.
template <int kInputs>
int32_t DotProduct(const int16_t* a, const int16_t* b) {
  static_assert(kInputs % 8 == 0);
#ifdef __wasm_simd128__
  v128_t sum = wasm_i32x4_dot_i16x8(wasm_v128_load(a), wasm_v128_load(b));
  for (int i = 8; i < kInputs; i += 8)
    sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(wasm_v128_load(a + i), wasm_v128_load(b + i)));
  sum = wasm_i32x4_add(sum, wasm_i32x4_shuffle(sum, sum, 2, 3, 0, 1));
  return wasm_i32x4_extract_lane(sum, 0) + wasm_i32x4_extract_lane(sum, 1);
#else
  int32_t sum = 0;
  for (int i = 0; i < kInputs; ++i) sum += a[i] * b[i];
  return sum;
#endif
}

// sums += (x >> 3) * step.
template <int kInputs>
void AddScaled(int32_t* sums, const int16_t* x, int16_t step) {
#ifdef __wasm_simd128__
  const v128_t by = wasm_i16x8_splat(step);
  for (int i = 0; i < kInputs; i += 8) {
    const v128_t input = wasm_i16x8_shr(wasm_v128_load(x + i), 3);
    wasm_v128_store(sums + i,
                    wasm_i32x4_add(wasm_v128_load(sums + i), wasm_i32x4_extmul_low_i16x8(input, by)));
    wasm_v128_store(sums + i + 4,
                    wasm_i32x4_add(wasm_v128_load(sums + i + 4), wasm_i32x4_extmul_high_i16x8(input, by)));
  }
#else
  for (int i = 0; i < kInputs; ++i) sums[i] += (x[i] >> 3) * step;
#endif
}

// weights <- clamp(weights + floor(sums * factor / 2^16), +-limit), top <- weights >> 16, sums <- 0. The
// caller's bounds keep weights + the addend within 32 bits.
template <int kInputs>
void Learn(int32_t* sums, int32_t* weights, int16_t* top, int32_t factor, int32_t limit) {
#ifdef __wasm_simd128__
  const v128_t by = wasm_i32x4_splat(factor), most = wasm_i32x4_splat(limit),
               least = wasm_i32x4_splat(-limit);
  v128_t half[2];
  for (int i = 0; i < kInputs; i += 8) {
    for (int k = 0; k < 2; ++k) {
      const v128_t sum = wasm_v128_load(sums + i + 4 * k);
      const v128_t low = wasm_u64x2_shr(wasm_i64x2_extmul_low_i32x4(sum, by), 16);
      const v128_t high = wasm_u64x2_shr(wasm_i64x2_extmul_high_i32x4(sum, by), 16);
      v128_t w =
          wasm_i32x4_add(wasm_v128_load(weights + i + 4 * k), wasm_i32x4_shuffle(low, high, 0, 2, 4, 6));
      w = wasm_i32x4_max(wasm_i32x4_min(w, most), least);
      wasm_v128_store(weights + i + 4 * k, w);
      wasm_v128_store(sums + i + 4 * k, wasm_i32x4_splat(0));
      half[k] = wasm_i32x4_shr(w, 16);
    }
    wasm_v128_store(top + i, wasm_i16x8_narrow_i32x4(half[0], half[1]));
  }
#else
  for (int i = 0; i < kInputs; ++i) {
    int32_t w = weights[i] + static_cast<int32_t>((int64_t{sums[i]} * factor) >> 16);
    w = w > limit ? limit : w < -limit ? -limit : w;
    weights[i] = w;
    top[i] = static_cast<int16_t>(w >> 16);
    sums[i] = 0;
  }
#endif
}

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_VECTORS_H_
