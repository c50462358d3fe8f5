// Match model: finds the last place where the recent bytes occurred and predicts the byte that followed
// there. Sees a history of bytes; gives, for a decision on the path of the expected byte, an adaptive
// probability that the expectation holds, by match length. Memory: 4 bytes per hash bucket. After a mismatch
// it is silent until the next match.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "counters.h"
#include "table.h"

namespace teacher {

// The last bytes seen, a ring of a power of two.
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

class MatchModel {
 public:
  static constexpr int kBuckets = 32;

  // Begins without any past. minimum: bytes that must agree before it speaks; table: 2^hashBits buckets,
  // which stay the caller's memory.
  void Start(int minimum, uint32_t* table, int hashBits);

  // Expected byte, or -1 while there is no match.
  int Expected() const { return expected_; }
  int Length() const { return length_; }
  int Bucket() const { return bucket_; }  // 0 = no match, then by length

  // The expected bit at a decision, or -1 where the expectation says nothing. partial: leading 1 then the
  // bits so far.
  int ExpectedBit(int partial, int decision) const {
    if (expected_ < 0 || (expected_ | 256) >> (8 - decision) != partial) return -1;
    return (expected_ >> (7 - decision)) & 1;
  }
  // P(expected bit) in 16 bits, and as a pair of mixer inputs signed for the bit.
  int Confidence16() const { return confidence_[static_cast<unsigned>(bucket_)].P16(); }
  LogitPair Pair() const { return pair_; }

  // After a byte was pushed to the history.
  void Update(const RingHistory& history, int byte);

 private:
  void Look(const RingHistory& history, uint32_t candidate);

  int minimum_ = 0;
  uint32_t* table_ = nullptr;
  uint32_t mask_ = 0;
  std::array<AdaptiveProbability, kBuckets> confidence_;
  uint32_t pointer_ = 0;
  int length_ = 0, bucket_ = 0, expected_ = -1;
  LogitPair pair_{0, 0};
};

}  // namespace teacher
