// Range coder over frequencies with a total of 65,536: encoder and decoder are mirror images, side by side.
// The interval is kept in 48 bits with at least 2^40 left after each symbol, so that splitting it in 65,536
// parts loses less than 2^-24 of it. Carries run back through the bytes already written. A stream ends with
// the fewest bytes that name a point of the last interval, trailing zero bytes dropped; the decoder reads
// zeros behind the end (docs/FORMAT.md §7). Method: G. N. N. Martin, "Range encoding", 1979.
#ifndef UNDERSTUDY_CODER_RANGE_CODER_H_
#define UNDERSTUDY_CODER_RANGE_CODER_H_

#include <cstdint>

#include "frequencies.h"

namespace understudy {

inline constexpr uint64_t kRangeTop = uint64_t{1} << 48;
inline constexpr uint64_t kRangeBottom = uint64_t{1} << 40;

class RangeEncoder {
 public:
  // Most bytes that `symbols` symbols can take: at frequency 1 a symbol costs 16 bits and a rounding loss far
  // below one.
  static constexpr uint32_t MaxBytes(uint32_t symbols) { return 2 * symbols + 8; }

  // Writes at most `room` bytes; with MaxBytes(number of symbols) it never runs out.
  void Start(uint8_t* out, uint32_t room) {
    begin_ = end_ = used_ = out;
    limit_ = out + room;
    low_ = 0;
    range_ = kRangeTop;
    overflowed_ = false;
  }

  void Encode(uint32_t cumulative, uint32_t frequency) {
    const uint64_t part = range_ >> kTotalBits;
    low_ += part * cumulative;
    range_ = part * frequency;
    if (low_ >= kRangeTop) Carry();
    while (range_ < kRangeBottom) ShiftOut();
  }

  // A binary decision, P(bit = 1) = one / 65,536 with one = 1 .. 65,535. The lower part of the interval is
  // a 1.
  void EncodeBit(uint32_t bit, uint32_t one) {
    if (bit != 0) {
      Encode(0, one);
    } else {
      Encode(one, kTotal - one);
    }
  }

  // The room was too small: the stream is of no use.
  bool overflowed() const { return overflowed_; }

  // Bytes written so far up to the last that is not zero: what the stream would hardly be shorter than,
  // whenever one asks, since zeros at its end are dropped and only a carry through bytes of 255 takes away
  // more.
  uint32_t bytes() const { return static_cast<uint32_t>(used_ - begin_); }

  // Ends the stream; returns its length in bytes.
  uint32_t Finish() {
    for (uint32_t count = 0;; ++count) {
      const uint64_t unit = kRangeTop >> (8 * count);
      const uint64_t point = (low_ + unit - 1) & ~(unit - 1);
      if (point - low_ >= range_) continue;  // ends at the latest with 1-byte units: range >= 2^40
      low_ = point;
      if (low_ >= kRangeTop) Carry();
      for (uint32_t i = 0; i < count; ++i) ShiftOut();
      break;
    }
    while (end_ > begin_ && end_[-1] == 0) --end_;
    used_ = end_;
    return bytes();
  }

 private:
  void Carry() {
    low_ -= kRangeTop;
    if (overflowed_) return;
    uint8_t* p = end_;
    while (++*--p == 0) {
    }
    used_ = p + 1;
  }

  void ShiftOut() {
    if (end_ < limit_) {
      const auto byte = static_cast<uint8_t>(low_ >> 40);
      *end_++ = byte;
      if (byte != 0) used_ = end_;
    } else {
      overflowed_ = true;
    }
    low_ = (low_ & (kRangeBottom - 1)) << 8;
    range_ <<= 8;
  }

  uint8_t* begin_ = nullptr;
  uint8_t* end_ = nullptr;
  uint8_t* used_ = nullptr;
  uint8_t* limit_ = nullptr;
  uint64_t low_ = 0;
  uint64_t range_ = 0;
  bool overflowed_ = false;
};

class RangeDecoder {
 public:
  void Start(const uint8_t* in, uint32_t bytes) {
    next_ = in;
    end_ = in + bytes;
    range_ = kRangeTop;
    code_ = 0;
    for (int i = 0; i < 6; ++i) ShiftIn();
  }

  // Decodes one symbol: finds it in `frequencies` (256 values >= 1 that sum to 65,536). Total for any input.
  uint32_t Decode(const uint32_t* frequencies) {
    const uint64_t part = range_ >> kTotalBits;
    const uint64_t quotient = code_ / part;
    const uint32_t target = quotient < kTotal ? static_cast<uint32_t>(quotient) : kTotal - 1;
    uint32_t cumulative;
    const uint32_t symbol = FindSymbol(frequencies, target, &cumulative);
    code_ -= part * cumulative;
    range_ = part * frequencies[symbol];
    while (range_ < kRangeBottom) {
      ShiftIn();
      range_ <<= 8;
    }
    return symbol;
  }

  // The counterpart of EncodeBit.
  uint32_t DecodeBit(uint32_t one) {
    const uint64_t split = (range_ >> kTotalBits) * one;
    const uint32_t bit = code_ < split ? 1 : 0;
    if (bit != 0) {
      range_ = split;
    } else {
      code_ -= split;
      range_ = (range_ >> kTotalBits) * (kTotal - one);
    }
    while (range_ < kRangeBottom) {
      ShiftIn();
      range_ <<= 8;
    }
    return bit;
  }

 private:
  void ShiftIn() { code_ = (code_ << 8) | (next_ < end_ ? *next_++ : 0); }

  const uint8_t* next_ = nullptr;
  const uint8_t* end_ = nullptr;
  uint64_t range_ = 0;
  uint64_t code_ = 0;
};

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_RANGE_CODER_H_
