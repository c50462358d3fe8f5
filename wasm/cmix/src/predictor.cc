#include "predictor.h"

#include <bit>

namespace teacher {
namespace {

constexpr int kLongMinimum = 8, kRecentMinimum = 4;  // bytes that a match model needs
constexpr int kLongestOrder = 8;                     // registry number of the last of the orders

// Before anything is learnt, chains speak most: they already hold what their predecessors say.
FirstLayer::Weights InitialWeights() {
  FirstLayer::Weights weights{};
  for (int c = 0; c < kComponentCount; ++c) {
    weights[static_cast<unsigned>(2 * c)] = kWeightOne / 80;
    weights[static_cast<unsigned>(kIsseInput + c)] = kWeightOne / 60;
    weights[static_cast<unsigned>(kPlacedInput + c)] = kWeightOne / 160;
  }
  for (int d = 0; d < kDirectCount; ++d)
    weights[static_cast<unsigned>(kDirectInput + 2 * d)] = kWeightOne / 80;
  for (int m = 0; m < 6; m += 3) weights[static_cast<unsigned>(kMatchInput + m)] = kWeightOne / 6;
  for (int r = 0; r < kRefinements; ++r)
    weights[static_cast<unsigned>(kRefinementInput + r)] = kWeightOne / 12;
  weights[static_cast<unsigned>(kLstmInput)] = kWeightOne / 12;
  return weights;
}

}  // namespace

std::unique_ptr<Predictor> Predictor::Create(const ModelOptions& options) {
  std::unique_ptr<Predictor> predictor(new Predictor);
  if (!predictor->Allocate(options)) return nullptr;
  predictor->Start(options.without);
  predictor->Prepare();
  return predictor;
}

bool Predictor::Allocate(const ModelOptions& options) {
  const auto megabytes = static_cast<unsigned>(options.megabytes);
  const uint64_t bytes = uint64_t{megabytes} << 20;
  historyBytes_ = std::bit_floor(bytes * 3 / 4);
  counterBytes_ = std::bit_floor(bytes / 8);
  ringBits_ = static_cast<int>(std::bit_width(megabytes)) - 1 + 20 - 4;
  matchBits_ = ringBits_ - 4;
  for (unsigned m = 0; m < kFirstMixers; ++m) {
    if (!firstLayer_[m].Allocate(kFirstRows[m])) return false;
  }
  for (unsigned m = 0; m < kMixers; ++m) {
    if (!secondLayer_[m].Allocate(kSecondRows[m])) return false;
  }
  if (options.lstm) {
    lstm_ = Lstm::Create();
    if (!lstm_) return false;
  }
  return finalMixer_.Allocate(kFinalRows) && estimation_.Allocate(megabytes < 64) &&
         historyTable_.Allocate(historyBytes_) && counterTable_.Allocate(counterBytes_) &&
         matchBuckets_.Allocate(std::size_t{2} << matchBits_) && history_.Allocate(ringBits_);
}

void Predictor::Start(uint32_t without) {
  historyTable_.Start(historyBytes_);
  counterTable_.Start(counterBytes_);
  history_.Start(ringBits_);
  longMatch_.Start(kLongMinimum, matchBuckets_.data(), matchBits_);
  recentMatch_.Start(kRecentMinimum, matchBuckets_.data() + (std::size_t{1} << matchBits_), matchBits_);
  firstLayer_[0].Start(InitialWeights());
  for (unsigned m = 1; m < kFirstMixers; ++m) firstLayer_[m].Start(firstLayer_[0]);
  SecondLayer::Weights mean{};
  std::fill_n(mean.begin(), kFirstMixers, kWeightOne / kFirstMixers);
  secondLayer_[0].Start(mean);
  for (unsigned m = 1; m < kMixers; ++m) secondLayer_[m].Start(secondLayer_[0]);
  finalMixer_.Start(kFinalRows);
  estimation_.Start();
  order0_.fill(AdaptiveProbability());
  order0Pairs_.fill(PairOf(32768));
  for (int i = 0; i < 4096; ++i) directPairs_[static_cast<unsigned>(i)] = PairOf(i * 16 + 8);
  for (auto& maps : maps_) maps.Start();
  const auto takesPart = [without](int c) {
    return c >= 0 && !(without >> static_cast<int>(kComponents[c].family) & 1);
  };
  for (int c = 0; c < kComponentCount; ++c) {
    if (takesPart(c)) active_[activeCount_++] = static_cast<uint8_t>(c);
    int from = kComponents[c].previous;
    while (from >= 0 && !takesPart(from)) from = kComponents[from].previous;
    chain_[static_cast<unsigned>(c)] = from;
  }
  longest_ = takesPart(kLongestOrder) ? kLongestOrder : -1;
}

void Predictor::LowSlots(int highNibble, NibbleSlots& slots) const {
  for (unsigned i = 0; i < activeCount_; ++i) {
    const unsigned c = active_[i];
    slots.histories[c] = historyTable_.Find(HistoryTable::LowNibbleLine(lines_[c], highNibble), checks_[c]);
    if (kComponents[c].directCounter < 0) continue;
    const auto d = static_cast<unsigned>(kComponents[c].directCounter);
    slots.counters[d] =
        counterTable_.Find(CounterTable::LowNibbleLine(counterLines_[d], highNibble), counterChecks_[d]);
  }
}

void Predictor::PrefetchLow(int highNibble) const {
  uint32_t touched = 0;
  for (unsigned i = 0; i < activeCount_; ++i)
    touched += historyTable_.Touch(HistoryTable::LowNibbleLine(lines_[active_[i]], highNibble));
  for (unsigned d = 0; d < kDirectCount; ++d)
    touched += counterTable_.Touch(CounterTable::LowNibbleLine(counterLines_[d], highNibble));
  touched_ += touched;
}

void Predictor::Prepare() {
  const auto& hashes = contexts_.Hashes();
  uint32_t touched = 0;
  for (unsigned i = 0; i < activeCount_; ++i) {
    const unsigned c = active_[i];
    lines_[c] = historyTable_.Line(static_cast<uint32_t>(hashes[c]));
    checks_[c] = static_cast<uint8_t>(hashes[c] >> 56);
    touched += historyTable_.Touch(lines_[c]);
    const int direct = kComponents[c].directCounter;
    if (direct < 0) continue;
    const auto k = static_cast<unsigned>(direct);
    counterLines_[k] = counterTable_.Line(static_cast<uint32_t>(hashes[c] >> 8));
    counterChecks_[k] = static_cast<uint16_t>(hashes[c] >> 40);
    touched += counterTable_.Touch(counterLines_[k]);
  }
  touched_ += touched;
  selectors_.Prepare(contexts_, longMatch_, recentMatch_);
  estimation_.Prepare(contexts_, longMatch_, recentMatch_);
  for (unsigned i = 0; i < activeCount_; ++i) {
    const unsigned c = active_[i];
    high_.histories[c] = historyTable_.Find(lines_[c], checks_[c]);
    if (kComponents[c].directCounter < 0) continue;
    const auto k = static_cast<unsigned>(kComponents[c].directCounter);
    high_.counters[k] = counterTable_.Find(counterLines_[k], counterChecks_[k]);
  }
}

}  // namespace teacher
