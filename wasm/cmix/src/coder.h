// Binary arithmetic coder, 32-bit and carry-less: encoder and decoder as mirror images.
// The interval is [low, high]; a bit 1 takes the lower part, of p16 / 65536 of it. Leading bytes that agree
// are shifted out. The encoder ends with four bytes of low, so the decoder reads exactly what was written:
// reading further means truncation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bytes.h"

namespace teacher {

// Last value of the lower part. p16 is P(bit = 1) in 1 ... 65535, so the split lies in low ... high - 1 while
// low < high, and low < high always holds: equal leading bytes are shifted out at once. Neither part is ever
// empty.
inline uint32_t SplitOf(uint32_t low, uint32_t high, int p16) {
  return low + static_cast<uint32_t>((uint64_t{high - low} * static_cast<uint32_t>(p16)) >> 16);
}

class Encoder {
 public:
  explicit Encoder(Bytes& out) : out_(out) {}

  void Encode(int bit, int p16) {
    const uint32_t split = SplitOf(low_, high_, p16);
    if (bit) {
      high_ = split;
    } else {
      low_ = split + 1;
    }
    while (((low_ ^ high_) & 0xFF000000u) == 0) {
      out_.push_back(static_cast<uint8_t>(high_ >> 24));
      low_ <<= 8;
      high_ = high_ << 8 | 255;
    }
  }
  void Flush() {
    for (int shift = 24; shift >= 0; shift -= 8) out_.push_back(static_cast<uint8_t>(low_ >> shift));
  }

  uint32_t Low() const { return low_; }
  uint32_t Range() const { return high_ - low_; }

 private:
  Bytes& out_;
  uint32_t low_ = 0, high_ = 0xFFFFFFFFu;
};

class Decoder {
 public:
  Decoder(const uint8_t* bytes, std::size_t count) : at_(bytes), end_(bytes + count) {
    for (int i = 0; i < 4; ++i) code_ = code_ << 8 | Next();
  }

  int Decode(int p16) {
    const uint32_t split = SplitOf(low_, high_, p16);
    const int bit = code_ <= split;
    if (bit) {
      high_ = split;
    } else {
      low_ = split + 1;
    }
    while (((low_ ^ high_) & 0xFF000000u) == 0) {
      low_ <<= 8;
      high_ = high_ << 8 | 255;
      code_ = code_ << 8 | Next();
    }
    return bit;
  }

  bool Overrun() const { return overrun_; }
  std::size_t Left() const { return static_cast<std::size_t>(end_ - at_); }

 private:
  uint32_t Next() {
    if (at_ == end_) {
      overrun_ = true;
      return 0;
    }
    return *at_++;
  }

  const uint8_t* at_;
  const uint8_t* end_;
  uint32_t low_ = 0, high_ = 0xFFFFFFFFu, code_ = 0;
  bool overrun_ = false;
};

}  // namespace teacher
