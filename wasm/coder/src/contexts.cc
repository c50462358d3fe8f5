#include "contexts.h"

namespace understudy {
namespace {

constexpr uint32_t kMultiplier = 0x9E3779B1;
constexpr uint32_t kWordStart = 0x57;
constexpr uint32_t kWordGap = 257;
constexpr uint32_t kWordLetters = 16;

bool IsLetter(uint8_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80; }

uint32_t Fold(uint8_t c) { return c >= 'A' && c <= 'Z' ? c + 32u : c; }

// The finaliser of MurmurHash3 (public domain).
uint32_t Finalise(uint32_t x) {
  x ^= x >> 16;
  x *= 0x85EBCA6B;
  x ^= x >> 13;
  x *= 0xC2B2AE35;
  return x ^ (x >> 16);
}

// Adds at most 16 letters, beginning with end[-k]; returns the place of the first byte not taken.
uint32_t TakeLetters(const uint8_t* end, uint32_t k, uint32_t& acc) {
  const uint32_t limit = k + kWordLetters;
  while (k < limit && k <= kHistoryBytes && IsLetter(end[-static_cast<int>(k)])) {
    acc = (acc + Fold(end[-static_cast<int>(k)]) + 1) * kMultiplier;
    ++k;
  }
  return k;
}

}  // namespace

uint32_t NgramRow(const NgramTable& table, uint32_t index, const uint8_t* end) {
  uint32_t acc = 0;
  switch (table.kind) {
    case ContextKind::kByte:
      return end[-1] & (table.rows - 1);
    case ContextKind::kOrder:
      for (uint32_t k = 1; k <= table.order; ++k) acc = (acc + end[-static_cast<int>(k)] + 1) * kMultiplier;
      break;
    case ContextKind::kWord:
      acc = kWordStart;
      TakeLetters(end, 1, acc);
      break;
    case ContextKind::kWords: {
      acc = kWordStart;
      uint32_t k = TakeLetters(end, 1, acc);
      acc = (acc + kWordGap) * kMultiplier;
      while (k <= kHistoryBytes && !IsLetter(end[-static_cast<int>(k)])) ++k;
      TakeLetters(end, k, acc);
      break;
    }
  }
  return Finalise(acc ^ index) & (table.rows - 1);
}

void NgramRows(std::span<const NgramTable> tables, const uint8_t* end, int32_t* out) {
  uint32_t index = 0;
  for (const NgramTable& table : tables) {
    const uint32_t m = table.rows_per_context;
    const uint32_t first = table.first_row + NgramRow(table, index++, end) * m;
    for (uint32_t j = 0; j < m; ++j) *out++ = static_cast<int32_t>(first + j);
  }
}

void Window(const uint8_t* end, int32_t* out) {
  for (uint32_t k = kHistoryBytes; k >= 1; --k) *out++ = end[-static_cast<int>(k)];
}

}  // namespace understudy
