// The LSTM's arithmetic is near the C library's and the same in every build; it learns, and its decisions are
// one distribution; what it begins with is worth something, and survives being written down.
#include "components/lstm.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "check.h"
#include "components/lstm_math.h"

using namespace teacher;

namespace {

constexpr LstmRates kRates = {0.004f, 0.2f, 0.25f, 16384};

struct Costs {
  double early = 0, late = 0;     // bits a byte of the first thousand bytes, and of the rest
  uint32_t digest = 2166136261u;  // FNV-1a; the same in every build
};

Costs CostsOf(Lstm& lstm, const std::vector<uint8_t>& text) {
  Costs costs;
  for (std::size_t i = 0; i < text.size(); ++i) {
    double sum = 0;
    for (uint32_t byte = 0; byte < 256 && i % 1000 == 0; ++byte) {
      double p = 1;
      for (uint32_t bit = 0; bit < 8; ++bit) {
        const int one = lstm.P16((byte | 256) >> (8 - bit));
        CHECK(one >= 1 && one <= 65535);
        p *= (byte >> (7 - bit) & 1 ? one : 65536 - one) / 65536.0;
      }
      sum += p;
    }
    if (i % 1000 == 0) CHECK(std::fabs(sum - 1) < 1e-6);
    for (uint32_t bit = 0; bit < 8; ++bit) {
      const int one = lstm.P16((text[i] | 256u) >> (8 - bit));
      costs.digest = (costs.digest ^ static_cast<uint32_t>(one)) * 16777619u;
      (i < 1000 ? costs.early : costs.late) -=
          std::log2((text[i] >> (7 - bit) & 1 ? one : 65536 - one) / 65536.0);
    }
    lstm.Update(text[i]);
  }
  costs.early /= 1000;
  costs.late /= static_cast<double>(text.size()) - 1000;
  std::printf("%.3f bits a byte at first, %.3f later, digest %08x\n", costs.early, costs.late, costs.digest);
  return costs;
}

void MathIsNearTheLibrarys() {
  for (float x = -20; x < 20; x += 0.37f) {
    CHECK(std::fabs(Exp(x) / std::exp(x) - 1) < 2e-6f);
    CHECK(std::fabs(Tanh(x) - std::tanh(x)) < 2e-6f);
    CHECK(std::fabs(Logistic(x) - 1 / (1 + std::exp(-x))) < 2e-6f);
  }
  CHECK(Exp(1000) == Exp(80) && Exp(-1000) > 0);
}

void LearnsFromNothing(LstmWeights& weights) {
  Randomise(weights);
  const auto lstm = Lstm::Create(weights, kRates);
  const Costs costs = CostsOf(*lstm, TextBytes(9000, 31));
  CHECK(costs.late < 3 && costs.late < costs.early - 1);
}

void BeginsKnowingEnglish() {
  const std::string sentence =
      "In the early years of the century, the government of the country was under the control of the army, "
      "which had been the largest in the world at that time. It was one of the first of its kind and has "
      "since "
      "been used by a number of other companies. ";
  std::string text;
  while (text.size() < 1000) text += sentence;  // repeated less often than it takes to learn it by heart
  text.resize(1200);
  const auto lstm = Lstm::Create();
  CHECK(lstm != nullptr);
  CHECK(CostsOf(*lstm, {text.begin(), text.end()}).early < 2.4);
}

// Written down and read again, weights differ by at most half a 127th of their row's largest.
void WeightsSurviveText(const LstmWeights& weights) {
  const std::string text = EncodeWeights(weights);
  static LstmWeights back;
  CHECK(DecodeWeights(text.data(), text.size(), back));
  CHECK(back.recurrent.gain == weights.recurrent.gain && back.outputBias == weights.outputBias);
  for (std::size_t row = 0; row < kLstmCells; ++row) {
    float most = 0;
    for (const float w : weights.output[row]) most = std::max(most, std::fabs(w));
    for (std::size_t s = 0; s < 256; ++s)
      CHECK(std::fabs(back.output[row][s] - weights.output[row][s]) <= most / 127 * 0.501f);
  }
  CHECK(!DecodeWeights(text.data(), text.size() - 1, back));
  CHECK(!DecodeWeights((text + "A").data(), text.size() + 1, back));
  std::string damaged = text;
  damaged[5000] = '?';
  CHECK(!DecodeWeights(damaged.data(), damaged.size(), back));
}

}  // namespace

int main() {
  static LstmWeights weights;
  MathIsNearTheLibrarys();
  LearnsFromNothing(weights);
  BeginsKnowingEnglish();
  WeightsSurviveText(weights);
}
