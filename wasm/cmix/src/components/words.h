// Words: the word so far with words before it, with gaps, with the ending of the word before. Case is
// ignored.
#pragma once

#include "../hashing.h"
#include "../text_state.h"

namespace teacher {

struct Words {
  static constexpr int kCount = 8;
  void Hash(const TextState& text, HashSink& sink) const;
};

}  // namespace teacher
