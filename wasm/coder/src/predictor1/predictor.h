// The model: from the bytes so far, P(next bit = 1), decision by decision, most significant bit first.
//
// The model changes only between bytes. Everything a decision's probability depends on is fixed at the start
// of the byte, so the probability is a pure function of (state, bits of this byte so far): a walk over all
// 255 decisions of a byte leaves the state untouched and its products are exactly what the coder uses. All
// that was learnt from a byte is applied in Update.
//
// A student's prediction takes part (student_part.h), and up to four lanes of a block are coded in turn, byte
// by byte: what a lane remembers is its own (Lane), all that is learnt is shared.
//
// GENERATION 1, FROZEN. Archives name it, so nothing in this folder may change what it computes. It began as
// a copy of the stand-alone teacher (wasm/cmix, version 1.0.0), which grows on; that both still have
// like-named parts is wanted: a shared one would tie archives to the teacher. docs/PREDICTOR.md describes it
// in full. The blend (docs/BLEND.md), as frozen, takes its logits and bit histories from here.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "apm.h"
#include "contexts.h"
#include "counters.h"
#include "match_model.h"
#include "mixer.h"
#include "slot_table.h"
#include "student_part.h"

namespace understudy::predictor1 {

inline constexpr int kApms = 3;
inline constexpr int kBiasLogit = 256;  // the constant input of mixers and ISSEs: 1 nat

// Where each kind of component puts its mixer inputs; ICM pairs come first.
inline constexpr int kIsseInput = 2 * kComponentCount;
inline constexpr int kDirectInput = kIsseInput + kComponentCount;
inline constexpr int kOrder0Input = kDirectInput + 2 * kDirectCount;
inline constexpr int kMatchInput = kOrder0Input + 2;
inline constexpr int kStudentInput = kMatchInput + 2 * 2 + 1;
static_assert(kStudentInput + kStudentInputs <= kMixerInputs);

// One decision, evaluated: all inputs and intermediate results that learning needs.
struct Decision {
  alignas(64) std::array<int16_t, kMixerInputs> inputs;
  alignas(16) std::array<int16_t, kMixers + kStudentMixers> logits;  // of the gated mixers
  std::array<uint32_t, kMixers + kStudentMixers> rows;
  std::array<uint32_t, kApms> apmContexts;
  uint32_t finalRow;
  int mixed;  // logit of the final mixer
  int p16;    // P(bit = 1) as coded: 1 ... 65535
  StudentDecision student;
};

// The slots that the 15 decisions of half a byte look into.
struct NibbleSlots {
  std::array<const uint8_t*, kComponentCount> histories;
  std::array<const uint16_t*, kDirectCount> counters;
};

// Index of a decision within its nibble's tree: 1 ... 15.
inline int NodeOf(int partial) {
  if (partial < 16) return partial;
  const int bits = std::bit_width(static_cast<unsigned>(partial)) - 5;
  return (partial & ((1 << bits) - 1)) | 1 << bits;
}

// Sizes of everything that depends on memory: bytes of the hash tables (powers of two), binary logarithm of a
// match model's buckets.
struct PredictorSizes {
  uint64_t historyBytes, counterBytes;
  int matchBits;
};

class Predictor {
 public:
  static constexpr int kMostLanes = 4;
  static constexpr int kMixerCount = kMixers + kStudentMixers;

  // Room for blocks of so many bytes in so many lanes, then any number of starts with no more
  // of either and no larger tables. tableBits: binary logarithm of the bytes that the hash tables may take,
  // kMinTableBits ... kMaxTableBits. False when the memory cannot be had.
  static constexpr int kMinTableBits = 21, kMaxTableBits = 30;
  bool Reserve(int lanes, uint32_t bytes, int tableBits);
  // Begins without any past. laneStarts: where each lane's bytes are, or will be before Update.
  void Start(const uint8_t* const* laneStarts, int lanes, uint32_t bytes, int tableBits);
  // Turns to the next byte of a lane; frequencies: 256, each at least 1, that sum to 65,536.
  void Begin(int lane, const uint32_t* frequencies);

  // Slots of the high nibble, or of the low nibble that follows a high one.
  const NibbleSlots& HighSlots() const { return high_; }
  void LowSlots(int highNibble, NibbleSlots& slots) const;
  void PrefetchLow(int highNibble) const;

