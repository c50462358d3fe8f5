// Numbers: the shape of what was written, with all digits alike, and the place within a number.
#pragma once

#include "../hashing.h"
#include "../text_state.h"

namespace teacher {

class Numbers {
 public:
  static constexpr int kCount = 2;
  void Update(const TextState& text);
  void Hash(const TextState& text, HashSink& sink) const;

 private:
  uint64_t shape_ = 0;   // the last eight bytes, digits as 0
  uint64_t number_ = 0;  // digits of the number so far, its last four
  uint64_t numberBefore_ = 0;
  int digits_ = 0;
};

}  // namespace teacher
