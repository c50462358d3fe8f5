// Match model: finds the last place where the recent bytes occurred and predicts the byte that followed
// there. Sees the history ring buffer; gives, for a decision on the path of the expected byte, an adaptive
// probability that the expectation holds, by match length. Memory: 4 bytes per hash bucket. After a mismatch
// it is silent until the next match.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "counters.h"

namespace teacher {

// The last bytes seen, a ring of a power of two.
class History {
 public:
  explicit History(int bits) : bytes_(std::size_t{1} << bits), mask_((uint32_t{1} << bits) - 1) {}
  void Push(int byte) { bytes_[position_++ & mask_] = static_cast<uint8_t>(byte); }
  uint8_t At(uint32_t position) const { return bytes_[position & mask_]; }
  uint8_t Back(uint32_t distance) const { return bytes_[(position_ - distance) & mask_]; }
  uint32_t Position() const { return position_; }
  uint32_t Size() const { return mask_ + 1; }

 private:
  std::vector<uint8_t> bytes_;
  uint32_t mask_, position_ = 0;
};

class MatchModel {
 public:
  static constexpr int kBuckets = 32;

  // minimum: bytes that must agree before it speaks; hashBits: log2 of the buckets.
  MatchModel(int minimum, int hashBits);

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
  void Update(const History& history, int byte);

 private:
  void Look(const History& history, uint32_t candidate);

  int minimum_;
  std::vector<uint32_t> table_;
  std::array<AdaptiveProbability, kBuckets> confidence_;
  uint32_t pointer_ = 0;
  int length_ = 0, bucket_ = 0, expected_ = -1;
  LogitPair pair_{0, 0};
};

}  // namespace teacher