  // Evaluates a decision. partial: a leading 1, then the bits of this byte so far (1 ... 255).
  void Evaluate(const NibbleSlots& slots, int partial, Decision& decision) const;
  // The four decisions of a known nibble from its root (1, or 16 | high nibble).
  void EvaluatePath(const NibbleSlots& slots, int root, int nibble, Decision* decisions) const;
  // The 15 decisions of a nibble: p16[partial] = P(bit = 1).
  void EvaluateTree(const NibbleSlots& slots, int root, uint16_t* p16) const;

  // The eight decisions of a known byte.
  void EvaluateByte(int byte, std::array<Decision, 8>& path) const {
    NibbleSlots low;
    PrefetchLow(byte >> 4);
    EvaluatePath(HighSlots(), 1, byte >> 4, path.data());
    LowSlots(byte >> 4, low);
    EvaluatePath(low, 16 | byte >> 4, byte & 15, path.data() + 4);
  }
  // The eight decisions of a byte that nextBit(p16) tells bit by bit; returns it.
  template <typename NextBit>
  int FollowByte(std::array<Decision, 8>& path, NextBit nextBit) const {
    NibbleSlots low;
    int partial = 1;
    for (unsigned decision = 0; decision < 8; ++decision) {
      if (decision == 4) LowSlots(partial & 15, low);
      Evaluate(decision < 4 ? HighSlots() : low, partial, path[decision]);
      partial = partial * 2 + nextBit(path[decision].p16);
    }
    return partial & 255;
  }

  // Learns the byte from the eight decisions that led to it, and prepares the next.
  void Update(int byte, const std::array<Decision, 8>& path);

  static constexpr int IsseInput(int component) { return kIsseInput + component; }

 private:
  struct Lane {
    BlockHistory history;
    MatchModel longMatch, recentMatch;
    Contexts contexts;
  };

  bool Allocate(const PredictorSizes& sizes, std::size_t matchBuckets);
  // All but the histories.
  void StartAll(const PredictorSizes& sizes, int lanes);
  const Lane& Current() const { return lanes_[lane_]; }
  Lane& Current() { return lanes_[lane_]; }
  static constexpr int Previous(unsigned component) { return StudentPrevious(component); }
  template <int kLanes>
  void EvaluateLanes(const NibbleSlots& slots, const int* partials, Decision* decisions) const;
  // Rows, contexts and inputs that follow from the student's probability of a decision.
  void SelectByStudent(uint32_t partial, int position, uint32_t known, uint32_t matches,
                       Decision& decision) const;
  void LearnDecision(int bit, int partial, const Decision& decision);
  void LearnHistories(int byte, const std::array<Decision, 8>& path);
  void Prepare();

  struct IsseWeights {
    int16_t scale, bias;  // 1.0 = 2^13
  };

  HistoryTable historyTable_;
  CounterTable counterTable_;
  Table<uint32_t> matchBuckets_;
  std::array<Lane, kMostLanes> lanes_;
  unsigned lane_ = 0;  // whose byte comes next
  std::array<MixerSet, kMixerCount> mixers_;
  FinalMixer<kMixerCount> finalMixer_;
  std::array<Apm, kApms> apms_;
  StudentPart student_;

  std::array<AdaptiveProbability, 256> order0_;
  std::array<LogitPair, 256> order0Pairs_;
  std::array<std::array<AdaptiveProbability, 256>, kComponentCount> icm_;
  std::array<std::array<LogitPair, 256>, kComponentCount> icmPairs_;           // what Evaluate reads
  std::array<std::array<std::array<int32_t, 2>, 256>, kComponentCount> isse_;  // 1.0 = 2^29
  std::array<std::array<IsseWeights, 256>, kComponentCount> isseTop_;          // what Evaluate reads
  std::array<LogitPair, 4096> directPairs_;                                    // by 12-bit probability

  std::array<uint32_t, kComponentCount> lines_{};  // of the high nibbles
  std::array<uint8_t, kComponentCount> checks_{};
  std::array<uint32_t, kDirectCount> counterLines_{};
  std::array<uint16_t, kDirectCount> counterChecks_{};
  NibbleSlots high_{};
  std::array<uint32_t, kMixers> rowBases_{};
  uint32_t order2Hash_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace understudy::predictor1
