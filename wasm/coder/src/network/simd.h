// Four int32 in a vector register: the few operations that the kernels need, for WASM SIMD, SSE2 (native
// tests) and plain C++. All three give the same bits.
#ifndef UNDERSTUDY_CODER_NETWORK_SIMD_H_
#define UNDERSTUDY_CODER_NETWORK_SIMD_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace understudy::simd {

#if defined(__wasm_simd128__)

using V4 = v128_t;
inline V4 Load(const void* p) { return wasm_v128_load(p); }
inline void Store(void* p, V4 v) { wasm_v128_store(p, v); }
inline V4 Splat(int32_t x) { return wasm_i32x4_splat(x); }
// The 32 bits at p in all four places: a pair of int16 for Dot.
inline V4 SplatPair(const int16_t* p) { return wasm_v128_load32_splat(p); }
inline V4 Add(V4 a, V4 b) { return wasm_i32x4_add(a, b); }
inline V4 Sub(V4 a, V4 b) { return wasm_i32x4_sub(a, b); }
inline V4 Mul(V4 a, V4 b) { return wasm_i32x4_mul(a, b); }
inline V4 Min(V4 a, V4 b) { return wasm_i32x4_min(a, b); }
inline V4 Max(V4 a, V4 b) { return wasm_i32x4_max(a, b); }
inline V4 ShiftRight(V4 a, uint32_t n) { return wasm_i32x4_shr(a, n); }
// Products of int16, neighbours added.
inline V4 Dot(V4 a, V4 b) { return wasm_i32x4_dot_i16x8(a, b); }
// Upper halves of the unsigned 64-bit products.
inline V4 MulHigh(V4 a, V4 b) {
  return wasm_i32x4_shuffle(wasm_u64x2_extmul_low_u32x4(a, b), wasm_u64x2_extmul_high_u32x4(a, b), 1, 3, 5,
                            7);
}
// All bits set where a >= b, unsigned.
inline V4 NotBelow(V4 a, V4 b) { return wasm_u32x4_ge(a, b); }
inline V4 Or(V4 a, V4 b) { return wasm_v128_or(a, b); }
inline V4 Equal(V4 a, V4 b) { return wasm_i32x4_eq(a, b); }
inline bool AnyBit(V4 a) { return wasm_v128_any_true(a); }
// Eight values within the type, as int16 and as int8.
inline void StoreInt16(int16_t* p, V4 a, V4 b) { wasm_v128_store(p, wasm_i16x8_narrow_i32x4(a, b)); }
inline void StoreInt8(int8_t* p, V4 a, V4 b) {
  const V4 words = wasm_i16x8_narrow_i32x4(a, b);
  wasm_v128_store64_lane(p, wasm_i8x16_narrow_i16x8(words, words), 0);
}
// Four int16 or int8 as int32.
inline V4 LoadInt16(const int16_t* p) { return wasm_i32x4_load16x4(p); }
inline V4 LoadInt8(const int8_t* p) {
  return wasm_i32x4_extend_low_i16x8(wasm_i16x8_extend_low_i8x16(wasm_v128_load32_zero(p)));
}
// Eight int8 as int16.
inline V4 WidenInt8(const int8_t* from) { return wasm_i16x8_load8x8(from); }
// Rows become columns.
inline void Transpose(V4 (&x)[4]) {
  const V4 a = wasm_i32x4_shuffle(x[0], x[1], 0, 4, 1, 5);
  const V4 b = wasm_i32x4_shuffle(x[0], x[1], 2, 6, 3, 7);
  const V4 c = wasm_i32x4_shuffle(x[2], x[3], 0, 4, 1, 5);
  const V4 d = wasm_i32x4_shuffle(x[2], x[3], 2, 6, 3, 7);
  x[0] = wasm_i64x2_shuffle(a, c, 0, 2);
  x[1] = wasm_i64x2_shuffle(a, c, 1, 3);
  x[2] = wasm_i64x2_shuffle(b, d, 0, 2);
  x[3] = wasm_i64x2_shuffle(b, d, 1, 3);
}

#elif defined(__SSE2__)

