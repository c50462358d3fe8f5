// The last bytes seen, a ring of a power of two. Positions count from 0 and wrap at 2^32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "table.h"

namespace teacher {

class RingHistory {
 public:
  bool Allocate(int bits) { return bytes_.Allocate(std::size_t{1} << bits); }
  void Start(int bits) {
    mask_ = (uint32_t{1} << bits) - 1;
    position_ = 0;
    std::memset(bytes_.data(), 0, std::size_t{1} << bits);
  }
  void Push(int byte) { bytes_.data()[position_++ & mask_] = static_cast<uint8_t>(byte); }
  uint8_t At(uint32_t position) const { return bytes_.data()[position & mask_]; }
  uint8_t Back(uint32_t distance) const { return bytes_.data()[(position_ - distance) & mask_]; }
  uint32_t Position() const { return position_; }
  bool Holds(uint64_t distance) const { return distance <= mask_; }

 private:
  Table<uint8_t> bytes_;
  uint32_t mask_ = 0, position_ = 0;
};

}  // namespace teacher
