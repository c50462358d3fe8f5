// The loops that the mixers live in, over 8 or 16 inputs: WASM SIMD by hand, plain C++ elsewhere. Same
// integers.
#ifndef UNDERSTUDY_CODER_BLEND_VECTORS_H_
#define UNDERSTUDY_CODER_BLEND_VECTORS_H_

#include <cstdint>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

namespace understudy::blend {

// Sixteen inputs of a decision. They are put together in registers: stored one by one and loaded as vectors
// right behind, each decision would wait for its own stores.
class Inputs {
 public:
  template <int kIndex>
  void Load(const int16_t* from) {
#ifdef __wasm_simd128__
    halves_[kIndex / 8] = wasm_v128_load16_lane(from, halves_[kIndex / 8], kIndex % 8);
#else
    values_[kIndex] = *from;
#endif
  }

  template <int kIndex>
  void Set(int32_t value) {
#ifdef __wasm_simd128__
    halves_[kIndex / 8] =
        wasm_i16x8_replace_lane(halves_[kIndex / 8], kIndex % 8, static_cast<int16_t>(value));
#else
    values_[kIndex] = static_cast<int16_t>(value);
#endif
  }

  // Sums of products with four rows of weights, shifted down by kShift and held within +-limit. The caller's
  // bounds keep the sums within 32 bits.
  template <int kShift>
  void Dots(const int16_t* const (&weights)[4], int32_t limit, int32_t (&out)[4]) const {
#ifdef __wasm_simd128__
    v128_t s[4];
    for (int k = 0; k < 4; ++k) {
      s[k] = wasm_i32x4_add(wasm_i32x4_dot_i16x8(halves_[0], wasm_v128_load(weights[k])),
                            wasm_i32x4_dot_i16x8(halves_[1], wasm_v128_load(weights[k] + 8)));
    }
    const v128_t low = wasm_i32x4_add(wasm_i32x4_shuffle(s[0], s[1], 0, 4, 1, 5),
                                      wasm_i32x4_shuffle(s[0], s[1], 2, 6, 3, 7));
    const v128_t high = wasm_i32x4_add(wasm_i32x4_shuffle(s[2], s[3], 0, 4, 1, 5),
                                       wasm_i32x4_shuffle(s[2], s[3], 2, 6, 3, 7));
    v128_t sums =
        wasm_i32x4_add(wasm_i32x4_shuffle(low, high, 0, 1, 4, 5), wasm_i32x4_shuffle(low, high, 2, 3, 6, 7));
    sums = wasm_i32x4_shr(sums, kShift);
    sums = wasm_i32x4_min(wasm_i32x4_max(sums, wasm_i32x4_splat(-limit)), wasm_i32x4_splat(limit));
    wasm_v128_store(out, sums);
#else
    for (int k = 0; k < 4; ++k) {
      int32_t sum = 0;
      for (int i = 0; i < 16; ++i) sum += values_[i] * weights[k][i];
      sum >>= kShift;
      out[k] = sum > limit ? limit : sum < -limit ? -limit : sum;
    }
#endif
  }

  // All inputs shifted down.
  Inputs Eighths() const {
    Inputs result;
#ifdef __wasm_simd128__
    for (int h = 0; h < 2; ++h) result.halves_[h] = wasm_i16x8_shr(halves_[h], 3);
#else
    for (int i = 0; i < 16; ++i) result.values_[i] = static_cast<int16_t>(values_[i] >> 3);
#endif
    return result;
  }

  // sums[i] += input i * step.
  void AddScaled(int32_t* sums, int16_t step) const {
#ifdef __wasm_simd128__
    const v128_t by = wasm_i16x8_splat(step);
    for (int h = 0; h < 2; ++h, sums += 8) {
      wasm_v128_store(sums,
                      wasm_i32x4_add(wasm_v128_load(sums), wasm_i32x4_extmul_low_i16x8(halves_[h], by)));
      wasm_v128_store(sums + 4,
                      wasm_i32x4_add(wasm_v128_load(sums + 4), wasm_i32x4_extmul_high_i16x8(halves_[h], by)));
    }
#else
    for (int i = 0; i < 16; ++i) sums[i] += values_[i] * step;
#endif
  }

 private:
#ifdef __wasm_simd128__
  v128_t halves_[2] = {wasm_i32x4_const_splat(0), wasm_i32x4_const_splat(0)};
#else
  int16_t values_[16] = {};
#endif
};

// Sum of products; logits within 16 bits.
inline int32_t DotFour(const int32_t (&logits)[4], const int16_t* weights) {
#ifdef __wasm_simd128__
  // Each product takes the lower half of a logit times a weight; the upper half meets a zero.
  v128_t sum = wasm_i32x4_dot_i16x8(wasm_v128_load(logits), wasm_u32x4_load16x4(weights));
  sum = wasm_i32x4_add(sum, wasm_i32x4_shuffle(sum, sum, 2, 3, 0, 1));
  return wasm_i32x4_extract_lane(sum, 0) + wasm_i32x4_extract_lane(sum, 1);
#else
  return logits[0] * weights[0] + logits[1] * weights[1] + logits[2] * weights[2] + logits[3] * weights[3];
#endif
}

// sums[i] += (logits[i] >> 3) * step.
inline void AddScaledFour(int32_t* sums, const int32_t (&logits)[4], int32_t step) {
#ifdef __wasm_simd128__
  const v128_t add = wasm_i32x4_mul(wasm_i32x4_shr(wasm_v128_load(logits), 3), wasm_i32x4_splat(step));
  wasm_v128_store(sums, wasm_i32x4_add(wasm_v128_load(sums), add));
#else
  for (int i = 0; i < 4; ++i) sums[i] += (logits[i] >> 3) * step;
#endif
}

// weights <- clamp(weights + floor(sums * factor / 2^16), +-limit), top <- weights >> 16, sums <- 0. The
// caller's bounds keep weights + the addend within 32 bits.
template <int kInputs>
void Learn(int32_t* sums, int32_t* weights, int16_t* top, int32_t factor, int32_t limit) {
  static_assert(kInputs % 4 == 0);
#ifdef __wasm_simd128__
  const v128_t by = wasm_i32x4_splat(factor), most = wasm_i32x4_splat(limit),
               least = wasm_i32x4_splat(-limit);
  for (int i = 0; i < kInputs; i += 4) {
    const v128_t sum = wasm_v128_load(sums + i);
    const v128_t low = wasm_u64x2_shr(wasm_i64x2_extmul_low_i32x4(sum, by), 16);
    const v128_t high = wasm_u64x2_shr(wasm_i64x2_extmul_high_i32x4(sum, by), 16);
    v128_t w = wasm_i32x4_add(wasm_v128_load(weights + i), wasm_i32x4_shuffle(low, high, 0, 2, 4, 6));
    w = wasm_i32x4_max(wasm_i32x4_min(w, most), least);
    wasm_v128_store(weights + i, w);
    wasm_v128_store(sums + i, wasm_i32x4_const_splat(0));
    w = wasm_i32x4_shr(w, 16);
    wasm_v128_store64_lane(top + i, wasm_i16x8_narrow_i32x4(w, w), 0);
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
