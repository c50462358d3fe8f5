// Match model of a segment in lanes: finds where the recent bytes of a lane occurred before, in any lane, and
// expects the byte that followed there. All lanes look before any of them enters its position; of several
// entries the latest step wins, then the highest lane (a maximum, so it commutes).
#ifndef UNDERSTUDY_CODER_BLEND_MATCH_FINDER_H_
#define UNDERSTUDY_CODER_BLEND_MATCH_FINDER_H_

#include <cstdint>
#include <cstring>

#include "blend/adaptive_probability.h"
#include "blend/touch.h"
#include "memory.h"
#include "step_coder.h"

namespace understudy::blend {

// What one lane follows.
struct Match {
  uint32_t pointer;  // offset in the block of the expected byte
  uint32_t length;   // bytes that agreed, at most kLongest; 0: no match
};

class MatchFinder {
 public:
  static constexpr uint32_t kBuckets = 32;
  static constexpr uint32_t kLongest = 65535;

  // minimum: bytes that must agree, at most kVerified.
  explicit MatchFinder(uint32_t minimum) : minimum_(minimum) {}

  bool Reserve(uint32_t lanes, uint32_t table_log2) {
    mask_ = (1u << table_log2) - 1;
    return Allocate(table_, std::size_t{1} << table_log2) && Allocate(matches_, lanes) &&
           Allocate(entries_, lanes);
  }

  void Start(uint32_t lanes, uint32_t bytes, uint32_t table_log2) {
    mask_ = (1u << table_log2) - 1;
    lanes_ = lanes;
    bytes_ = bytes;
    std::memset(table_.get(), 0, sizeof(uint32_t) << table_log2);
    std::memset(matches_.get(), 0, sizeof(Match) * lanes);
    for (uint32_t i = 0; i < kBuckets; ++i) {
      confidence_[i].Reset(static_cast<int32_t>(65536 - 65536 / (2 * i + 4)));
      hits_[i].Clear();
    }
  }

  // The byte that the lane's match expects, or -1.
  int Expected(uint32_t lane, const uint8_t* block) const {
    const Match& match = matches_[lane];
    return match.length ? block[match.pointer] : -1;
  }

  uint32_t Bucket(uint32_t lane) const {
    const uint32_t n = matches_[lane].length;
    if (n < 16) return n;
    if (n < 32) return 16 + (n - 16) / 4;
    if (n < 64) return 20 + (n - 32) / 8;
    return n < 400 ? 24 + (n - 64) / 64 : 30;
  }

  // P(the expected bit comes) in 16 bits.
  int32_t Confidence16(uint32_t bucket) const { return confidence_[bucket].P16(); }
  void Count(uint32_t bucket, bool held) { hits_[bucket].Count(held); }

  // A lane's byte of this step is in the block: follows or drops its match, and names its place in the table.
  void Follow(uint32_t lane, const StepView& view) {
    const uint32_t here = view.lane_starts[lane] + view.step;  // the byte just coded
    Match& match = matches_[lane];
    if (match.length) {
      if (view.block[match.pointer] == view.block[here] && match.pointer + 1 < bytes_) {
        ++match.pointer;
        if (match.length < kLongest) ++match.length;
      } else {
        match.length = 0;
      }
    }
    const uint32_t known = view.step + 1;  // bytes of the lane
    entries_[lane] = 0;
    if (known < minimum_) return;
    uint32_t hash = 0;
    for (uint32_t i = 0; i < minimum_; ++i) hash = (hash + view.block[here - i] + 1) * 0x2F0B4C47u;
    entries_[lane] = ((hash ^ hash >> 15) & mask_) + 1;
  }

  // Lanes 0 .. count-1 will look at their places soon.
  void Expect(uint32_t count) const {
    for (uint32_t lane = 0; lane < count; ++lane)
      Touch(table_.get() + (entries_[lane] ? entries_[lane] - 1 : 0));
  }

  // Looks for a match where the lane has none.
  void Look(uint32_t lane, const StepView& view) {
    if (entries_[lane] == 0 || matches_[lane].length) return;
    Compare(table_[entries_[lane] - 1], view.lane_starts[lane] + view.step, view.step + 1, view,
            matches_[lane]);
  }

  // The end of a step, after all lanes have looked.
  void Flush(const StepView& view) {
    for (uint32_t lane = 0; lane < view.active; ++lane) {
      if (entries_[lane] == 0) continue;
      uint32_t& entry = table_[entries_[lane] - 1];
      const uint32_t index = (view.step + 1) * lanes_ + lane + 1;
      if (entry < index) entry = index;
    }
    for (uint32_t i = 0; i < kBuckets; ++i) confidence_[i].Move(hits_[i], kMostSeen);
  }

 private:
  static constexpr uint32_t kVerified = 32;  // bytes compared when a match is found

  // An entry is 1 + step * lanes + lane of the byte that follows; 0: none.
  void Compare(uint32_t entry, uint32_t here, uint32_t known, const StepView& view, Match& match) const {
    if (entry == 0) return;
    const uint32_t behind = (entry - 1) / lanes_;  // bytes of its lane before the candidate
    const uint32_t candidate = view.lane_starts[(entry - 1) % lanes_] + behind;
    if (candidate >= bytes_) return;
    uint32_t most = behind < known ? behind : known;
    if (most > kVerified) most = kVerified;
    uint32_t length = 0;
    while (length < most && view.block[candidate - 1 - length] == view.block[here - length]) ++length;
    if (length >= minimum_) match = {candidate, length};
  }

  uint32_t minimum_;
  uint32_t mask_ = 0, lanes_ = 0, bytes_ = 0;
  Array<uint32_t> table_, entries_;
  Array<Match> matches_;
  AdaptiveProbability confidence_[kBuckets];
  Hits hits_[kBuckets];
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_MATCH_FINDER_H_
