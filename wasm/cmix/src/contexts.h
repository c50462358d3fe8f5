// What the components see: after each byte, one 64-bit hash per hashed component and the small contexts that
// select mixer rows. The registry below is the one list of components: name, predecessor in the ISSE chain,
// and whether it has direct counters.
#pragma once

#include <array>
#include <cstdint>

#include "match_model.h"

namespace teacher {

struct ComponentSpec {
  const char* name;
  int previous;       // component whose ISSE output enters this one's ISSE; -1: order 0
  int directCounter;  // index among the components with direct counters, or -1
};

inline constexpr ComponentSpec kComponents[] = {
    {"order1", -1, 0},     {"order2", 0, 1},        {"order3", 1, 2},         {"order4", 2, 3},
    {"order5", 3, 4},      {"order6", 4, 5},        {"order8", 5, -1},        {"word", 1, 6},
    {"word-bigram", 7, 7}, {"word-trigram", 8, -1}, {"word-skip", 7, -1},     {"sparse-2-3", 0, -1},
    {"sparse-2-4", 0, -1}, {"indirect", 0, -1},     {"expected-byte", 0, -1}, {"line", 0, -1},
};
inline constexpr int kComponentCount = static_cast<int>(sizeof(kComponents) / sizeof(kComponents[0]));
inline constexpr int kDirectCount = 8;
inline constexpr int kOrder6 = 5, kWord = 7;

// A 64-bit hash of two values; any build gives the same.
inline uint64_t Combine(uint64_t a, uint64_t b) {
  uint64_t h = (a ^ (b + 0x9E3779B97F4A7C15u)) * 0xD6E8FEB86659FD93u;
  h ^= h >> 32;
  h *= 0xCF1BBCDCB7A56463u;
  return h ^ h >> 29;
}

class Contexts {
 public:
  Contexts();

  // After a byte was pushed to the history and the match models have looked.
  void Update(const RingHistory& history, int byte, const MatchModel& longMatch,
              const MatchModel& recentMatch);

  const std::array<uint64_t, kComponentCount>& Hashes() const { return hashes_; }

  int Last(int back) const { return static_cast<int>((recent_ >> (8 * (back - 1))) & 255); }  // 1 = last byte
  int WordState() const { return wordState_; }    // 0 ... 31: length of the word so far, else the kind of gap
  int Markup() const { return markup_; }          // 0 ... 15: where in wiki or XML markup
  int Classes() const { return classes_ & 511; }  // classes of the last three bytes, 3 bits each
  int Column() const { return column_; }

 private:
  void TrackWords(int byte);
  void TrackMarkup(int byte);

  std::array<uint64_t, kComponentCount> hashes_{};
  std::array<uint32_t, 256> followers_{};  // the last two bytes that followed each byte
  uint64_t recent_ = 0;
  uint64_t word_ = 0, words_[4] = {};  // hash of the word so far; of the last whole words, newest first
  uint64_t lineStart_ = 0;
  int wordLength_ = 0, wordState_ = 0, markup_ = 0, classes_ = 0, column_ = 0, firstOfLine_ = 0;
  int links_ = 0, templates_ = 0;
  bool tag_ = false;
};

}  // namespace teacher
