// What a lane's past says about its next byte: after each byte, one hash for each of the blend's contexts and
// the small numbers that select mixer rows. Text looks at orders, words and columns; binary data (no student,
// a record length perhaps) at sparse bytes and at the record above.
#ifndef UNDERSTUDY_CODER_BLEND_LANE_CONTEXTS_H_
#define UNDERSTUDY_CODER_BLEND_LANE_CONTEXTS_H_

#include <cstdint>

namespace understudy::blend {

inline constexpr uint32_t kContexts = 12;

enum class Kind { kText, kBinary };

// A 64-bit hash of two values; any build gives the same.
inline uint64_t Combine(uint64_t a, uint64_t b) {
  uint64_t h = (a ^ (b + 0x9E3779B97F4A7C15u)) * 0xD6E8FEB86659FD93u;
  h ^= h >> 32;
  h *= 0xCF1BBCDCB7A56463u;
  return h ^ h >> 29;
}

// Eight classes: 0 control, 1 space and line end, 2 digit, 3 lower case, 4 upper case, 5 sentence mark, 6
// other ASCII, 7 not ASCII.
uint32_t ClassOf(uint32_t byte);

class LaneContexts {
 public:
  // A lane begins, number `lane`. Several lanes: three contexts of the lane's own stand beside the shared
  // ones. One lane: three more shared ones in their place.
  void Start(Kind kind, bool several, uint32_t lane, uint32_t record_length);

  // expected: the byte that a match expects, or -1; bucket: of that match. Sets the hashes.
  void Prepare(int expected, uint32_t bucket);

  // The lane's next byte; `past` points at it, `known` bytes of the lane stand before it. followers:
  // kFollowers words, of one lane (a lane's own past; used with one lane alone).
  void Push(const uint8_t* past, uint32_t known, uint32_t* followers);
  static constexpr uint32_t kFollowers = 1 << 16;

  const uint64_t* hashes() const { return hashes_; }
  uint32_t Last(int back) const { return static_cast<uint32_t>(recent_ >> (8 * (back - 1))) & 255; }
  uint32_t Classes() const { return classes_ & 511; }  // of the last three bytes, 3 bits each

 private:
  void PrepareText(uint64_t expected);
  void PrepareBinary(uint64_t expected);

  uint64_t hashes_[kContexts];
  uint64_t recent_;
  uint64_t word_, words_[2];  // hash of the word so far; of the last whole words, newest first
  uint64_t lineStart_;
  uint32_t column_, classes_;
  bool inWord_;
  uint32_t lane_, recordLength_, position_;
  uint32_t above_, twoAbove_;  // bytes a record and two records before the next one
  uint32_t followers_;         // what followed the last two bytes before, newest in the low byte
  Kind kind_;
  bool several_;
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_LANE_CONTEXTS_H_
