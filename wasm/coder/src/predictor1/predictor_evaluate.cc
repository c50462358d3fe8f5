// Predictor, first half: evaluating decisions. Nothing here changes the model.
// All loops run over several decisions of one nibble at a time, stage by stage, so that their memory
// latencies overlap: one while decoding, four on a known path, fifteen in a walk. One source for all three,
// so they agree.
#include <bit>
#include <cstring>

#include "predictor.h"

namespace understudy::predictor1 {
namespace {

constexpr uint32_t kSecondApmContexts = 1 << 16;
constexpr unsigned kOrders = 7;  // the first components: orders 1 to 6 and 8

void Store(Decision& decision, int at, LogitPair pair) {
  std::memcpy(decision.inputs.data() + at, &pair, sizeof(pair));
}

}  // namespace

template <int kLanes>
void Predictor::EvaluateLanes(const NibbleSlots& slots, const int* partials, Decision* decisions) const {
  const Lane& current = Current();
  int nodes[kLanes], positions[kLanes], known[kLanes], matched[kLanes];
  // The ISSE chains; the last rows are their starts, order 0 and the student.
  constexpr int kOrder0Row = kComponentCount, kStudentRow = kComponentCount + 1;
  int logits[kComponentCount + 2][kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    const int partial = partials[lane];
    nodes[lane] = NodeOf(partial);
    positions[lane] = std::bit_width(static_cast<unsigned>(partial)) - 1;
    known[lane] = 0;
    apms_[1].Prefetch((order2Hash_ ^ static_cast<uint32_t>(partial)) & (kSecondApmContexts - 1));
    const LogitPair first = order0Pairs_[static_cast<unsigned>(partial)];
    logits[kOrder0Row][lane] = first.logit;
    Store(decisions[lane], kOrder0Input, first);
    const LogitPair pair = PairOf(student_.view.P16(static_cast<uint32_t>(partial)));
    logits[kStudentRow][lane] = decisions[lane].student.logit = pair.logit;
    Store(decisions[lane], kStudentInput, pair);
  }
  for (unsigned c = 0; c < kComponentCount; ++c) {
    const int previous = Previous(c);
    const int* from = logits[previous == kFromStudent ? kStudentRow : previous < 0 ? kOrder0Row : previous];
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
    for (const MatchModel* match : {&current.longMatch, &current.recentMatch}) {
      const int expected = match->ExpectedBit(partials[lane], positions[lane]);
      const LogitPair pair = match->Pair();
      *x++ = static_cast<int16_t>(expected < 0 ? 0 : expected ? pair.logit : -pair.logit);
      *x++ = static_cast<int16_t>(expected < 0 ? 0 : expected ? pair.confidence : -pair.confidence);
      matched[lane] = matched[lane] * 2 + (expected >= 0);
    }
    *x++ = kBiasLogit;
    x += kStudentInputs;
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
    const auto matches = static_cast<uint32_t>(matched[lane]);
    SelectByStudent(partial, positions[lane], static_cast<uint32_t>(known[lane]), matches, d);
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    Decision& d = decisions[lane];
    for (unsigned m = 0; m < kMixerCount; ++m)
      d.logits[m] = static_cast<int16_t>(mixers_[m].Mix(d.inputs.data(), d.rows[m]));
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    Decision& d = decisions[lane];
    const auto partial = static_cast<uint32_t>(partials[lane]);
    d.mixed = finalMixer_.Mix(d.logits.data(), d.finalRow);
    d.student.firstMixed = d.mixed;
    d.student.secondMixed = student_.finalMixer.Mix(d.logits.data(), d.student.finalRow);
    d.mixed = (d.student.firstMixed + d.student.secondMixed) >> 1;
    const int logit = ClampLogit(d.mixed, kLogitLimit);
    const int expected = current.longMatch.ExpectedBit(partials[lane], positions[lane]) >= 0
                             ? current.longMatch.Expected()
                             : 0;
    d.apmContexts = {partial | static_cast<uint32_t>(current.contexts.Last(1)) << 8,
                     (order2Hash_ ^ partial) & (kSecondApmContexts - 1),
                     partial | static_cast<uint32_t>(expected) << 8};
    const int a0 = apms_[0].Refine(logit, d.apmContexts[0]);
    const int a1 = apms_[1].Refine(logit, d.apmContexts[1]);
    const int a2 = apms_[2].Refine(logit, d.apmContexts[2]);
    int sum = Squash(d.mixed) + a0 + a1 * 3 + a2;
    for (unsigned a = 0; a < kStudentApms; ++a)
      sum += student_.apms[a].Refine(logit, d.student.apmContexts[a]);
    const int p = (sum + 4) >> 3;
    d.p16 = p < 1 ? 1 : p > 65535 ? 65535 : p;
  }
}

void Predictor::SelectByStudent(uint32_t partial, int position, uint32_t known, uint32_t matches,
                                Decision& d) const {
  const Lane& lane = Current();
  StudentDecision& s = d.student;
  const uint32_t last = static_cast<uint32_t>(lane.contexts.Last(1));
  const MatchModel& match = lane.longMatch.Expected() >= 0 ? lane.longMatch : lane.recentMatch;
  s.refinementContexts = {partial | last << 8, partial | static_cast<uint32_t>(match.Expected() & 255) << 8,
                          ((order2Hash_ ^ partial) * 0x9E3779B1u) >> 16};
  for (unsigned r = 0; r < kStudentRefinements; ++r) {
    const int p16 = student_.refinements[r].Refine(s.logit, s.refinementContexts[r]);
    d.inputs[kStudentInput + 2 + r] = static_cast<int16_t>(Stretch(p16));
  }
  const auto level = static_cast<uint32_t>((s.logit + 2048) >> 7);  // 0 ... 31
  const uint32_t on = student_.view.On(partial, position);
  const int column = lane.contexts.Column() < 63 ? lane.contexts.Column() : 63;
  d.rows[kMixers] = level * 16 + matches * 4 + on;
  d.rows[kMixers + 1] = student_.view.Top() * 16 + student_.view.Confidence() * 4 + on;
  d.rows[kMixers + 2] = static_cast<uint32_t>(lane.contexts.WordState()) * 256 + partial;
  d.rows[kMixers + 3] = level * 64 + static_cast<uint32_t>(column);
  s.finalRow = level * 32 + known * 4 + matches;
  s.apmContexts = {level << 8 | partial, level << 8 | last};
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

}  // namespace understudy::predictor1