using V4 = __m128i;
inline V4 Load(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
inline void Store(void* p, V4 v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }
inline V4 Splat(int32_t x) { return _mm_set1_epi32(x); }
inline V4 SplatPair(const int16_t* p) {
  int32_t pair;
  std::memcpy(&pair, p, sizeof pair);
  return _mm_set1_epi32(pair);
}
inline V4 Add(V4 a, V4 b) { return _mm_add_epi32(a, b); }
inline V4 Sub(V4 a, V4 b) { return _mm_sub_epi32(a, b); }
inline V4 Mul(V4 a, V4 b) {
  const V4 even = _mm_shuffle_epi32(_mm_mul_epu32(a, b), 0x08);
  const V4 odd = _mm_shuffle_epi32(_mm_mul_epu32(_mm_srli_epi64(a, 32), _mm_srli_epi64(b, 32)), 0x08);
  return _mm_unpacklo_epi32(even, odd);
}
inline V4 Choose(V4 mask, V4 a, V4 b) {
  return _mm_or_si128(_mm_and_si128(mask, a), _mm_andnot_si128(mask, b));
}
inline V4 Min(V4 a, V4 b) { return Choose(_mm_cmplt_epi32(a, b), a, b); }
inline V4 Max(V4 a, V4 b) { return Choose(_mm_cmplt_epi32(a, b), b, a); }
inline V4 ShiftRight(V4 a, uint32_t n) { return _mm_sra_epi32(a, _mm_cvtsi32_si128(static_cast<int>(n))); }
inline V4 Dot(V4 a, V4 b) { return _mm_madd_epi16(a, b); }
inline V4 MulHigh(V4 a, V4 b) {
  const V4 even = _mm_shuffle_epi32(_mm_mul_epu32(a, b), 0x0D);
  const V4 odd = _mm_shuffle_epi32(_mm_mul_epu32(_mm_srli_epi64(a, 32), _mm_srli_epi64(b, 32)), 0x0D);
  return _mm_unpacklo_epi32(even, odd);
}
inline V4 NotBelow(V4 a, V4 b) {
  const V4 flip = _mm_set1_epi32(INT32_MIN);
  return _mm_xor_si128(_mm_cmplt_epi32(_mm_xor_si128(a, flip), _mm_xor_si128(b, flip)), _mm_set1_epi32(-1));
}
inline V4 Or(V4 a, V4 b) { return _mm_or_si128(a, b); }
inline V4 Equal(V4 a, V4 b) { return _mm_cmpeq_epi32(a, b); }
inline bool AnyBit(V4 a) { return _mm_movemask_epi8(_mm_cmpeq_epi8(a, _mm_setzero_si128())) != 0xFFFF; }
inline void StoreInt16(int16_t* p, V4 a, V4 b) { Store(p, _mm_packs_epi32(a, b)); }
inline void StoreInt8(int8_t* p, V4 a, V4 b) {
  const V4 words = _mm_packs_epi32(a, b);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi16(words, words));
}
inline V4 LoadInt16(const int16_t* p) {
  const V4 words = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
  return _mm_srai_epi32(_mm_unpacklo_epi16(words, words), 16);
}
inline V4 LoadInt8(const int8_t* p) {
  int32_t bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  const V4 four = _mm_cvtsi32_si128(bytes);
  const V4 words = _mm_unpacklo_epi8(four, four);
  return _mm_srai_epi32(_mm_unpacklo_epi16(words, words), 24);
}
inline V4 WidenInt8(const int8_t* from) {
  const V4 bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  return _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
}
inline void Transpose(V4 (&x)[4]) {
  const V4 a = _mm_unpacklo_epi32(x[0], x[1]);
  const V4 b = _mm_unpackhi_epi32(x[0], x[1]);
  const V4 c = _mm_unpacklo_epi32(x[2], x[3]);
  const V4 d = _mm_unpackhi_epi32(x[2], x[3]);
  x[0] = _mm_unpacklo_epi64(a, c);
  x[1] = _mm_unpackhi_epi64(a, c);
  x[2] = _mm_unpacklo_epi64(b, d);
  x[3] = _mm_unpackhi_epi64(b, d);
}

#else

