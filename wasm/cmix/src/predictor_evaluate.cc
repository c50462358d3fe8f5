// Predictor, first half: evaluating decisions. Nothing here changes the model.
// All loops run over several decisions of one nibble at a time, stage by stage, so that their memory
// latencies overlap: one while decoding, four on a known path, fifteen in a walk. One source for all three,
// so they agree.
#include <bit>
#include <cstring>

#include "predictor.h"

namespace teacher {
namespace {

constexpr unsigned kOrders = 7;  // the first components: orders 1 to 6 and 8

void Store(Decision& decision, int at, LogitPair pair) {
  std::memcpy(decision.inputs.data() + at, &pair, sizeof(pair));
}

}  // namespace

int Predictor::MatchP16(int partial) const {
  const int decision = std::bit_width(static_cast<unsigned>(partial)) - 1;
  const MatchModel& match = longMatch_.ExpectedBit(partial, decision) >= 0 ? longMatch_ : recentMatch_;
  const int expected = match.ExpectedBit(partial, decision);
  if (expected < 0) return 32768;
  return expected ? match.Confidence16() : 65536 - match.Confidence16();
}

template <int kLanes>
void Predictor::EvaluateLanes(const NibbleSlots& slots, const int* partials, Decision* decisions) const {
  int nodes[kLanes], positions[kLanes], known[kLanes], matched[kLanes];
  // The ISSE chains; the last row is their start, order 0.
  int logits[kComponentCount + 1][kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    const int partial = partials[lane];
    nodes[lane] = NodeOf(partial);
    positions[lane] = std::bit_width(static_cast<unsigned>(partial)) - 1;
    known[lane] = 0;
    apms_[1].Prefetch((order2Hash_ ^ static_cast<uint32_t>(partial)) & apmMask_);
    const LogitPair first = order0Pairs_[static_cast<unsigned>(partial)];
    logits[kComponentCount][lane] = first.logit;
    Store(decisions[lane], kOrder0Input, first);
  }
  for (unsigned c = 0; c < kComponentCount; ++c) {
    const int previous = kComponents[c].previous;
    const int* from = logits[previous < 0 ? kComponentCount : previous];
    int scale[kLanes], bias[kLanes];
    for (int lane = 0; lane < kLanes; ++lane) {
      const uint8_t history = slots.histories[c][nodes[lane]];
      Store(decisions[lane], static_cast<int>(2 * c), icmPairs_[c][history]);
      const IsseWeights w = isseTop_[c][history];
      scale[lane] = w.scale;
      bias[lane] = w.bias;
      if (c < kOrders) known[lane] += history != 0;
    }
    for (int lane = 0; lane < kLanes; ++lane)
      logits[c][lane] = ClampLogit((from[lane] * scale[lane] + kBiasLogit * bias[lane]) >> 13, kLogitLimit);
    for (int lane = 0; lane < kLanes; ++lane)
      decisions[lane].inputs[IsseInput(static_cast<int>(c))] = static_cast<int16_t>(logits[c][lane]);
  }
  for (unsigned i = 0; i < kDirectCount; ++i) {
    for (int lane = 0; lane < kLanes; ++lane) {
      Store(decisions[lane], kDirectInput + 2 * static_cast<int>(i),
            directPairs_[(slots.counters[i][nodes[lane]] ^ 0x8000) >> 4]);
    }
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    int16_t* x = decisions[lane].inputs.data() + kMatchInput;
    matched[lane] = 0;
    for (const MatchModel* match : {&longMatch_, &recentMatch_}) {
      const int expected = match->ExpectedBit(partials[lane], positions[lane]);
      const LogitPair pair = match->Pair();
      *x++ = static_cast<int16_t>(expected < 0 ? 0 : expected ? pair.logit : -pair.logit);
      *x++ = static_cast<int16_t>(expected < 0 ? 0 : expected ? pair.confidence : -pair.confidence);
      matched[lane] = matched[lane] * 2 + (expected >= 0);
    }
    *x++ = kBiasLogit;
    while (x < decisions[lane].inputs.data() + kMixerInputs) *x++ = 0;
  }

  for (int lane = 0; lane < kLanes; ++lane) {
    const auto position = static_cast<uint32_t>(positions[lane]);
    const auto partial = static_cast<uint32_t>(partials[lane]);
    Decision& d = decisions[lane];
    d.rows[0] = partial;
    d.rows[1] = rowBases_[1] + position;
    d.rows[2] = rowBases_[2] + static_cast<uint32_t>(matched[lane]) * 8 + position;
    d.rows[3] = rowBases_[3] + (position >= 4);
    d.rows[4] = static_cast<uint32_t>((known[lane] * 2 + (matched[lane] != 0)) * 8) + position;
    d.rows[5] = rowBases_[5] + position;
    d.rows[6] = rowBases_[6] + position;
    d.rows[7] = rowBases_[7] + position;
    d.finalRow = partial;
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    Decision& d = decisions[lane];
    for (unsigned m = 0; m < kMixers; ++m)
      d.logits[m] = static_cast<int16_t>(mixers_[m].Mix(d.inputs.data(), d.rows[m]));
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    Decision& d = decisions[lane];
    const auto partial = static_cast<uint32_t>(partials[lane]);
    d.mixed = finalMixer_.Mix(d.logits.data(), d.finalRow);
    const int logit = ClampLogit(d.mixed, kLogitLimit);
    const int expected =
        longMatch_.ExpectedBit(partials[lane], positions[lane]) >= 0 ? longMatch_.Expected() : 0;
    d.apmContexts = {partial | static_cast<uint32_t>(contexts_.Last(1)) << 8,
                     (order2Hash_ ^ partial) & apmMask_, partial | static_cast<uint32_t>(expected) << 8};
    const int a0 = apms_[0].Refine(logit, d.apmContexts[0]);
    const int a1 = apms_[1].Refine(logit, d.apmContexts[1]);
    const int a2 = apms_[2].Refine(logit, d.apmContexts[2]);
    int sum = Squash(d.mixed) * 3 + a0 + a1 * 3 + a2;
    const int p = (sum + 4) >> 3;
    d.p16 = p < 1 ? 1 : p > 65535 ? 65535 : p;
  }
}

void Predictor::Evaluate(const NibbleSlots& slots, int partial, Decision& decision) const {
  EvaluateLanes<1>(slots, &partial, &decision);
}

void Predictor::EvaluatePath(const NibbleSlots& slots, int root, int nibble, Decision* decisions) const {
  const int partials[4] = {root, root << 1 | nibble >> 3, root << 2 | nibble >> 2, root << 3 | nibble >> 1};
  EvaluateLanes<4>(slots, partials, decisions);
}

void Predictor::EvaluateTree(const NibbleSlots& slots, int root, uint16_t* p16) const {
  int partials[15];
  Decision decisions[15];
  for (int depth = 0, lane = 0; depth < 4; ++depth) {
    for (int i = 0; i < 1 << depth; ++i) partials[lane++] = root << depth | i;
  }
  EvaluateLanes<15>(slots, partials, decisions);
  for (int lane = 0; lane < 15; ++lane) p16[partials[lane]] = static_cast<uint16_t>(decisions[lane].p16);
}

}  // namespace teacher
