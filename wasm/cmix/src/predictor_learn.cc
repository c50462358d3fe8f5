// Predictor, second half: learning a byte once all its decisions are coded.
#include "bit_history.h"
#include "predictor.h"

namespace teacher {
namespace {

constexpr int kOrder0Limit = 255;  // count at which an adaptive probability stops slowing down

// Learning rates, in 1/65536.
struct Rate {
  int start, floor;
  uint64_t half;  // bytes after which half of the way from start + floor to floor is gone
  int At(uint64_t bytes) const {
    return floor + static_cast<int>(static_cast<uint64_t>(start) * half / (half + bytes));
  }
};
constexpr Rate kFirstRate = {120, 22, 16384}, kSecondRate = {150, 20, 16384}, kFinalRate = {150, 20, 8192};

}  // namespace

void Predictor::LearnDecision(int bit, int partial, const Decision& d) {
  const int target = bit << 16;
  const int firstRate = kFirstRate.At(bytes_), secondRate = kSecondRate.At(bytes_);
  for (unsigned m = 0; m < kFirstMixers; ++m) {
    firstLayer_[m].Learn(d.inputs.data(), d.rows.first[m], d.rows.first[0], target - Squash(d.first[m]),
                         firstRate);
  }
  for (unsigned m = 0; m < kMixers; ++m) {
    secondLayer_[m].Learn(d.first.data(), d.rows.second[m], d.rows.second[0], target - Squash(d.second[m]),
                          secondRate);
  }
  finalMixer_.Learn(d.second.data(), d.rows.final, target - Squash(d.mixed), kFinalRate.At(bytes_));
  const int chain = d.inputs[static_cast<unsigned>(longest_ < 0 ? kOrder0Input : IsseInput(longest_))];
  estimation_.Learn(chain, d.refinementsAt, d.mixed, d.apmsAt, bit);
  const auto k = static_cast<unsigned>(partial);
  order0_[k].Update(bit, kOrder0Limit);
  order0Pairs_[k] = PairOf(order0_[k].P16());
}

void Predictor::LearnHistories(int byte, const std::array<Decision, 8>& path) {
  const int high = byte >> 4;
  for (int half = 0; half < 2; ++half) {
    for (unsigned i = 0; i < activeCount_; ++i) {
      const unsigned c = active_[i];
      const uint32_t line = half ? HistoryTable::LowNibbleLine(lines_[c], high) : lines_[c];
      uint8_t* slot = historyTable_.Claim(line, checks_[c]);
      const auto from = static_cast<unsigned>(ChainInput(c));
      int node = 1;
      for (int k = 0; k < 4; ++k) {
        const auto decision = static_cast<unsigned>(half * 4 + k);
        const int bit = (byte >> (7 - decision)) & 1;
        const Decision& d = path[decision];
        const unsigned state = slot[node];
        maps_[c].Learn(state, decision, bit, d.inputs[from], d.inputs[kIsseInput + c]);
        slot[node] = kBitHistory.next[state][static_cast<unsigned>(bit)];
        node = node * 2 + bit;
      }
      const int direct = kComponents[c].directCounter;
      if (direct < 0) continue;
      const auto k = static_cast<unsigned>(direct);
      const uint32_t counterLine =
          half ? CounterTable::LowNibbleLine(counterLines_[k], high) : counterLines_[k];
      uint16_t* counters = counterTable_.Claim(counterLine, counterChecks_[k]);
      node = 1;
      for (int j = 0; j < 4; ++j) {
        const int bit = (byte >> (7 - half * 4 - j)) & 1;
        counters[node] = DirectCounter::Updated(counters[node], bit);
        node = node * 2 + bit;
      }
    }
  }
}

void Predictor::Update(int byte, const std::array<Decision, 8>& path) {
  LearnHistories(byte, path);
  int partial = 1;
  for (int decision = 0; decision < 8; ++decision) {
    const int bit = (byte >> (7 - decision)) & 1;
    LearnDecision(bit, partial, path[static_cast<unsigned>(decision)]);
    partial = partial * 2 + bit;
  }
  ++bytes_;
  if (lstm_) lstm_->Update(byte);
  history_.Push(byte);
  longMatch_.Update(history_, byte);
  recentMatch_.Update(history_, byte);
  contexts_.Update(history_, longMatch_, recentMatch_);
  Prepare();
}

}  // namespace teacher
