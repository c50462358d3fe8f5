// Indirect contexts: what followed the last byte, or the last two, the times before.
#pragma once

#include <array>

#include "../hashing.h"
#include "../text_state.h"

namespace teacher {

class Indirect {
 public:
  static constexpr int kCount = 3;
  void Update(const TextState& text);
  void Hash(const TextState& text, HashSink& sink) const;

 private:
  static uint32_t PairOf(const TextState& text, int back);

  std::array<uint32_t, 256> afterOne_{};      // the last four bytes that followed each byte
  std::array<uint16_t, 1 << 16> afterTwo_{};  // the last two that followed each pair
};

}  // namespace teacher
