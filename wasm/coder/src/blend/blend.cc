#include "blend/blend.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "blend/initial_weights.h"
#include "blend/stretch.h"
#include "predictor1/logistic.h"

namespace understudy::blend {
namespace {

using predictor1::ClampLogit;
using predictor1::kFinalLogitLimit;
using predictor1::kLogitLimit;
using predictor1::Squash;

constexpr int kStudent = kContexts, kMatches = kContexts + 1, kBias = kContexts + 3;
static_assert(kBias + 1 == kInputs);
constexpr int16_t kBiasLogit = 256;  // 1 nat
constexpr uint32_t kRows[kSets] = {256, 256 * 2, 16 * 8 * 8, 512 * 4};
constexpr uint32_t kApmContexts = 1 << 16;

// The hash of a context for the second half of a byte, from that for the first half.
uint32_t SecondHash(uint64_t hash, uint32_t first_bits) {
  return static_cast<uint32_t>(hash) ^ (first_bits + 1) * 2;
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
  return log < 12 ? 12 : log > kMostLinesLog2 ? kMostLinesLog2 : log;
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
  for (uint32_t i = 0; i < kContexts * 256; ++i) {
    histories_[i].Reset(predictor1::InitialProbability(static_cast<int>(i % 256)));
    hits_[i].Clear();
    stretched_[i] = static_cast<int16_t>(Stretch(static_cast<uint32_t>(histories_[i].P16())));
  }
  touchedCount_ = 0;
  coded_ = 0;
}

void Blend::Prepare(const StepView& view, uint32_t first, uint32_t end) {
  for (uint32_t i = first; i < end; ++i) {
    const MatchFinder& finder = long_.Expected(i, view.block) >= 0 ? long_ : short_;
    const int expected = finder.Expected(i, view.block);
    lanes_[i].contexts.Prepare(expected, expected < 0 ? 0 : finder.Bucket(i));
  }
  for (uint32_t i = first; i < end; ++i) {
    for (uint32_t c = 0; c < kContexts; ++c)
      slots_.Expect(static_cast<uint32_t>(lanes_[i].contexts.hashes()[c]));
  }
}

void Blend::Begin(const StepView& view, uint32_t i, Moment& moment) const {
  const LaneContexts& contexts = lanes_[i].contexts;
  moment.partial = 1;
  moment.frequencies = nullptr;
  if (view.frequencies != nullptr) {
    moment.frequencies = view.frequencies + std::size_t{i} * kSymbols;
    moment.student.SetFirst(moment.frequencies);
  }
  for (int m = 0; m < 2; ++m) {
    const MatchFinder& finder = m ? short_ : long_;
    const int expected = finder.Expected(i, view.block);
    moment.expected[m] = expected < 0 ? kNoByte : static_cast<uint32_t>(expected) | 256;
    moment.buckets[m] = finder.Bucket(i);
    moment.confidence[m] = Stretch(static_cast<uint32_t>(finder.Confidence16(moment.buckets[m])));
  }
  moment.order2 = (contexts.Last(1) | contexts.Last(2) << 8) * 0x2F0B4C47u >> 12;
}

template <typename Coder>
void Blend::Step(const StepView& view, Coder* coders) {
  const auto end_of = [&view](uint32_t first) { return std::min(first + kTogether, view.active); };
  Moment moments[kTogether];
  Decision decisions[kTogether];
  Prepare(view, 0, end_of(0));
  for (uint32_t first = 0; first < view.active; first += kTogether) {
    const uint32_t count = end_of(first) - first;
    Lane* lanes = lanes_.get() + first;
    Prepare(view, first + count, end_of(first + count));  // their memory is on the way while these are coded
    for (uint32_t i = 0; i < count; ++i) Begin(view, first + i, moments[i]);
    for (uint32_t position = 0; position < 8; ++position) {
      if (position == 4) {
        for (uint32_t i = 0; i < count; ++i) {
          for (uint32_t c = 0; c < kContexts; ++c)
            slots_.Expect(SecondHash(lanes[i].contexts.hashes()[c], moments[i].partial & 15));
        }
      }
      for (uint32_t i = 0; i < count; ++i) {
        Moment& moment = moments[i];
        if (position % 4 == 0) Locate(lanes[i], position / 4, moment.partial);
        if (position == 4 && moment.frequencies)
          moment.student.SetSecond(moment.frequencies, moment.partial & 15);
        Gather(lanes[i], moment, position, decisions[i]);
      }
      for (uint32_t i = 0; i < count; ++i) Expect(decisions[i]);
      for (uint32_t i = 0; i < count; ++i) {
        Moment& moment = moments[i];
        Weigh(moment, decisions[i]);
        const uint32_t byte = view.block[view.lane_starts[first + i] + view.step];
        const uint32_t bit = Code(coders[first + i], (byte >> (7 - position)) & 1, decisions[i].one);
        Count(moment, position, bit, decisions[i]);
        moment.partial = moment.partial * 2 + bit;
      }
    }
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t byte = moments[i].partial & 255;
      view.block[view.lane_starts[first + i] + view.step] = static_cast<uint8_t>(byte);
      SlotTable::Count(lanes[i].halves[0], SlotTable::Path(byte >> 4));
      SlotTable::Count(lanes[i].halves[1], SlotTable::Path(byte & 15));
    }
  }
  Flush(view);
}

void Blend::Locate(Lane& lane, uint32_t half, uint32_t partial) {
  const uint64_t* hashes = lane.contexts.hashes();
  Places& places = lane.halves[half];
  places.without = 0;
  for (uint32_t c = 0; c < kContexts; ++c) {
    const uint32_t hash = half ? SecondHash(hashes[c], partial & 15) : static_cast<uint32_t>(hashes[c]);
    slots_.Find(hash, static_cast<uint32_t>(hashes[c] >> 56) % 255 + 1, c, places);
  }
}

template <int... kContext>
inline void Blend::LoadHistories(Decision& d, std::integer_sequence<int, kContext...>) const {
  (d.inputs.Load<kContext>(stretched_ + kContext * 256 + d.histories[kContext]), ...);
}

inline void Blend::Gather(const Lane& lane, const Moment& moment, uint32_t position, Decision& d) const {
  const uint32_t partial = moment.partial, half = position / 4;
  // Index of the decision in its nibble's tree: 1 ... 15.
  const uint32_t node = half ? (partial & ((1u << (position - 4)) - 1)) | 1u << (position - 4) : partial;
  d.apms[0] = partial | lane.contexts.Last(1) << 8;
  d.apms[1] = (moment.order2 ^ (partial * 0x9E3779B1u >> 7)) & (kApmContexts - 1);
  const Places& places = lane.halves[half];
  for (uint32_t c = 0; c < kContexts; ++c) d.histories[c] = places.at[c][node] & 255u;
  uint32_t known = 0;
  for (uint32_t c = 0; c < 7; ++c) known += (d.histories[c] + 255) >> 8;  // 1 unless it is 0
  LoadHistories(d, std::make_integer_sequence<int, kContexts>());
  const uint32_t p =
      moment.frequencies ? moment.student.One16(node) : static_cast<uint32_t>(order0_[partial].P16());
  const int32_t first = Stretch(p);
  d.inputs.Set<kStudent>(first);
  int32_t logits[2];
  for (int m = 0; m < 2; ++m) {
    d.agree[m] = moment.expected[m] >> (8 - position) == partial;
    const int32_t sign = static_cast<int32_t>(moment.expected[m] >> (7 - position) & 1) - 1;  // -1 for a 0
    logits[m] = ((moment.confidence[m] ^ sign) - sign) & -static_cast<int32_t>(d.agree[m]);
  }
  d.inputs.Set<kMatches>(logits[0]);
  d.inputs.Set<kMatches + 1>(logits[1]);
  d.inputs.Set<kBias>(kBiasLogit);

  const auto sure = static_cast<uint32_t>(first < 0 ? -first : first) / 160;
  const uint32_t level = sure < 7 ? sure : 7;
  const uint32_t phase = 0xFA94u >> (2 * position) & 3;  // 0, 1, 1, 2, 2, 2, 3, 3
  d.rows[0] = partial;
  d.rows[1] = lane.contexts.Last(1) * 2 + half;
  d.rows[2] = (known * 2 + (d.agree[0] | d.agree[1])) * 64 + level * 8 + position;
  d.rows[3] = lane.contexts.Classes() * 4 + phase;
}

inline void Blend::Expect(const Decision& d) const {
  for (int a = 0; a < 2; ++a) apms_[a].Expect(d.apms[a]);
  for (int s = 1; s < kSets; ++s) mixers_[s].Expect(d.rows[s]);
}

inline void Blend::Weigh(const Moment& moment, Decision& d) const {
  const int16_t* const weights[kSets] = {mixers_[0].Weights(d.rows[0]), mixers_[1].Weights(d.rows[1]),
                                         mixers_[2].Weights(d.rows[2]), mixers_[3].Weights(d.rows[3])};
  d.inputs.Dots<13>(weights, kLogitLimit, d.logits);
  d.mixed = ClampLogit(DotFour(d.logits, final_.Weights(moment.partial)) >> 13, kFinalLogitLimit);
  const Apm::Between at(ClampLogit(d.mixed, kLogitLimit));
  const int32_t mean =
      (2 * Squash(d.mixed) + apms_[0].Refine(at, d.apms[0]) + apms_[1].Refine(at, d.apms[1]) + 2) >> 2;
  d.one = mean < 1 ? 1 : mean > 65535 ? 65535 : mean;
}

inline void Blend::Count(const Moment& moment, uint32_t position, uint32_t bit, const Decision& d) {
  for (uint32_t c = 0; c < kContexts; ++c) {
    const uint32_t history = c * 256 + d.histories[c];
    touched_[touchedCount_] = history;  // stays if it is the first: no branch to mispredict
    touchedCount_ += hits_[history].Count(bit);
  }
  if (kind_ == Kind::kBinary) order0Hits_[moment.partial].Count(bit);
  for (int m = 0; m < 2; ++m) {
    if (d.agree[m])
      (m ? short_ : long_).Count(moment.buckets[m], (moment.expected[m] >> (7 - position) & 1) == bit);
  }
  const auto target = static_cast<int32_t>(bit << 16);
  Lesson lessons[kSets];
  uint32_t any = 0;
  for (int s = 0; s < kSets; ++s) {
    lessons[s] = Lesson::Of(target - Squash(d.logits[s]));
    any |= lessons[s].counts;
  }
  if (any) {  // they are sure together, as a rule
    const Inputs eighths = d.inputs.Eighths();
    for (int s = 0; s < kSets; ++s) {
      mixers_[s].Count(d.rows[s], lessons[s],
                       [&eighths](int32_t* sums, int16_t step) { eighths.AddScaled(sums, step); });
    }
  }
  const Lesson last = Lesson::Of(target - Squash(d.mixed));
  if (last.counts) {
    final_.Count(moment.partial, last,
                 [&d](int32_t* sums, int16_t step) { AddScaledFour(sums, d.logits, step); });
  }
  const Apm::Between at(ClampLogit(d.mixed, kLogitLimit));
  apms_[0].Count(at, d.apms[0], bit);
  apms_[1].Count(at, d.apms[1], bit);
}

}  // namespace understudy::blend
