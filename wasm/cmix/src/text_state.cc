#include "text_state.h"

#include "hashing.h"

namespace teacher {

int ClassOf(int c) {
  if (c == ' ' || c == '\n') return 1;
  if (c < 32) return 0;
  if (IsDigit(c)) return 2;
  if (c >= 'a' && c <= 'z') return 3;
  if (c >= 'A' && c <= 'Z') return 4;
  if (c == '.' || c == ',' || c == ';' || c == ':' || c == '\'' || c == '-') return 5;
  return c >= 128 ? 7 : 6;
}

void TextState::Update(int byte) {
  const bool afterLower = ClassOf(Last(1)) == 3;
  older_ = older_ << 8 | recent_ >> 56;
  recent_ = recent_ << 8 | static_cast<uint64_t>(byte);
  classes_ = (classes_ << 3 | static_cast<uint32_t>(ClassOf(byte))) & ((1u << 30) - 1);
  if (IsLetter(byte)) {
    if (wordLength_ == 0) capitals_ = 0;
    if (byte != Lower(byte)) capitals_ = wordLength_ == 0 ? 1 : 2;
    word_ = Combine(word_, static_cast<uint64_t>(Lower(byte)));
    letters_ = (letters_ << 8 | static_cast<uint64_t>(Lower(byte))) & 0xFFFFFF;
    ++wordLength_;
    wordOrGap_ = word_;
    wordState_ = wordLength_ < 15 ? wordLength_ : 15;
    return;
  }
  if (wordLength_) {
    for (int i = kWords - 1; i > 0; --i) words_[i] = words_[i - 1];
    words_[0] = word_;
    ending_ = letters_;
    word_ = letters_ = gap_ = 0;
    wordLength_ = 0;
  }
  gap_ = Combine(gap_, static_cast<uint64_t>(byte));
  wordOrGap_ = static_cast<uint64_t>(byte) + 1;
  wordState_ = 16 + ClassOf(byte) + 8 * afterLower;
}

}  // namespace teacher
