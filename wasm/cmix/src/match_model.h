// Match model: finds the last place where the recent bytes occurred and predicts the byte that followed
// there. Sees a history of bytes; gives, for a decision on the path of the expected byte, an adaptive
// probability that the expectation holds, by match length and by how the last expectations did. After a
// mismatch it goes on behind it, until a longer match is found or it has failed too often. Memory: 4 bytes
// per hash bucket.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "counters.h"
#include "history.h"

namespace teacher {

class MatchModel {
 public:
  static constexpr int kLengths = 16, kBuckets = kLengths * 4;

  // Begins without any past. minimum: bytes that must agree before it speaks; table: 2^hashBits buckets,
  // which stay the caller's memory.
  void Start(int minimum, uint32_t* table, int hashBits);

  // Expected byte, or -1 while there is no match.
  int Expected() const { return expected_; }
  int Length() const { return length_; }
  int Bucket() const { return bucket_; }             // 0 = no match, else by length and by failures
  int LengthBucket() const { return bucket_ >> 2; }  // 0 ... 15

  // The expected bit at a decision, or -1 where the expectation says nothing. partial: leading 1 then the
  // bits so far.
  int ExpectedBit(int partial, int decision) const {
    if (expected_ < 0 || (expected_ | 256) >> (8 - decision) != partial) return -1;
    return (expected_ >> (7 - decision)) & 1;
  }
  // P(expected bit) in 16 bits, and as a pair of mixer inputs signed for the bit; the same by expected byte.
  int Confidence16() const { return confidence_[static_cast<unsigned>(bucket_)].P16(); }
  LogitPair Pair() const { return pair_; }
  int ByteLogit() const { return byteLogit_; }

  // After a byte was pushed to the history.
  void Update(const RingHistory& history, int byte);

 private:
  int CommonLength(const RingHistory& history, uint32_t candidate) const;
  void Judge(int byte);

  int minimum_ = 0;
  uint32_t* table_ = nullptr;
  uint32_t mask_ = 0;
  std::array<AdaptiveProbability, kBuckets> confidence_;
  std::array<AdaptiveProbability, 256 * 4> byByte_;  // by expected byte and class of length
  uint32_t pointer_ = 0;
  uint32_t failures_ = 0;  // of the last eight expectations, a bit each
  int length_ = 0, bucket_ = 0, expected_ = -1, byteRow_ = 0, byteLogit_ = 0;
  LogitPair pair_{0, 0};
};

}  // namespace teacher
