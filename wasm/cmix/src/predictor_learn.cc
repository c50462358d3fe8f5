// Predictor, second half: learning a byte once all its decisions are coded.
#include "bit_history.h"
#include "predictor.h"

namespace teacher {
namespace {

constexpr int kIcmLimit = 255,
              kOrder0Limit = 255;        // counts at which an adaptive probability stops slowing down
constexpr int kIsseRate = 600;           // in 1/65536, as the mixers' rates
constexpr int32_t kIsseLimit = 3 << 29;  // weights of +-3
// Learning rates of gated and final mixers, in 1/65536, and of APMs.
constexpr int kRateStart = 1000, kRateFloor = 120, kFinalRateStart = 300, kFinalRateFloor = 40, kApmShift = 6;

// A learning rate that falls from start + floor to floor as bytes go by; halfway after `half` bytes.
int Decaying(int start, int floor, uint64_t half, uint64_t bytes) {
  return floor + static_cast<int>(static_cast<uint64_t>(start) * half / (half + bytes));
}

}  // namespace

void Predictor::LearnDecision(int bit, int partial, const Decision& d) {
  const int target = bit << 16;
  const int rate = Decaying(kRateStart, kRateFloor, 16384, bytes_);
  const int finalRate = Decaying(kFinalRateStart, kFinalRateFloor, 8192, bytes_);
  for (unsigned m = 0; m < kMixers; ++m) {
    mixers_[m].Learn(d.inputs.data(), d.rows[m], target - Squash(d.logits[m]), rate);
  }
  finalMixer_.Learn(d.logits.data(), d.finalRow, target - Squash(d.mixed), finalRate);
  const int logit = ClampLogit(d.mixed, kLogitLimit);
  for (unsigned a = 0; a < kApms; ++a) apms_[a].Learn(logit, d.apmContexts[a], bit, kApmShift);
  const auto k = static_cast<unsigned>(partial);
  order0_[k].Update(bit, kOrder0Limit);
  order0Pairs_[k] = PairOf(order0_[k].P16());
}

void Predictor::LearnHistories(int byte, const std::array<Decision, 8>& path) {
  for (int half = 0; half < 2; ++half) {
    const int high = byte >> 4;
    for (unsigned c = 0; c < kComponentCount; ++c) {
      const uint32_t line = half ? HistoryTable::LowNibbleLine(lines_[c], high) : lines_[c];
      uint8_t* slot = historyTable_.Claim(line, checks_[c]);
      const int previous = kComponents[c].previous;
      int node = 1;
      for (int i = 0; i < 4; ++i) {
        const int decision = half * 4 + i;
        const int bit = (byte >> (7 - decision)) & 1;
        const Decision& d = path[static_cast<unsigned>(decision)];
        const uint8_t state = slot[node];
        AdaptiveProbability& p = icm_[c][state];
        p.Update(bit, kIcmLimit);
        icmPairs_[c][state] = PairOf(p.P16());
        const int input = d.inputs[static_cast<unsigned>(previous < 0 ? kOrder0Input : IsseInput(previous))];
        const int error = (bit << 16) - Squash(d.inputs[kIsseInput + c]);
        const int step = (error * kIsseRate + (1 << 12)) >> 13;
        auto& w = isse_[c][state];
        for (unsigned k = 0; k < 2; ++k) {
          const int64_t next = int64_t{w[k]} + (k ? kBiasLogit : input) * step * 4;
          w[k] = static_cast<int32_t>(next > kIsseLimit    ? kIsseLimit
                                      : next < -kIsseLimit ? -kIsseLimit
                                                           : next);
        }
        isseTop_[c][state] = {static_cast<int16_t>((w[0] + (1 << 15)) >> 16),
                              static_cast<int16_t>((w[1] + (1 << 15)) >> 16)};
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
      for (int i = 0; i < 4; ++i) {
        const int bit = (byte >> (7 - half * 4 - i)) & 1;
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
  history_.Push(byte);
  longMatch_.Update(history_, byte);
  recentMatch_.Update(history_, byte);
  contexts_.Update(history_, byte, longMatch_, recentMatch_);
  Prepare();
}

}  // namespace teacher
