// Records: data in rows of equal length, tables of numbers and images above all. The length is guessed from
// the distances at which byte values come back; contexts are the bytes above and beside, and their gradient.
#pragma once

#include <array>

#include "../hashing.h"
#include "../text_state.h"

namespace teacher {

class Records {
 public:
  static constexpr int kCount = 6;
  void Update(const TextState& text, const RingHistory& history);
  void Hash(const TextState& text, const RingHistory& history, HashSink& sink) const;

  uint32_t Length() const { return length_; }  // bytes of a record, at least 2
  uint32_t Column() const { return column_; }

 private:
  static constexpr uint32_t kLongest = 2048;

  std::array<uint32_t, 256> lastAt_{};    // position after the last time of each byte value
  std::array<uint32_t, 256> distance_{};  // to the time before
  std::array<uint16_t, kLongest + 1> votes_{};
  uint32_t length_ = 4, column_ = 0;
};

}  // namespace teacher
