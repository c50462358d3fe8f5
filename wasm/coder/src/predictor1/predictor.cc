#include "predictor.h"

#include <algorithm>
#include <bit>

#include "bit_history.h"

namespace understudy::predictor1 {
namespace {

// Rows of each gated mixer's weight set; Prepare and EvaluateLanes choose among them.
constexpr int kRows[kMixers] = {256, 256 * 8, 32 * 4 * 8, 256 * 2, 8 * 8 * 2, 32 * 8, 16 * 8 * 8, 512 * 8};

constexpr int RowsOf(unsigned mixer) {
  return mixer < kMixers ? kRows[mixer] : kStudentRows[mixer - kMixers];
}

constexpr int kFinalRows = 256, kApmContexts = 1 << 16;
constexpr int kLongMinimum = 7, kRecentMinimum = 4;  // bytes that a match model needs

// Smallest n with 2^n >= count.
int BitsFor(uint32_t count) { return static_cast<int>(std::bit_width(count - 1)); }

// Text needs about 64 bytes of histories and 32 of counters a byte; a short segment is not worth clearing
// more.
PredictorSizes SizesFor(int lanes, uint32_t bytes, int tableBits) {
  const int historyBits = std::clamp(BitsFor(bytes) + 6, 20, tableBits - 1);
  const uint32_t laneBytes = (bytes - 1) / static_cast<uint32_t>(lanes) + 1;
  const int matchBits = std::clamp(BitsFor(laneBytes), 10, 20);
  return {uint64_t{1} << historyBits, uint64_t{1} << (historyBits - 1), matchBits};
}

}  // namespace

bool Predictor::Reserve(int lanes, uint32_t bytes, int tableBits) {
  // Fewer lanes or bytes than these never need more buckets: a lane's table has at most 2^10, or twice as
  // many as the lane has bytes, or 2^20.
  const auto count = static_cast<std::size_t>(lanes);
  const std::size_t buckets = count * 2048 + std::min(count << 21, (std::size_t{bytes} + count) * 4);
  return Allocate(SizesFor(lanes, bytes, tableBits), buckets);
}

void Predictor::Start(const uint8_t* const* laneStarts, int lanes, uint32_t bytes, int tableBits) {
  for (int lane = 0; lane < lanes; ++lane)
    lanes_[static_cast<unsigned>(lane)].history.Start(laneStarts[lane]);
  StartAll(SizesFor(lanes, bytes, tableBits), lanes);
}

void Predictor::Begin(int lane, const uint32_t* frequencies) {
  lane_ = static_cast<unsigned>(lane);
  student_.view.See(frequencies);
  Prepare();
}

bool Predictor::Allocate(const PredictorSizes& sizes, std::size_t matchBuckets) {
  for (unsigned m = 0; m < kMixerCount; ++m) {
    if (!mixers_[m].Allocate(RowsOf(m))) return false;
  }
  for (unsigned a = 0; a < kApms; ++a) {
    if (!apms_[a].Allocate(kApmContexts)) return false;
  }
  if (!student_.Allocate()) return false;
  return finalMixer_.Allocate(kFinalRows) && historyTable_.Allocate(sizes.historyBytes) &&
         counterTable_.Allocate(sizes.counterBytes) && matchBuckets_.Allocate(matchBuckets);
}

void Predictor::StartAll(const PredictorSizes& sizes, int lanes) {
  historyTable_.Start(sizes.historyBytes);
  counterTable_.Start(sizes.counterBytes);
  uint32_t* buckets = matchBuckets_.data();
  for (unsigned l = 0; l < static_cast<unsigned>(lanes); ++l) {
    lanes_[l].longMatch.Start(kLongMinimum, buckets, sizes.matchBits);
    lanes_[l].recentMatch.Start(kRecentMinimum, buckets + (std::size_t{1} << sizes.matchBits),
                                sizes.matchBits);
    lanes_[l].contexts = Contexts{};
    buckets += std::size_t{2} << sizes.matchBits;
  }
  lane_ = 0;
  student_.Start();
  for (unsigned m = 0; m < kMixerCount; ++m) mixers_[m].Start(RowsOf(m), kStudentWeights);
  finalMixer_.Start(kFinalRows);
  for (unsigned a = 0; a < kApms; ++a) apms_[a].Start(kApmContexts);
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
  bytes_ = 0;
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
  const Contexts& contexts = Current().contexts;
  auto hashes = contexts.Hashes();
  hashes[kStudentComponent] = student_.view.Hash(contexts.Last(1));
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
  const MatchModel& match = Current().longMatch.Expected() >= 0 ? Current().longMatch : Current().recentMatch;
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

}  // namespace understudy::predictor1
