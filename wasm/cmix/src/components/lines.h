// Lines: where in the line, how the line began, what stands above.
#pragma once

#include "../hashing.h"
#include "../text_state.h"

namespace teacher {

class Lines {
 public:
  static constexpr int kCount = 3;
  void Update(const TextState& text, const RingHistory& history);
  void Hash(const TextState& text, HashSink& sink) const;

  int Column() const { return column_; }
  int Above() const { return above_; }     // the byte above the one to come, 0 past that line's end
  int Beginning() const { return kind_; }  // 0 ... 3: what the line's first byte says of it

 private:
  uint64_t start_ = 0;                // hash of the line's first three bytes
  uint32_t lineAt_ = 0, before_ = 0;  // positions where this line and the one before began
  int column_ = 0, first_ = 0, kind_ = 0, above_ = 0, aboveNext_ = 0;
};

}  // namespace teacher
