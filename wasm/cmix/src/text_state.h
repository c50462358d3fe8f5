// What all contexts look at: the last bytes, their classes, the word so far and the words before it.
#pragma once

#include <cstdint>

#include "history.h"

namespace teacher {

inline bool IsDigit(int c) { return c >= '0' && c <= '9'; }
inline bool IsLetter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 128; }
inline int Lower(int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

// Eight classes: 0 control, 1 space and line end, 2 digit, 3 lower case, 4 upper case, 5 sentence mark, 6
// markup and other signs, 7 non-ASCII.
int ClassOf(int c);

class TextState {
 public:
  static constexpr int kWords = 4;

  // After a byte was pushed to the history.
  void Update(int byte);

  int Last(int back) const {  // 1 = last byte, up to 16
    return static_cast<int>((back <= 8 ? recent_ >> (8 * (back - 1)) : older_ >> (8 * (back - 9))) & 255);
  }
  uint64_t Low(int bytes) const {  // the last 1 ... 8 bytes, newest lowest
    return bytes == 8 ? recent_ : recent_ & ((uint64_t{1} << (8 * bytes)) - 1);
  }
  uint64_t Older() const { return older_; }      // the eight bytes before the last eight
  uint32_t Classes() const { return classes_; }  // of the last ten bytes, 3 bits each, newest lowest
  bool InWord() const { return wordLength_ > 0; }
  int WordLength() const { return wordLength_; }
  int WordState() const { return wordState_; }  // 0 ... 31: length of the word so far, else the kind of gap
  uint64_t Word() const { return word_; }       // hash of the word so far in lower case, 0 in a gap
  uint64_t WordOrGap() const { return wordOrGap_; }  // the same, or in a gap a hash of its last byte
  uint64_t Before(int back) const {
    return words_[back - 1];
  }                                            // hash of a whole word before, 1 = the last one
  uint64_t Ending() const { return ending_; }  // last three letters of the last whole word
  uint64_t Gap() const { return gap_; }        // hash of the bytes between the last two words
  int Capitals() const { return capitals_; }   // of the word so far: 0 none, 1 first, 2 more

 private:
  uint64_t recent_ = 0, older_ = 0;
  uint64_t word_ = 0, words_[kWords] = {}, wordOrGap_ = 0, ending_ = 0, letters_ = 0, gap_ = 0;
  uint32_t classes_ = 0;
  int wordLength_ = 0, wordState_ = 0, capitals_ = 0;
};

}  // namespace teacher
