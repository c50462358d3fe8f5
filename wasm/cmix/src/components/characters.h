// Characters: UTF-8 read as code points, ASCII letters without case. Of use where a letter takes two bytes or
// more, and for words that differ in case.
#pragma once

#include "../hashing.h"
#include "../text_state.h"

namespace teacher {

class Characters {
 public:
  static constexpr int kCount = 3;
  void Update(const TextState& text);
  void Hash(HashSink& sink) const;

  // 0 ... 7: 0 outside of a character of several bytes, else how many bytes are still to come and what
  // script.
  int State() const { return state_; }

 private:
  uint32_t partial_ = 0;     // bytes of the character so far
  uint32_t before_[4] = {};  // whole characters, newest first
  int left_ = 0, state_ = 0;
};

}  // namespace teacher
