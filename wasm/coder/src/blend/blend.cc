#include "blend/blend.h"

#include <bit>
#include <new>

#include "blend/initial_weights.h"
#include "predictor1/logistic.h"

namespace understudy::blend {
namespace {

using predictor1::ClampLogit;
using predictor1::kFinalLogitLimit;
using predictor1::kLogitLimit;
using predictor1::Squash;
using predictor1::Stretch;

constexpr int kStudent = kContexts, kMatches = kContexts + 1, kBias = kContexts + 3;
static_assert(kBias + 1 == kInputs);
constexpr int16_t kBiasLogit = 256;  // 1 nat
constexpr uint32_t kHistoryLimit = 255, kOrder0Limit = 255;
constexpr uint32_t kRows[kSets] = {256, 256 * 2, 16 * 8 * 8, 512 * 4};
constexpr uint32_t kApmContexts = 1 << 16;

// A learning rate that falls from start + floor to floor as bytes go by; halfway after `half` bytes.
int32_t Decaying(uint64_t start, uint64_t floor, uint64_t half, uint64_t bytes) {
  return static_cast<int32_t>(floor + start * half / (half + bytes));
}

// Index of a decision within its nibble's tree: 1 ... 15.
uint32_t NodeOf(uint32_t partial, uint32_t position) {
  return position < 4 ? partial : (partial & ((1u << (position - 4)) - 1)) | 1u << (position - 4);
}

// Sums of the frequencies below each node 1 ... 255 of the byte's tree.
void SumTree(const uint32_t* frequencies, uint32_t* tree) {
  for (int i = 0; i < 128; ++i) tree[128 + i] = frequencies[2 * i] + frequencies[2 * i + 1];
  for (int size = 64; size >= 1; size /= 2) {
    for (int i = 0; i < size; ++i) tree[size + i] = tree[2 * (size + i)] + tree[2 * (size + i) + 1];
  }
}

uint32_t Code(RangeEncoder& coder, uint32_t bit, int32_t one) {
  coder.EncodeBit(bit, static_cast<uint32_t>(one));
  return bit;
}

uint32_t Code(RangeDecoder& coder, uint32_t, int32_t one) {
  return coder.DecodeBit(static_cast<uint32_t>(one));
}

}  // namespace

uint32_t Blend::LinesLog2(uint32_t bytes) {
  const auto log = static_cast<uint32_t>(std::bit_width(bytes)) + 3;
  return log < 12 ? 12 : log > 21 ? 21 : log;
}

bool Blend::Reserve(uint32_t lanes, uint32_t bytes, const StepParameters&) {
  if (lanes > kMostLanes) return false;
  const uint32_t log2 = LinesLog2(bytes), table = log2 < 20 ? log2 : 20;
  bool ok = slots_.Reserve(log2) && Allocate(lanes_, lanes) &&
            Allocate(followers_, LaneContexts::kFollowers) && long_.Reserve(lanes, table) &&
            short_.Reserve(lanes, table) && final_.Reserve(256);
  for (int s = 0; s < kSets; ++s) ok = ok && mixers_[s].Reserve(kRows[s]);
  for (auto& apm : apms_) ok = ok && apm.Reserve(kApmContexts, 8 * lanes);
  return ok;
}

void Blend::Start(uint32_t lanes, uint32_t bytes, const StepParameters& parameters) {
  laneCount_ = lanes;
  const uint32_t log2 = LinesLog2(bytes);
  tableLog2_ = log2 < 20 ? log2 : 20;
  slots_.Clear(log2);
  const bool several = lanes > 1;
  for (uint32_t i = 0; i < lanes; ++i) lanes_[i].contexts.Start(kind_, several, i, parameters.record_length);
  for (uint32_t i = 0; i < LaneContexts::kFollowers; ++i) followers_[i] = 0;
  long_.Start(lanes, bytes, tableLog2_);
  short_.Start(lanes, bytes, tableLog2_);
  const InitialWeights& initial = kind_ == Kind::kBinary ? kBinaryWeights
                                  : several              ? kLanesWeights
                                                         : kOneLaneWeights;
  for (int s = 0; s < kSets; ++s) mixers_[s].Start(initial.inputs[s]);
  final_.Start(initial.sets);
  for (auto& apm : apms_) apm.Start();
  for (uint32_t i = 0; i < 256; ++i) {
    order0_[i].Reset(32768);
    order0Hits_[i].Clear();
  }
  for (uint32_t c = 0; c < kContexts; ++c) {
    for (uint32_t s = 0; s < 256; ++s) {
      histories_[c][s].Reset(predictor1::InitialProbability(static_cast<int>(s)));
      hits_[c][s].Clear();
      stretched_[c][s] = static_cast<int16_t>(Stretch(histories_[c][s].P16()));
    }
  }
  touchedCount_ = 0;
  coded_ = 0;
}

void Blend::Prepare(const StepView& view, uint32_t i) {
  Lane& lane = lanes_[i];
  const MatchFinder& finder = long_.Expected(i, view.block) >= 0 ? long_ : short_;
  const int expected = finder.Expected(i, view.block);
  lane.contexts.Prepare(expected, expected < 0 ? 0 : finder.Bucket(i));
  for (uint32_t c = 0; c < kContexts; ++c) slots_.Expect(static_cast<uint32_t>(lane.contexts.hashes()[c]));
}

template <typename Coder>
void Blend::Step(const StepView& view, Coder* coders) {
  alignas(16) uint32_t tree[256];
  if (view.active > 0) Prepare(view, 0);
  for (uint32_t i = 0; i < view.active; ++i) {
    if (i + 1 < view.active) Prepare(view, i + 1);  // its memory is on the way while this lane is coded
    Lane& lane = lanes_[i];
    Moment moment;
    moment.tree = nullptr;
    moment.frequencies = nullptr;
    if (view.frequencies != nullptr) {
      moment.frequencies = view.frequencies + std::size_t{i} * kSymbols;
      SumTree(moment.frequencies, tree);
      moment.tree = tree;
    }
    moment.expected[0] = long_.Expected(i, view.block);
    moment.expected[1] = short_.Expected(i, view.block);
    moment.buckets[0] = long_.Bucket(i);
    moment.buckets[1] = short_.Bucket(i);
    moment.order2 = (lane.contexts.Last(1) | lane.contexts.Last(2) << 8) * 0x2F0B4C47u >> 12;
    uint8_t& byte = view.block[view.lane_starts[i] + view.step];
    byte = static_cast<uint8_t>(CodeByte(lane, moment, byte, coders[i]));
  }
  Flush(view);
}

void Blend::Locate(Lane& lane, uint32_t half, uint32_t high) {
  const uint64_t* hashes = lane.contexts.hashes();
  for (uint32_t c = 0; c < kContexts; ++c) {
    const auto hash = static_cast<uint32_t>(hashes[c]) ^ (half ? (high + 1) * 2 : 0);
    lane.places[half][c] = slots_.Find(hash, static_cast<uint8_t>((hashes[c] >> 56) % 255 + 1));
  }
}

template <typename Coder>
uint32_t Blend::CodeByte(Lane& lane, const Moment& moment, uint32_t byte, Coder& coder) {
  Decision decision;
  uint32_t partial = 1;
  for (uint32_t position = 0; position < 8; ++position) {
    if (position % 4 == 0) Locate(lane, position / 4, partial & 15);
    Evaluate(lane, moment, partial, position, decision);
    const uint32_t bit = Code(coder, (byte >> (7 - position)) & 1, decision.one);
    Count(lane, moment, partial, position, bit, decision);
    partial = partial * 2 + bit;
  }
  byte = partial & 255;
  for (uint32_t half = 0; half < 2; ++half) {
    for (const Place& place : lane.places[half]) SlotTable::Count(place, half ? byte & 15 : byte >> 4);
  }
  return byte;
}

void Blend::Evaluate(const Lane& lane, const Moment& moment, uint32_t partial, uint32_t position,
                     Decision& d) const {
  const uint32_t half = position / 4, node = NodeOf(partial, position);
  d.apms[0] = partial | lane.contexts.Last(1) << 8;
  d.apms[1] = (moment.order2 ^ (partial * 0x9E3779B1u >> 7)) & (kApmContexts - 1);
  for (int a = 0; a < 2; ++a) apms_[a].Expect(d.apms[a]);
  uint32_t known = 0;
  for (uint32_t c = 0; c < kContexts; ++c) {
    const int history = SlotTable::History(lane.places[half][c], node);
    d.inputs[c] = stretched_[c][history];
    if (c < 7) known += history != 0;
  }
  int32_t first;
  if (moment.tree != nullptr) {
    const uint32_t below = partial * 2 + 1;
    const uint32_t ones = below < 256 ? moment.tree[below] : moment.frequencies[below - 256];
    const auto p = static_cast<int32_t>((uint64_t{ones} << 16) / moment.tree[partial]);
    first = Stretch(p);
  } else {
    first = Stretch(order0_[partial].P16());
  }
  d.inputs[kStudent] = static_cast<int16_t>(first);
  uint32_t matched = 0;
  for (int m = 0; m < 2; ++m) {
    const int expected = moment.expected[m];
    int32_t logit = 0;
    if (expected >= 0 && (static_cast<uint32_t>(expected) | 256) >> (8 - position) == partial) {
      const MatchFinder& finder = m ? short_ : long_;
      logit = Stretch(finder.Confidence16(moment.buckets[m]));
      if (!((expected >> (7 - position)) & 1)) logit = -logit;
      matched = 1;
    }
    d.inputs[kMatches + m] = static_cast<int16_t>(logit);
  }
  d.inputs[kBias] = kBiasLogit;

  const auto sure = static_cast<uint32_t>(first < 0 ? -first : first) / 160;
  const uint32_t level = sure < 7 ? sure : 7;
  const uint32_t phase = position == 0 ? 0 : position < 3 ? 1 : position < 6 ? 2 : 3;
  d.rows[0] = partial;
  d.rows[1] = lane.contexts.Last(1) * 2 + half;
  d.rows[2] = (known * 2 + matched) * 64 + level * 8 + position;
  d.rows[3] = lane.contexts.Classes() * 4 + phase;
  for (int s = 0; s < kFinalInputs; ++s) d.logits[s] = 0;
  for (int s = 0; s < kSets; ++s) {
    d.logits[s] = static_cast<int16_t>(ClampLogit(mixers_[s].Dot(d.inputs, d.rows[s]) >> 13, kLogitLimit));
  }
  d.mixed = ClampLogit(final_.Dot(d.logits, partial) >> 13, kFinalLogitLimit);
  const int32_t logit = ClampLogit(d.mixed, kLogitLimit);
  const int32_t p =
      (2 * Squash(d.mixed) + apms_[0].Refine(logit, d.apms[0]) + apms_[1].Refine(logit, d.apms[1]) + 2) >> 2;
  d.one = p < 1 ? 1 : p > 65535 ? 65535 : p;
}

void Blend::Count(const Lane& lane, const Moment& moment, uint32_t partial, uint32_t position, uint32_t bit,
                  const Decision& d) {
  const uint32_t half = position / 4, node = NodeOf(partial, position);
  for (uint32_t c = 0; c < kContexts; ++c) {
    const auto history = static_cast<uint32_t>(SlotTable::History(lane.places[half][c], node));
    touched_[touchedCount_] = c << 8 | history;  // stays if it is the first: no branch to mispredict
    touchedCount_ += hits_[c][history].Count(bit);
  }
  if (kind_ == Kind::kBinary) order0Hits_[partial].Count(bit);
  for (int m = 0; m < 2; ++m) {
    const int expected = moment.expected[m];
    if (expected < 0 || (static_cast<uint32_t>(expected) | 256) >> (8 - position) != partial) continue;
    (m ? short_ : long_)
        .Count(moment.buckets[m], ((static_cast<uint32_t>(expected) >> (7 - position)) & 1) == bit);
  }
  const auto target = static_cast<int32_t>(bit << 16);
  for (int s = 0; s < kSets; ++s) mixers_[s].Count(d.inputs, d.rows[s], target - Squash(d.logits[s]));
  final_.Count(d.logits, partial, target - Squash(d.mixed));
  const int32_t logit = ClampLogit(d.mixed, kLogitLimit);
  apms_[0].Count(logit, d.apms[0], bit);
  apms_[1].Count(logit, d.apms[1], bit);
}

void Blend::Flush(const StepView& view) {
  const auto coded = [&view](uint32_t lane) -> uint32_t {
    return view.block[view.lane_starts[lane] + view.step];
  };
  for (uint32_t i = 0; i < view.active; ++i) {
    const uint32_t nibbles[2] = {coded(i) >> 4, coded(i) & 15};
    for (uint32_t half = 0; half < 2; ++half) {
      for (const Place& place : lanes_[i].places[half]) {
        if (!place.owned) SlotTable::Settle(place, nibbles[half]);
      }
    }
    long_.Follow(i, view);
    short_.Follow(i, view);
  }
  for (uint32_t i = 0; i < view.active; ++i) {
    const uint32_t nibbles[2] = {coded(i) >> 4, coded(i) & 15};
    for (uint32_t half = 0; half < 2; ++half) {
      for (const Place& place : lanes_[i].places[half]) SlotTable::Apply(place, nibbles[half]);
    }
    long_.Look(i, view);
    short_.Look(i, view);
    lanes_[i].contexts.Push(view.block + view.lane_starts[i] + view.step, view.step, followers_.get());
  }
  for (uint32_t k = 0; k < touchedCount_; ++k) {
    const uint32_t c = touched_[k] >> 8, history = touched_[k] & 255;
    histories_[c][history].Move(hits_[c][history], kHistoryLimit);
    stretched_[c][history] = static_cast<int16_t>(Stretch(histories_[c][history].P16()));
  }
  touchedCount_ = 0;
  if (kind_ == Kind::kBinary) {
    for (uint32_t i = 0; i < 256; ++i) order0_[i].Move(order0Hits_[i], kOrder0Limit);
  }
  const int32_t rate = Decaying(1500, 120, 16384, coded_);
  for (auto& mixer : mixers_) mixer.Flush(rate);
  final_.Flush(Decaying(1000, 125, 8192, coded_));
  for (auto& apm : apms_) apm.Flush();
  long_.Flush(view);
  short_.Flush(view);
  coded_ += view.active;
}

}  // namespace understudy::blend
