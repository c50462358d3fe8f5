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
constexpr unsigned kOrder2 = 1, kOrder4 = 3;

void Store(Decision& decision, int at, LogitPair pair) {
  std::memcpy(decision.inputs.data() + at, &pair, sizeof(pair));
}

void StoreMatch(const MatchModel& match, int expectedBit, int16_t* inputs) {
  const int sign = expectedBit < 0 ? 0 : expectedBit ? 1 : -1;
  inputs[0] = static_cast<int16_t>(sign * match.Pair().logit);
  inputs[1] = static_cast<int16_t>(sign * match.Pair().confidence);
  inputs[2] = static_cast<int16_t>(sign * match.ByteLogit());
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
  DecisionState states[kLanes];
  int nodes[kLanes];
  uint32_t touched = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    Decision& d = decisions[lane];
    DecisionState& at = states[lane];
    const int partial = partials[lane];
    nodes[lane] = NodeOf(partial);
    const int position = std::bit_width(static_cast<unsigned>(partial)) - 1;
    at = {static_cast<uint32_t>(partial),
          static_cast<uint32_t>(position),
          longMatch_.ExpectedBit(partial, position),
          recentMatch_.ExpectedBit(partial, position),
          0,
          0,
          0,
          0};
    touched += estimation_.Touch(at.partial);
    d.inputs.fill(0);
    Store(d, kOrder0Input, order0Pairs_[at.partial]);
    StoreMatch(longMatch_, at.longBit, d.inputs.data() + kMatchInput);
    StoreMatch(recentMatch_, at.recentBit, d.inputs.data() + kMatchInput + 3);
    if (lstm_) Store(d, kLstmInput, PairOf(lstm_->P16(at.partial)));
    d.inputs[kBiasInput] = kBiasLogit;
  }
  touched_ += touched;
  for (unsigned i = 0; i < activeCount_; ++i) {
    const unsigned c = active_[i];
    const HistoryMaps& maps = maps_[c];
    const auto from = static_cast<unsigned>(ChainInput(c));
    const auto put = [&](int lane, unsigned history) {
      Decision& d = decisions[lane];
      Store(d, static_cast<int>(2 * c), maps.Icm(history));
      d.inputs[kPlacedInput + c] = maps.Placed(history, states[lane].position);
      d.inputs[kIsseInput + c] = static_cast<int16_t>(maps.Isse(history, d.inputs[from]));
      if (c < kOrders) states[lane].knownOrders |= static_cast<uint32_t>(history != 0) << c;
    };
    const uint8_t* histories = slots.histories[c];
    if (histories == HistoryTable::kEmpty) {  // most contexts of a walk: nothing to look up
      for (int lane = 0; lane < kLanes; ++lane) put(lane, 0);
    } else {
      for (int lane = 0; lane < kLanes; ++lane) put(lane, histories[nodes[lane]]);
    }
    if (kComponents[c].directCounter < 0) continue;
    const auto k = static_cast<unsigned>(kComponents[c].directCounter);
    for (int lane = 0; lane < kLanes; ++lane) {
      Store(decisions[lane], kDirectInput + 2 * static_cast<int>(k),
            directPairs_[(slots.counters[k][nodes[lane]] ^ 0x8000) >> 4]);
    }
  }
  const auto longest = static_cast<unsigned>(longest_ < 0 ? kOrder0Input : IsseInput(longest_));
  for (int lane = 0; lane < kLanes; ++lane) {
    Decision& d = decisions[lane];
    DecisionState& at = states[lane];
    estimation_.SelectRefinements(at.partial, d.refinementsAt);
    for (unsigned r = 0; r < kRefinements; ++r) {
      d.inputs[kRefinementInput + r] =
          static_cast<int16_t>(estimation_.Refine(r, d.inputs[longest], d.refinementsAt));
    }
    at.order2 = d.inputs[kIsseInput + kOrder2];
    at.order4 = d.inputs[kIsseInput + kOrder4];
    at.other = d.inputs[static_cast<unsigned>(lstm_ ? kLstmInput : kIsseInput + kWord)];
    selectors_.Select(at, d.rows);
  }
  // Mixer by mixer, since lanes often share a row of weights.
  for (unsigned m = 0; m < kFirstMixers; ++m) {
    for (int lane = 0; lane < kLanes; ++lane) {
      Decision& d = decisions[lane];
      d.first[m] =
          static_cast<int16_t>(firstLayer_[m].Mix(d.inputs.data(), d.rows.first[m], d.rows.first[0]));
    }
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    Decision& d = decisions[lane];
    d.first[kFirstMixers] = kBiasLogit;
    for (unsigned m = kFirstMixers + 1; m < kSecondInputs; ++m) d.first[m] = 0;
    for (unsigned m = 0; m < kMixers; ++m) {
      d.second[m] =
          static_cast<int16_t>(secondLayer_[m].Mix(d.first.data(), d.rows.second[m], d.rows.second[0]));
    }
    d.mixed = finalMixer_.Mix(d.second.data(), d.rows.final);
    const int expected = states[lane].longBit >= 0 ? longMatch_.Expected() : lstm_ ? lstm_->Top() : 0;
    estimation_.SelectApms(states[lane].partial, static_cast<uint32_t>(expected), d.apmsAt);
    d.p16 = estimation_.Correct(d.mixed, d.apmsAt);
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

float Predictor::WeightOf(int input, const Decision& d) const {
  const int32_t* final = finalMixer_.Row(d.rows.final);
  float sum = 0;
  for (unsigned f = 0; f < kFirstMixers; ++f) {
    float share = 0;
    for (unsigned s = 0; s < kMixers; ++s) {
      const int16_t* second = secondLayer_[s].Row(d.rows.second[s], d.rows.second[0]);
      share += static_cast<float>(final[s]) * (1.0f / 65536) *
               (static_cast<float>(second[f]) * (1.0f / kWeightOne));
    }
    sum += share * (static_cast<float>(firstLayer_[f].Row(d.rows.first[f], d.rows.first[0])[input]) *
                    (1.0f / kWeightOne));
  }
  return sum;
}

}  // namespace teacher
