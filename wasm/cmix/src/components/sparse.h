// Sparse contexts: bytes with others left out, the upper halves of bytes, classes of bytes.
#pragma once

#include "../hashing.h"
#include "../text_state.h"

namespace teacher {

struct Sparse {
  static constexpr int kCount = 6;
  void Hash(const TextState& text, HashSink& sink) const;
};

}  // namespace teacher
