#include "blend/lane_contexts.h"

#include <cstring>

namespace understudy::blend {
namespace {

bool IsLetter(uint32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 128; }

}  // namespace

uint32_t ClassOf(uint32_t c) {
  if (c == ' ' || c == '\n') return 1;
  if (c < 32) return 0;
  if (c >= '0' && c <= '9') return 2;
  if (c >= 'a' && c <= 'z') return 3;
  if (c >= 'A' && c <= 'Z') return 4;
  if (c == '.' || c == ',' || c == ';' || c == ':' || c == '\'' || c == '-') return 5;
  return c >= 128 ? 7 : 6;
}

void LaneContexts::Start(Kind kind, bool several, uint32_t lane, uint32_t record_length) {
  std::memset(hashes_, 0, sizeof(hashes_));
  recent_ = word_ = words_[0] = words_[1] = lineStart_ = 0;
  inWord_ = false;
  column_ = classes_ = position_ = above_ = twoAbove_ = followers_ = 0;
  kind_ = kind;
  several_ = several;
  lane_ = lane;
  recordLength_ = record_length;
}

void LaneContexts::Push(const uint8_t* past, uint32_t known, uint32_t* followers) {
  const uint32_t byte = *past;
  if (!several_) {
    uint32_t& entry = followers[recent_ & 0xFFFF];
    entry = entry << 8 | byte;
  }
  recent_ = recent_ << 8 | byte;
  classes_ = classes_ << 3 | ClassOf(byte);
  ++position_;
  if (!several_) followers_ = followers[recent_ & 0xFFFF] & 0xFFFF;
  if (kind_ == Kind::kBinary) {
    above_ = recordLength_ && known + 1 >= recordLength_ ? past[1 - static_cast<int64_t>(recordLength_)] : 0;
    twoAbove_ = recordLength_ && known + 1 >= 2 * recordLength_
                    ? past[1 - 2 * static_cast<int64_t>(recordLength_)]
                    : 0;
    return;
  }
  if (IsLetter(byte)) {
    word_ = Combine(word_, byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    inWord_ = true;
  } else if (inWord_) {
    words_[1] = words_[0];
    words_[0] = word_;
    word_ = 0;
    inWord_ = false;
  }
  if (byte == '\n') {
    column_ = 0;
    lineStart_ = 0;
  } else {
    if (column_ < 3) lineStart_ = Combine(lineStart_, byte);
    ++column_;
  }
}

void LaneContexts::Prepare(int expected, uint32_t bucket) {
  const auto match = static_cast<uint64_t>(expected + 1) << 16 | (bucket < 15 ? bucket : 15);
  if (kind_ == Kind::kText) {
    PrepareText(match);
  } else {
    PrepareBinary(match);
  }
}

void LaneContexts::PrepareText(uint64_t expected) {
  const auto low = [this](int bytes) { return recent_ & ((uint64_t{1} << (8 * bytes)) - 1); };
  const uint64_t gap = inWord_ ? 0 : low(1) + 1;
  const uint64_t word = Combine(word_, gap);
  const uint64_t before = inWord_ ? 0 : words_[1];
  const uint64_t unit = Combine(word, inWord_ ? 0 : words_[0]);
  const uint64_t contexts[kContexts - 3] = {low(1),
                                            low(2),
                                            low(4),
                                            low(6),
                                            unit,
                                            Combine(word, Combine(words_[0], before)),
                                            Combine(word, words_[1]),
                                            Combine(lineStart_, column_ < 255 ? column_ : 255),
                                            expected | low(1) << 8};
  for (uint32_t i = 0; i < kContexts - 3; ++i) hashes_[i] = Combine(contexts[i], i);
  if (several_) {
    const uint64_t own[3] = {low(2), low(3), unit};
    for (uint32_t i = 0; i < 3; ++i) hashes_[9 + i] = Combine(Combine(own[i], 9 + i), lane_ + 1);
  } else {
    const uint64_t more[3] = {low(3), recent_, Combine(followers_, low(1))};
    for (uint32_t i = 0; i < 3; ++i) hashes_[9 + i] = Combine(more[i], 9 + i);
  }
}

void LaneContexts::PrepareBinary(uint64_t expected) {
  const auto low = [this](int bytes) { return recent_ & ((uint64_t{1} << (8 * bytes)) - 1); };
  const uint64_t column = recordLength_ ? position_ % recordLength_ : position_ & 3;
  const uint64_t above = above_, twoAbove = twoAbove_;
  const uint64_t contexts[kContexts - 3] = {low(1),
                                            low(2),
                                            low(3),
                                            low(4),
                                            recent_ & 0xFFFF00,
                                            recent_ & 0xFF00FF00,
                                            Combine(column, above),
                                            Combine(above | twoAbove << 8, low(1)),
                                            expected | low(1) << 8};
  for (uint32_t i = 0; i < kContexts - 3; ++i) hashes_[i] = Combine(contexts[i], i);
  const uint64_t more[3] = {Combine(above, low(1)), Combine(column, low(2)),
                            several_ ? low(6) : Combine(followers_, low(1))};
  for (uint32_t i = 0; i < 3; ++i) hashes_[9 + i] = Combine(more[i], 9 + i);
}

}  // namespace understudy::blend
