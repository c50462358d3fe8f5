// exp, tanh and the logistic function in float32 by rules of our own: only additions, multiplications and
// divisions, each rounded as IEEE 754 says, in a fixed order. C libraries differ; this does not. Sums run
// over sixteen lanes, element k in lane k mod 16, and lanes are added pairwise: any width of SIMD gives the
// same.
#pragma once

#include <cstdint>
#include <cstring>

namespace teacher {

// e^x for -80 <= x <= 80, relative error below 1e-6; values beyond count as the bounds.
inline float Exp(float x) {
  x = x > 80.0f ? 80.0f : x < -80.0f ? -80.0f : x;
  const float scaled = x * 1.44269504f;
  const auto whole = static_cast<int32_t>(scaled + (scaled < 0 ? -0.5f : 0.5f));
  const float rest =
      (x - static_cast<float>(whole) * 0.693359375f) + static_cast<float>(whole) * 2.12194440e-4f;
  float p = 1.0f / 720;
  p = p * rest + 1.0f / 120;
  p = p * rest + 1.0f / 24;
  p = p * rest + 1.0f / 6;
  p = p * rest + 0.5f;
  p = p * rest + 1.0f;
  p = p * rest + 1.0f;
  const int32_t bits = (whole + 127) << 23;  // 2^whole
  float power;
  std::memcpy(&power, &bits, sizeof(power));
  return p * power;
}

inline float Logistic(float x) { return 1.0f / (1.0f + Exp(-x)); }
inline float Tanh(float x) { return 1.0f - 2.0f / (Exp(2.0f * x) + 1.0f); }

// Sum of a[i] * b[i]; kCount: a multiple of 16.
template <int kCount>
inline float FloatDot(const float* __restrict a, const float* __restrict b) {
  static_assert(kCount % 16 == 0);
  float lanes[16] = {};
  for (int i = 0; i < kCount; i += 16) {
    for (int k = 0; k < 16; ++k) lanes[k] += a[i + k] * b[i + k];
  }
  for (int width = 8; width > 0; width /= 2) {
    for (int k = 0; k < width; ++k) lanes[k] += lanes[k + width];
  }
  return lanes[0];
}

// to[i] += factor * from[i].
template <int kCount>
inline void AddScaled(float* __restrict to, const float* __restrict from, float factor) {
  for (int i = 0; i < kCount; ++i) to[i] += factor * from[i];
}

// to[c] += sum over rows of weights[row][c] * factors[row], rows in order; kColumns: a multiple of 64. The
// block's width decides only which registers hold the sums.
template <int kRows, int kColumns>
inline void AddProduct(float* __restrict to, const float* __restrict weights,
                       const float* __restrict factors) {
#if defined(__wasm__)
  constexpr int kBlock = 32;
#else
  constexpr int kBlock = 64;
#endif
  static_assert(kColumns % kBlock == 0);
  for (int c = 0; c < kColumns; c += kBlock) {
    float sums[kBlock];
    for (int i = 0; i < kBlock; ++i) sums[i] = to[c + i];
    for (int row = 0; row < kRows; ++row) {
      for (int i = 0; i < kBlock; ++i) sums[i] += weights[row * kColumns + c + i] * factors[row];
    }
    for (int i = 0; i < kBlock; ++i) to[c + i] = sums[i];
  }
}

}  // namespace teacher
