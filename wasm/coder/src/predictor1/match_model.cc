#include "match_model.h"

namespace understudy::predictor1 {
namespace {

constexpr int kVerifyLimit = 400;  // a match is counted no further than this when it is found
constexpr int kLengthLimit = 65535;
constexpr int kConfidenceLimit = 1023;

int BucketOf(int length) {
  if (length <= 16) return length;
  if (length <= 32) return 16 + (length - 15) / 3;
  int bucket = 22;
  for (int edge = 40; length > edge && bucket < MatchModel::kBuckets - 1; edge += edge / 2) ++bucket;
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
    confidence_[static_cast<unsigned>(i)] = AdaptiveProbability(65536 - 65536 / (2 * i + 4));
  }
}

void MatchModel::Look(const BlockHistory& history, uint32_t candidate) {
  if (candidate == 0) return;
  int length = 0;
  while (length < kVerifyLimit && static_cast<uint32_t>(length) < candidate &&
         history.At(candidate - 1 - static_cast<uint32_t>(length)) ==
             history.Back(static_cast<uint32_t>(length) + 1)) {
    ++length;
  }
  if (length < minimum_) return;
  length_ = length;
  pointer_ = candidate;
}

void MatchModel::Update(const BlockHistory& history, int byte) {
  if (expected_ >= 0) {
    for (int decision = 0; decision < 8; ++decision) {
      const int bit = (byte >> (7 - decision)) & 1;
      const bool held = bit == ((expected_ >> (7 - decision)) & 1);
      confidence_[static_cast<unsigned>(bucket_)].Update(held, kConfidenceLimit);
      if (!held) break;
    }
    if (byte == expected_) {
      ++pointer_;
      if (length_ < kLengthLimit) ++length_;
    } else {
      length_ = 0;
    }
  }
  if (history.Position() >= static_cast<uint32_t>(minimum_)) {
    uint32_t hash = 0;
    for (int i = 1; i <= minimum_; ++i)
      hash = (hash + history.Back(static_cast<uint32_t>(i)) + 1) * 0x2F0B4C47u;
    uint32_t& entry = table_[(hash ^ hash >> 15) & mask_];
    if (length_ == 0) Look(history, entry);
    entry = history.Position();
  }
  bucket_ = BucketOf(length_);
  expected_ = length_ ? history.At(pointer_) : -1;
  pair_ = PairOf(Confidence16());
}

}  // namespace understudy::predictor1