struct V4 {
  int32_t x[4];
};
template <typename F>
inline V4 Each(V4 a, V4 b, F f) {
  return {{f(a.x[0], b.x[0]), f(a.x[1], b.x[1]), f(a.x[2], b.x[2]), f(a.x[3], b.x[3])}};
}
inline V4 Load(const void* p) {
  V4 v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline void Store(void* p, V4 v) { std::memcpy(p, &v, sizeof v); }
inline V4 Splat(int32_t x) { return {{x, x, x, x}}; }
inline V4 SplatPair(const int16_t* p) {
  int32_t pair;
  std::memcpy(&pair, p, sizeof pair);
  return Splat(pair);
}
inline int32_t Wrap(uint32_t x) { return static_cast<int32_t>(x); }
inline V4 Add(V4 a, V4 b) {
  return Each(a, b,
              [](int32_t p, int32_t q) { return Wrap(static_cast<uint32_t>(p) + static_cast<uint32_t>(q)); });
}
inline V4 Sub(V4 a, V4 b) {
  return Each(a, b,
              [](int32_t p, int32_t q) { return Wrap(static_cast<uint32_t>(p) - static_cast<uint32_t>(q)); });
}
inline V4 Mul(V4 a, V4 b) {
  return Each(a, b,
              [](int32_t p, int32_t q) { return Wrap(static_cast<uint32_t>(p) * static_cast<uint32_t>(q)); });
}
inline V4 Min(V4 a, V4 b) {
  return Each(a, b, [](int32_t p, int32_t q) { return std::min(p, q); });
}
inline V4 Max(V4 a, V4 b) {
  return Each(a, b, [](int32_t p, int32_t q) { return std::max(p, q); });
}
inline V4 ShiftRight(V4 a, uint32_t n) {
  return Each(a, a, [n](int32_t p, int32_t) { return p >> n; });
}
inline V4 Dot(V4 a, V4 b) {
  int16_t p[8];
  int16_t q[8];
  std::memcpy(p, &a, sizeof p);
  std::memcpy(q, &b, sizeof q);
  V4 sum;
  for (int i = 0; i < 4; ++i) sum.x[i] = p[2 * i] * q[2 * i] + p[2 * i + 1] * q[2 * i + 1];
  return sum;
}
inline V4 MulHigh(V4 a, V4 b) {
  return Each(a, b, [](int32_t p, int32_t q) {
    return Wrap(static_cast<uint32_t>(uint64_t{static_cast<uint32_t>(p)} * static_cast<uint32_t>(q) >> 32));
  });
}
inline V4 NotBelow(V4 a, V4 b) {
  return Each(a, b, [](int32_t p, int32_t q) {
    return static_cast<uint32_t>(p) >= static_cast<uint32_t>(q) ? -1 : 0;
  });
}
inline V4 Or(V4 a, V4 b) {
  return Each(a, b, [](int32_t p, int32_t q) { return p | q; });
}
inline V4 Equal(V4 a, V4 b) {
  return Each(a, b, [](int32_t p, int32_t q) { return p == q ? -1 : 0; });
}
inline bool AnyBit(V4 a) { return (a.x[0] | a.x[1] | a.x[2] | a.x[3]) != 0; }
inline void StoreInt16(int16_t* p, V4 a, V4 b) {
  for (int i = 0; i < 4; ++i) {
    p[i] = static_cast<int16_t>(a.x[i]);
    p[i + 4] = static_cast<int16_t>(b.x[i]);
  }
}
inline void StoreInt8(int8_t* p, V4 a, V4 b) {
  for (int i = 0; i < 4; ++i) {
    p[i] = static_cast<int8_t>(a.x[i]);
    p[i + 4] = static_cast<int8_t>(b.x[i]);
  }
}
inline V4 LoadInt16(const int16_t* p) { return {{p[0], p[1], p[2], p[3]}}; }
inline V4 LoadInt8(const int8_t* p) { return {{p[0], p[1], p[2], p[3]}}; }
inline V4 WidenInt8(const int8_t* from) {
  int16_t words[8];
  for (int i = 0; i < 8; ++i) words[i] = from[i];
  return Load(words);
}
inline void Transpose(V4 (&x)[4]) {
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < i; ++j) std::swap(x[i].x[j], x[j].x[i]);
  }
}

#endif

// Sum of the four.
inline uint32_t Sum(V4 v) {
  uint32_t x[4];
  Store(x, v);
  return x[0] + x[1] + x[2] + x[3];
}

// Largest of the four.
inline int32_t Largest(V4 v) {
  int32_t x[4];
  Store(x, v);
  return std::max(std::max(x[0], x[1]), std::max(x[2], x[3]));
}

}  // namespace understudy::simd

#endif  // UNDERSTUDY_CODER_NETWORK_SIMD_H_
