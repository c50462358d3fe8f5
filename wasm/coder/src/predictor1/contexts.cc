#include "contexts.h"

namespace understudy::predictor1 {
namespace {

bool IsLetter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 128; }
bool IsDigit(int c) { return c >= '0' && c <= '9'; }
int Lower(int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

// Seven classes: 0 control, 1 space and line end, 2 digit, 3 lower case, 4 upper case, 5 sentence mark, 6
// markup and other signs, 7 non-ASCII.
int ClassOf(int c) {
  if (c == ' ' || c == '\n') return 1;
  if (c < 32) return 0;
  if (IsDigit(c)) return 2;
  if (c >= 'a' && c <= 'z') return 3;
  if (c >= 'A' && c <= 'Z') return 4;
  if (c == '.' || c == ',' || c == ';' || c == ':' || c == '\'' || c == '-') return 5;
  return c >= 128 ? 7 : 6;
}

}  // namespace

Contexts::Contexts() {
  for (int i = 0; i < kComponentCount; ++i)
    hashes_[static_cast<unsigned>(i)] = Combine(static_cast<uint64_t>(i), 0);
}

void Contexts::TrackWords(int byte) {
  if (IsLetter(byte)) {
    word_ = Combine(word_, static_cast<uint64_t>(Lower(byte)));
    ++wordLength_;
  } else if (wordLength_) {
    words_[3] = words_[2];
    words_[2] = words_[1];
    words_[1] = words_[0];
    words_[0] = word_;
    word_ = 0;
    wordLength_ = 0;
  }
  if (wordLength_) {
    wordState_ = wordLength_ < 15 ? wordLength_ : 15;
  } else {
    wordState_ = 16 + ClassOf(byte) + 8 * (ClassOf(Last(2)) == 3);
  }
}

void Contexts::TrackMarkup(int byte) {
  const int before = Last(2);
  if (byte == '\n') {
    lineStart_ = 0;
    column_ = 0;
    links_ = 0;
    tag_ = false;
  } else {
    if (column_ == 0) firstOfLine_ = byte;
    if (column_ < 3) lineStart_ = Combine(lineStart_, static_cast<uint64_t>(byte));
    ++column_;
  }
  if (byte == '[' && before == '[') links_ = 2;
  if (byte == '[' && before != '[') links_ = 1;
  if (byte == ']') links_ = 0;
  if (byte == '|' && links_ == 2) links_ = 3;
  if (byte == '{' && before == '{') templates_ = 1;
  if (byte == '}' && before == '}') templates_ = 0;
  if (byte == '<') tag_ = true;
  if (byte == '>' || (byte == ';' && tag_)) tag_ = false;
  if (byte == '&') tag_ = true;
  int line = 0;
  if (firstOfLine_ == '*' || firstOfLine_ == '#' || firstOfLine_ == ':') line = 1;
  if (firstOfLine_ == '=' || firstOfLine_ == '|' || firstOfLine_ == '!') line = 2;
  if (firstOfLine_ == ' ' || firstOfLine_ == '<') line = 3;
  markup_ = tag_ ? 12 + line : links_ ? 8 + links_ : templates_ ? 4 + line : line;
}

void Contexts::Update(const BlockHistory& history, int byte, const MatchModel& longMatch,
                      const MatchModel& recentMatch) {
  followers_[static_cast<unsigned>(Last(1))] =
      followers_[static_cast<unsigned>(Last(1))] << 8 | static_cast<uint32_t>(byte);
  recent_ = recent_ << 8 | static_cast<uint64_t>(byte);
  classes_ = classes_ << 3 | ClassOf(byte);
  TrackWords(byte);
  TrackMarkup(byte);

  const auto low = [this](int bytes) { return recent_ & ((uint64_t{1} << (8 * bytes)) - 1); };
  const MatchModel& match = longMatch.Expected() >= 0 ? longMatch : recentMatch;
  const uint64_t expected = static_cast<uint64_t>(match.Expected() + 1);
  int i = 0;
  const auto set = [this, &i](uint64_t a, uint64_t b) {
    hashes_[static_cast<unsigned>(i)] = Combine(Combine(a, b), static_cast<uint64_t>(i));
    ++i;
  };
  set(low(1), 0);
  set(low(2), 0);
  set(low(3), 0);
  set(low(4), 0);
  set(low(5), 0);
  set(low(6), 0);
  set(recent_, 0);
  const uint64_t gap = wordLength_ ? 0 : low(1) + 1;
  set(Combine(word_, gap), wordLength_ ? 0 : words_[0]);
  set(Combine(word_, gap), Combine(words_[0], wordLength_ ? 0 : words_[1]));
  set(Combine(word_, gap), Combine(words_[0], Combine(words_[1], wordLength_ ? 0 : words_[2])));
  set(Combine(word_, gap), words_[1]);
  set(recent_ & 0xFFFF00, 1);
  set(recent_ & 0xFFFFFF00, 2);
  set(followers_[static_cast<unsigned>(byte)] & 0xFFFF, low(1));
  set(expected << 8 | low(1), static_cast<uint64_t>(match.Bucket()));
  set(Combine(lineStart_, static_cast<uint64_t>(column_ < 255 ? column_ : 255)),
      history.Back(static_cast<uint32_t>(column_ + 1)));
}

}  // namespace understudy::predictor1
