// The model: from the bytes so far, P(next bit = 1), decision by decision, most significant bit first.
//
// The model changes only between bytes. Everything a decision's probability depends on is fixed at the start
// of the byte, so the probability is a pure function of (state, bits of this byte so far): a walk over all
// 255 decisions of a byte leaves the state untouched and its products are exactly what the coder uses. All
// that was learnt from a byte is applied in Update.
//
// Inputs of all components -> kFirstMixers gated mixers -> kMixers gated mixers -> final mixer -> APMs.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "components/lstm.h"
#include "contexts.h"
#include "counters.h"
#include "history_maps.h"
#include "match_model.h"
#include "mixer.h"
#include "node.h"
#include "refinements.h"
#include "selectors.h"
#include "slot_table.h"

namespace teacher {

inline constexpr const char* kVersion = "2.1.0";
inline constexpr int kMinMegabytes = 16, kMaxMegabytes = 4096;
#if defined(__wasm__)
inline constexpr int kDefaultMegabytes = 256;
#else
inline constexpr int kDefaultMegabytes = 1024;
#endif

// Where each kind of component puts its mixer inputs.
inline constexpr int kIsseInput = 2 * kComponentCount;  // after the ICM pairs
inline constexpr int kPlacedInput = kIsseInput + kComponentCount;
inline constexpr int kDirectInput = kPlacedInput + kComponentCount;
inline constexpr int kOrder0Input = kDirectInput + 2 * kDirectCount;
inline constexpr int kMatchInput = kOrder0Input + 2;
inline constexpr int kRefinementInput = kMatchInput + 2 * 3;
inline constexpr int kLstmInput = kRefinementInput + kRefinements;
inline constexpr int kBiasInput = kLstmInput + 2;
inline constexpr int kInputsUsed = kBiasInput + 1;
inline constexpr int kFirstInputs = (kInputsUsed + 15) / 16 * 16;
inline constexpr int kSecondInputs = (kFirstMixers + 1 + 15) / 16 * 16;

using FirstLayer = MixerSet<kFirstInputs>;
using SecondLayer = MixerSet<kSecondInputs>;

// One decision, evaluated: all inputs and intermediate results that learning needs.
struct Decision {
  alignas(64) std::array<int16_t, kFirstInputs> inputs;
  alignas(64) std::array<int16_t, kSecondInputs> first;  // logits of the first layer, then a constant
  alignas(16) std::array<int16_t, kMixers> second;       // logits of the second layer
  Rows rows;
  SymbolEstimation::Contexts1 refinementsAt;
  SymbolEstimation::Contexts2 apmsAt;
  int mixed;  // logit of the final mixer
  int p16;    // P(bit = 1) as coded: 1 ... 65535
};

// The slots that the 15 decisions of half a byte look into.
struct NibbleSlots {
  std::array<const uint8_t*, kComponentCount> histories;
  std::array<const uint16_t*, kDirectCount> counters;
};

struct ModelOptions {
  int megabytes = kDefaultMegabytes;  // kMinMegabytes ... kMaxMegabytes, what the tables take together
  bool lstm = false;                  // with the LSTM byte mixer
  uint32_t without = 0;               // families left out, a bit each: for ablations, never for archives
};

class Predictor {
 public:
  // Null when the memory cannot be had. Beside the tables it takes about 50 MB.
  static std::unique_ptr<Predictor> Create(const ModelOptions& options);

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

  const Contexts& State() const { return contexts_; }
  const FinalMixer<kMixers>& Final() const { return finalMixer_; }
  // How much an input counts at a decision: its weight through all layers.
  float WeightOf(int input, const Decision& decision) const;
  // A component's own P(bit = 1) at a decision.
  int Order0P16(int partial) const { return order0_[static_cast<unsigned>(partial)].P16(); }
  int IcmP16(int component, int history) const {
    return maps_[static_cast<unsigned>(component)].IcmP16(static_cast<unsigned>(history));
  }
  int MatchP16(int partial) const;
  static constexpr int IsseInput(int component) { return kIsseInput + component; }

 private:
  bool Allocate(const ModelOptions& options);
  void Start(uint32_t without);  // families left out
  template <int kLanes>
  void EvaluateLanes(const NibbleSlots& slots, const int* partials, Decision* decisions) const;
  void LearnDecision(int bit, int partial, const Decision& decision);
  void LearnHistories(int byte, const std::array<Decision, 8>& path);
  void Prepare();
  // Where the input of a component's ISSE comes from.
  int ChainInput(unsigned component) const {
    return chain_[component] < 0 ? kOrder0Input : IsseInput(chain_[component]);
  }

  HistoryTable historyTable_;
  CounterTable counterTable_;
  Table<uint32_t> matchBuckets_;
  RingHistory history_;
  MatchModel longMatch_, recentMatch_;
  Contexts contexts_;
  Selectors selectors_;
  std::array<FirstLayer, kFirstMixers> firstLayer_;
  std::array<SecondLayer, kMixers> secondLayer_;
  FinalMixer<kMixers> finalMixer_;
  SymbolEstimation estimation_;
  std::unique_ptr<Lstm> lstm_;  // null without --lstm

  std::array<AdaptiveProbability, 256> order0_;
  std::array<LogitPair, 256> order0Pairs_;
  std::array<HistoryMaps, kComponentCount> maps_;
  std::array<LogitPair, 4096> directPairs_;  // by 12-bit probability

  std::array<uint8_t, kComponentCount> active_{};  // components that take part
  unsigned activeCount_ = 0;
  std::array<int, kComponentCount> chain_{};  // predecessors of their ISSEs that take part, -1: order 0
  int longest_ = -1;                          // last of the chain of orders

  std::array<uint32_t, kComponentCount> lines_{};  // of the high nibbles
  std::array<uint8_t, kComponentCount> checks_{};
  std::array<uint32_t, kDirectCount> counterLines_{};
  std::array<uint16_t, kDirectCount> counterChecks_{};
  NibbleSlots high_{};
  int matchBits_ = 0, ringBits_ = 0;
  uint64_t historyBytes_ = 0, counterBytes_ = 0;
  uint64_t bytes_ = 0;
  mutable uint32_t touched_ = 0;  // keeps touched values alive, never read
};

}  // namespace teacher
