#include "predictor.h"

#include <algorithm>
#include <bit>

#include "bit_history.h"

namespace teacher {
namespace {

// Rows of each gated mixer's weight set; Prepare and EvaluateLanes choose among them.
constexpr int kRows[kMixers] = {256, 256 * 8, 32 * 4 * 8, 256 * 2, 8 * 8 * 2, 32 * 8, 16 * 8 * 8, 512 * 8};

constexpr int kFinalRows = 256, kApmContexts = 1 << 16;  // of all APMs but the second
constexpr int kLongMinimum = 7, kRecentMinimum = 4;      // bytes that a match model needs

PredictorSizes SizesOf(int megabytes) {
  const uint64_t bytes = uint64_t{static_cast<unsigned>(megabytes)} << 20;
  const int ringBits = static_cast<int>(std::bit_width(static_cast<unsigned>(megabytes))) - 1 + 20 - 4;
  return {std::bit_floor(bytes / 2), std::bit_floor(bytes / 4), ringBits, ringBits - 4,
          megabytes >= 64 ? 16 : 14};
}

}  // namespace

std::unique_ptr<Predictor> Predictor::Create(int megabytes) {
  const PredictorSizes sizes = SizesOf(megabytes);
  std::unique_ptr<Predictor> predictor(new Predictor);
  if (!predictor->Allocate(sizes)) return nullptr;
  predictor->StartAll(sizes);
  predictor->Prepare();
  return predictor;
}

bool Predictor::Allocate(const PredictorSizes& sizes) {
  for (unsigned m = 0; m < kMixers; ++m) {
    if (!mixers_[m].Allocate(kRows[m])) return false;
  }
  for (unsigned a = 0; a < kApms; ++a) {
    if (!apms_[a].Allocate(a == 1 ? 1 << sizes.apmBits : kApmContexts)) return false;
  }
  return finalMixer_.Allocate(kFinalRows) && historyTable_.Allocate(sizes.historyBytes) &&
         counterTable_.Allocate(sizes.counterBytes) &&
         matchBuckets_.Allocate(std::size_t{2} << sizes.matchBits) && history_.Allocate(sizes.ringBits);
}

void Predictor::StartAll(const PredictorSizes& sizes) {
  historyTable_.Start(sizes.historyBytes);
  counterTable_.Start(sizes.counterBytes);
  history_.Start(sizes.ringBits);
  longMatch_.Start(kLongMinimum, matchBuckets_.data(), sizes.matchBits);
  recentMatch_.Start(kRecentMinimum, matchBuckets_.data() + (std::size_t{1} << sizes.matchBits),
                     sizes.matchBits);
  MixerSet::Weights initial;
  initial.fill(kWeightOne / 6);
  for (unsigned m = 0; m < kMixers; ++m) mixers_[m].Start(kRows[m], initial);
  finalMixer_.Start(kFinalRows);
  for (unsigned a = 0; a < kApms; ++a) apms_[a].Start(a == 1 ? 1 << sizes.apmBits : kApmContexts);
  apmMask_ = (1u << sizes.apmBits) - 1;
  order0_.fill(AdaptiveProbability());
  order0Pairs_.fill(PairOf(32768));
  for (int i = 0; i < 4096; ++i) directPairs_[static_cast<unsigned>(i)] = PairOf(i * 16 + 8);
  for (unsigned c = 0; c < kComponentCount; ++c) {
    for (unsigned s = 0; s < 256; ++s) {
      icm_[c][s] = AdaptiveProbability(InitialProbability(static_cast<int>(s)));
      icmPairs_[c][s] = PairOf(icm_[c][s].P16());
      isse_[c][s] = {(kWeightOne * 3 / 4) << 16, 0};
      isseTop_[c][s] = {kWeightOne * 3 / 4, 0};
    }
  }
}

void Predictor::LowSlots(int highNibble, NibbleSlots& slots) const {
  for (unsigned c = 0; c < kComponentCount; ++c) {
    slots.histories[c] = historyTable_.Find(HistoryTable::LowNibbleLine(lines_[c], highNibble), checks_[c]);
  }
  for (unsigned d = 0; d < kDirectCount; ++d) {
    slots.counters[d] =
        counterTable_.Find(CounterTable::LowNibbleLine(counterLines_[d], highNibble), counterChecks_[d]);
  }
}

void Predictor::PrefetchLow(int highNibble) const {
  for (unsigned c = 0; c < kComponentCount; ++c)
    historyTable_.Prefetch(HistoryTable::LowNibbleLine(lines_[c], highNibble));
  for (unsigned d = 0; d < kDirectCount; ++d)
    counterTable_.Prefetch(CounterTable::LowNibbleLine(counterLines_[d], highNibble));
}

void Predictor::Prepare() {
  const Contexts& contexts = contexts_;
  const auto& hashes = contexts.Hashes();
  for (unsigned c = 0; c < kComponentCount; ++c) {
    lines_[c] = historyTable_.Line(static_cast<uint32_t>(hashes[c]));
    checks_[c] = static_cast<uint8_t>(hashes[c] >> 56);
    historyTable_.Prefetch(lines_[c]);
    const int direct = kComponents[c].directCounter;
    if (direct < 0) continue;
    const auto k = static_cast<unsigned>(direct);
    counterLines_[k] = counterTable_.Line(static_cast<uint32_t>(hashes[c] >> 8));
    counterChecks_[k] = static_cast<uint16_t>(hashes[c] >> 40);
    counterTable_.Prefetch(counterLines_[k]);
  }
  for (unsigned c = 0; c < kComponentCount; ++c)
    high_.histories[c] = historyTable_.Find(lines_[c], checks_[c]);
  for (unsigned k = 0; k < kDirectCount; ++k)
    high_.counters[k] = counterTable_.Find(counterLines_[k], counterChecks_[k]);
  const auto last = [&contexts](int back) { return static_cast<uint32_t>(contexts.Last(back)); };
  const MatchModel& match = longMatch_.Expected() >= 0 ? longMatch_ : recentMatch_;
  rowBases_ = {0,
               last(1) * 8,
               static_cast<uint32_t>(match.Bucket()) * 32,
               last(2) * 2,
               0,
               static_cast<uint32_t>(contexts.WordState()) * 8,
               static_cast<uint32_t>(contexts.Markup() * 8 + (contexts.Classes() & 7)) * 8,
               static_cast<uint32_t>(contexts.Classes()) * 8};
  order2Hash_ = ((last(1) | last(2) << 8) * 0x2F0B4C47u) >> 12;
}

}  // namespace teacher
