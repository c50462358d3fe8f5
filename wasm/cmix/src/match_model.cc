#include "match_model.h"

#include <bit>
#include <cstring>

namespace teacher {
namespace {

constexpr int kVerifyLimit = 400;  // a match is counted no further than this when it is found
constexpr int kLengthLimit = 65535;
constexpr int kConfidenceLimit = 1023, kByteLimit = 255;
constexpr int kMostFailures = 4;  // of eight: more and the match is given up
constexpr int kLongEnough = 32;   // a match of this length is not replaced

// 1 ... 15; a match that just failed has length 0 and shares the shortest one's.
int LengthBucketOf(int length) {
  if (length < 8) return 1 + length / 2;
  if (length < 16) return 5 + (length - 8) / 4;
  if (length < 32) return 7 + (length - 16) / 8;
  int bucket = 9;
  for (int edge = 48; length > edge && bucket < MatchModel::kLengths - 1; edge += edge / 2) ++bucket;
  return bucket;
}

}  // namespace

void MatchModel::Start(int minimum, uint32_t* table, int hashBits) {
  *this = MatchModel{};
  minimum_ = minimum;
  table_ = table;
  mask_ = (uint32_t{1} << hashBits) - 1;
  std::memset(table, 0, sizeof(uint32_t) << hashBits);
  for (int i = 0; i < kBuckets; ++i) {
    const int doubt = 2 * (i / 4) + 4;
    confidence_[static_cast<unsigned>(i)] = AdaptiveProbability(65536 - 65536 / doubt);
  }
  byByte_.fill(AdaptiveProbability(58000));
}

int MatchModel::CommonLength(const RingHistory& history, uint32_t candidate) const {
  const uint32_t here = history.Position();
  if (candidate == 0 || !history.Holds(uint64_t{here - candidate} + kVerifyLimit)) return 0;
  int length = 0;
  while (length < kVerifyLimit && static_cast<uint32_t>(length) < candidate &&
         history.At(candidate - 1 - static_cast<uint32_t>(length)) ==
             history.Back(static_cast<uint32_t>(length) + 1)) {
    ++length;
  }
  return length;
}

// Learns how good the expectation was, and follows it or not.
void MatchModel::Judge(int byte) {
  for (int decision = 0; decision < 8; ++decision) {
    const int bit = (byte >> (7 - decision)) & 1;
    const bool held = bit == ((expected_ >> (7 - decision)) & 1);
    confidence_[static_cast<unsigned>(bucket_)].Update(held, kConfidenceLimit);
    byByte_[static_cast<unsigned>(byteRow_)].Update(held, kByteLimit);
    if (!held) break;
  }
  ++pointer_;
  failures_ = (failures_ << 1 | (byte != expected_)) & 255;
  if (byte != expected_) {
    length_ = 0;
    if (std::popcount(failures_) > kMostFailures) pointer_ = 0;
  } else if (length_ < kLengthLimit) {
    ++length_;
  }
}

void MatchModel::Update(const RingHistory& history, int byte) {
  if (expected_ >= 0) Judge(byte);
  if (history.Position() >= static_cast<uint32_t>(minimum_)) {
    uint32_t hash = 0;
    for (int i = 1; i <= minimum_; ++i)
      hash = (hash + history.Back(static_cast<uint32_t>(i)) + 1) * 0x2F0B4C47u;
    uint32_t& entry = table_[(hash ^ hash >> 15) & mask_];
    if (length_ < kLongEnough) {
      const int length = CommonLength(history, entry);
      if (length >= minimum_ && length > length_) {
        length_ = length;
        pointer_ = entry;
        failures_ = 0;
      }
    }
    entry = history.Position();
  }
  if (pointer_ != 0 && !history.Holds(history.Position() - pointer_)) pointer_ = 0;
  expected_ = pointer_ ? history.At(pointer_) : -1;
  const int failed = std::popcount(failures_);
  bucket_ = pointer_ ? LengthBucketOf(length_) * 4 + (failed < 3 ? failed : 3) : 0;
  pair_ = PairOf(Confidence16());
  byteRow_ = expected_ < 0 ? 0 : expected_ * 4 + (length_ == 0 ? 0 : length_ < 16 ? 1 : length_ < 32 ? 2 : 3);
  byteLogit_ = Stretch(byByte_[static_cast<unsigned>(byteRow_)].P16());
}

}  // namespace teacher
