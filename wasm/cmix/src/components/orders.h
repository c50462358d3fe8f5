// Orders: the last 1 to 16 bytes as they are.
#pragma once

#include "../hashing.h"
#include "../text_state.h"

namespace teacher {

struct Orders {
  static constexpr int kCount = 9;
  void Hash(const TextState& text, HashSink& sink) const;
};

}  // namespace teacher
