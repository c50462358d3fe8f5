#include "predictor.h"

#include <bit>

#include "bit_history.h"

namespace teacher {
namespace {

uint64_t PowerOfTwoBelow(uint64_t n) { return std::bit_floor(n); }

int HistoryBits(int megabytes) { return std::bit_width(static_cast<unsigned>(megabytes)) - 1 + 20 - 4; }
int ApmBits(int megabytes) { return megabytes >= 64 ? 16 : 14; }

// Rows of each gated mixer's weight set; Prepare and EvaluateLanes choose among them.
constexpr int kRows[kMixers] = {256, 256 * 8, 32 * 4 * 8, 256 * 2, 8 * 8 * 2, 32 * 8, 16 * 8 * 8, 512 * 8};

}  // namespace

std::unique_ptr<Predictor> Predictor::Create(int megabytes) {
  std::unique_ptr<Predictor> predictor(new Predictor(megabytes));
  if (!predictor->AllocateTables(megabytes)) return nullptr;
  predictor->Prepare();
  return predictor;
}

bool Predictor::AllocateTables(int megabytes) {
  const uint64_t bytes = uint64_t{static_cast<unsigned>(megabytes)} << 20;
  return historyTable_.Allocate(PowerOfTwoBelow(bytes / 2)) &&
         counterTable_.Allocate(PowerOfTwoBelow(bytes / 4));
}

Predictor::Predictor(int megabytes)
    : history_(HistoryBits(megabytes)),
      longMatch_(7, HistoryBits(megabytes) - 4),
      recentMatch_(4, HistoryBits(megabytes) - 4),
      mixers_{MixerSet(kRows[0], kWeightOne / 6), MixerSet(kRows[1], kWeightOne / 6),
              MixerSet(kRows[2], kWeightOne / 6), MixerSet(kRows[3], kWeightOne / 6),
              MixerSet(kRows[4], kWeightOne / 6), MixerSet(kRows[5], kWeightOne / 6),
              MixerSet(kRows[6], kWeightOne / 6), MixerSet(kRows[7], kWeightOne / 6)},
      finalMixer_(256),
      apms_{Apm(1 << 16), Apm(1 << ApmBits(megabytes)), Apm(1 << 16)},
      apmMask_((1u << ApmBits(megabytes)) - 1) {
  for (auto& p : order0Pairs_) p = PairOf(32768);
  for (int i = 0; i < 4096; ++i) directPairs_[static_cast<unsigned>(i)] = PairOf(i * 16 + 8);
  for (int c = 0; c < kComponentCount; ++c) {
    const auto k = static_cast<unsigned>(c);
    for (unsigned s = 0; s < 256; ++s) {
      icm_[k][s] = AdaptiveProbability(InitialProbability(static_cast<int>(s)));
      icmPairs_[k][s] = PairOf(icm_[k][s].P16());
      isse_[k][s] = {(kWeightOne * 3 / 4) << 16, 0};
      isseTop_[k][s] = {kWeightOne * 3 / 4, 0};
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
  const auto& hashes = contexts_.Hashes();
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
  const auto last = [this](int back) { return static_cast<uint32_t>(contexts_.Last(back)); };
  rowBases_ = {
      0,
      last(1) * 8,
      static_cast<uint32_t>(longMatch_.Expected() >= 0 ? longMatch_.Bucket() : recentMatch_.Bucket()) * 32,
      last(2) * 2,
      0,
      static_cast<uint32_t>(contexts_.WordState()) * 8,
      static_cast<uint32_t>(contexts_.Markup() * 8 + (contexts_.Classes() & 7)) * 8,
      static_cast<uint32_t>(contexts_.Classes()) * 8};
  order2Hash_ = ((last(1) | last(2) << 8) * 0x2F0B4C47u) >> 12;
}

}  // namespace teacher
