// The order-free blend (docs/BLEND.md): the student's probability of each of a byte's eight decisions, mixed
// with what adaptive contexts and matches say, for all lanes of a segment at once. In each step all lanes
// read the state as it was before the step; what they teach is counted, counts commute, and the state moves
// at the step's end. So the order of the lanes does not matter, and a GPU gets the same integers.
#ifndef UNDERSTUDY_CODER_BLEND_BLEND_H_
#define UNDERSTUDY_CODER_BLEND_BLEND_H_

#include <cstdint>
#include <utility>

#include "blend/adaptive_probability.h"
#include "blend/apm.h"
#include "blend/lane_contexts.h"
#include "blend/match_finder.h"
#include "blend/mixer.h"
#include "blend/nibble_sums.h"
#include "blend/slot_table.h"
#include "blend/vectors.h"
#include "memory.h"
#include "step_coder.h"

namespace understudy::blend {

inline constexpr uint32_t kMostLanes = 256;
inline constexpr int kInputs = 16;  // the contexts, the student (binary: order 0), two matches, a constant
inline constexpr int kSets = 4;     // as vectors.h has it

class Blend final : public StepCoder {
 public:
  explicit Blend(Kind kind) : kind_(kind) {}

  bool NeedsStudent() const override { return kind_ == Kind::kText; }
  bool Reserve(uint32_t lanes, uint32_t bytes, const StepParameters& parameters) override;
  void Start(uint32_t lanes, uint32_t bytes, const StepParameters& parameters) override;
  void EncodeStep(const StepView& view, RangeEncoder* encoders) override { Step(view, encoders); }
  void DecodeStep(const StepView& view, RangeDecoder* decoders) override { Step(view, decoders); }

  // log2 of the lines of the slot table for a segment of so many bytes: 2^21 (64 MiB) at most.
  static uint32_t LinesLog2(uint32_t bytes);

 private:
  struct Lane {
    LaneContexts contexts;
    Places halves[2];  // of this step
  };
  // A lane at a step: what its decisions share.
  struct Moment {
    const uint32_t* frequencies;  // [256] of the student, null without one
    NibbleSums student;           // of this half of the byte
    uint32_t expected[2];         // the byte that a match expects with a 1 before it; kNoByte without a match
    int32_t confidence[2];        // logit of that
    uint32_t buckets[2];
    uint32_t order2;
    uint32_t partial;  // a 1 and the bits so far
  };
  static constexpr uint32_t kNoByte = UINT32_MAX;
  // One decision: what it was made of.
  struct Decision {
    Inputs inputs;
    alignas(16) int32_t logits[kSets];
    uint32_t rows[kSets];
    uint32_t apms[2];
    uint32_t histories[kContexts];  // numbers of the states shown, context by context
    uint32_t agree[2];              // 1 where a match expects the next bit
    int32_t mixed;
    int32_t one;  // P(bit = 1), 1 ... 65535
  };
  // So many lanes go side by side through their decisions. Nearly all that a decision reads is far away, and
  // no processor looks far enough ahead to find the next one's misses: so all lanes ask before any waits.
  static constexpr uint32_t kTogether = 8;

  template <typename Coder>
  void Step(const StepView& view, Coder* coders);
  // Sets the contexts of some lanes for their next byte, and asks for the memory of its first half.
  void Prepare(const StepView& view, uint32_t first, uint32_t end);
  void Begin(const StepView& view, uint32_t lane, Moment& moment) const;
  // Finds the contexts of half a byte.
  void Locate(Lane& lane, uint32_t half, uint32_t partial);
  // A decision in three parts: what is known, all that it is to be weighed by (asked for), and what follows.
  void Gather(const Lane& lane, const Moment& moment, uint32_t position, Decision& decision) const;
  template <int... kContext>
  void LoadHistories(Decision& decision, std::integer_sequence<int, kContext...>) const;
  void Expect(const Decision& decision) const;
  void Weigh(const Moment& moment, Decision& decision) const;
  void Count(const Moment& moment, uint32_t position, uint32_t bit, const Decision& decision);
  void Flush(const StepView& view);

  const Kind kind_;
  SlotTable slots_;
  Array<Lane> lanes_;
  Array<uint32_t> followers_;
  MatchFinder long_{8}, short_{5};
  MixerSet<kInputs> mixers_[kSets];
  MixerSet<kSets> final_;
  Apm apms_[2];
  AdaptiveProbability order0_[256];
  Hits order0Hits_[256];
  // By state + 256 * context:
  AdaptiveProbability histories_[kContexts * 256];  // P(bit = 1) after each bit history
  int16_t stretched_[kContexts * 256];              // their logits, which decisions read
  Hits hits_[kContexts * 256];                      // of this step
  uint32_t touched_[kContexts * 256 + 1];           // histories that were hit in this step
  uint32_t touchedCount_ = 0;
  uint32_t laneCount_ = 0, tableLog2_ = 0;
  uint64_t coded_ = 0;  // bytes
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_BLEND_H_
