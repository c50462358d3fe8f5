// Mixing: the dot product is what it says, learning lowers the cost and picks the informed input, extremes
// stay bounded.
#include "mixer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "apm.h"
#include "check.h"
#include "counters.h"

using namespace teacher;

namespace {

constexpr int kInputs = 256;

void DotIsExactAtTheExtremes() {
  alignas(64) std::array<int16_t, kInputs> inputs, weights;
  inputs.fill(-kLogitLimit);
  weights.fill(kWeightLimit);
  CHECK(DotProduct<kInputs>(inputs.data(), weights.data()) == int64_t{-kInputs} * kLogitLimit * kWeightLimit);
  Noise noise(5);
  int64_t sum = 0;
  for (unsigned i = 0; i < kInputs; ++i) {
    inputs[i] = static_cast<int16_t>(noise.Next() % 4095) - kLogitLimit;
    weights[i] = static_cast<int16_t>(noise.Next() % (2 * kWeightLimit + 1) - kWeightLimit);
    sum += int64_t{inputs[i]} * weights[i];
  }
  CHECK(DotProduct<kInputs>(inputs.data(), weights.data()) == sum);
}

void LearnsTheInformedInput() {
  constexpr int kFew = 16;
  MixerSet<kFew> parent, mixer;
  MixerSet<kFew>::Weights initial;
  initial.fill(kWeightOne / 8);
  CHECK(parent.Allocate(2) && mixer.Allocate(4));
  parent.Start(initial);
  mixer.Start(parent);
  Noise noise(7);
  alignas(64) std::array<int16_t, kFew> inputs{};
  double early = 0, late = 0;
  for (int i = 0; i < 4000; ++i) {
    const int bit = noise.Next() & 1;
    inputs[0] = static_cast<int16_t>(noise.Next() % 1001) - 500;  // noise
    inputs[1] = noise.Next() % 10 ? (bit ? 400 : -400) : (bit ? -400 : 400);
    const int p16 = Squash(mixer.Mix(inputs.data(), 2, 1));
    (i < 500 ? early : late) -= std::log2((bit ? p16 : 65536 - p16) / 65536.0);
    mixer.Learn(inputs.data(), 2, 1, (bit << 16) - p16, 600);
  }
  CHECK(late / 3500 < early / 500);
  CHECK(late / 3500 < 0.6);  // the entropy of a 10 % error is 0.47
  CHECK(mixer.Row(2, 1)[1] > 3 * std::abs(mixer.Row(2, 1)[0]));
  // Rows that have not learnt speak with their parent's weights, also after those have changed.
  CHECK(mixer.Row(1, 1)[1] == kWeightOne / 8);
  for (int i = 0; i < 5000; ++i) {
    inputs[1] = kLogitLimit;
    parent.Learn(inputs.data(), 1, 0, 65535, 4096);
  }
  CHECK(parent.Row(1, 0)[1] == kWeightLimit && mixer.Row(1, 1)[1] == kWeightLimit);
  CHECK(mixer.Row(1, 0)[1] == kWeightOne / 8);
  mixer.Learn(inputs.data(), 3, 1, -65535, 4096);  // and begin with them
  CHECK(mixer.Row(3, 1)[1] < kWeightLimit && mixer.Row(3, 1)[1] > kWeightLimit / 2);
  mixer.Learn(inputs.data(), 0, 1, kSmallError - 1, 4096);  // not worth learning
  CHECK(mixer.Row(0, 0)[1] == kWeightOne / 8);
}

void FinalMixerLearns() {
  constexpr unsigned kMixers = 8;
  FinalMixer<kMixers> mixer;
  CHECK(mixer.Allocate(2));
  mixer.Start(2);
  std::array<int16_t, kMixers> inputs{};
  for (int i = 0; i < 3000; ++i) {
    const int bit = i % 3 == 0;
    inputs.fill(0);
    inputs[3] = bit ? 900 : -900;
    mixer.Learn(inputs.data(), 1, (bit << 16) - Squash(mixer.Mix(inputs.data(), 1)), 300);
  }
  CHECK(mixer.Row(1)[3] > 65536 && mixer.Row(1)[0] == 65536 / kMixers && mixer.Row(0)[3] == 65536 / kMixers);
}

void ApmFollowsItsContext() {
  Apm apm;
  CHECK(apm.Allocate(3));
  apm.Start(3);
  for (int x = -kLogitLimit; x <= kLogitLimit; x += 89)
    CHECK(std::abs(apm.Refine(x, 1) - Squash(x)) < 1400);  // starts as the identity, interpolated
  for (int i = 0; i < 500; ++i) apm.Learn(0, 1, 1, 6);
  CHECK(apm.Refine(0, 1) > 60000 && apm.Refine(0, 2) < 34000);
  CHECK(apm.Refine(kLogitLimit, 2) <= 65535 && apm.Refine(-kLogitLimit, 0) >= 0);
}

void CountersConverge() {
  AdaptiveProbability p;
  uint16_t direct = 0;
  CHECK(std::abs(DirectCounter::P16(direct) - 32768) <= 8 && DirectCounter::Count(direct) == 0);
  for (int i = 0; i < 2000; ++i) {
    p.Update(i % 4 == 0, 255);
    direct = DirectCounter::Updated(direct, i % 4 == 0);
  }
  CHECK(std::abs(p.P16() - 16384) < 700 && std::abs(DirectCounter::P16(direct) - 16384) < 3000);
  for (int i = 0; i < 100000; ++i) p.Update(0, 255);
  for (int i = 0; i < 1000; ++i) direct = DirectCounter::Updated(direct, 1);
  CHECK(p.P16() >= 1 && p.P16() < 50 && DirectCounter::P16(direct) < 65536 &&
        DirectCounter::P16(direct) > 64000);
}

}  // namespace

int main() {
  DotIsExactAtTheExtremes();
  LearnsTheInformedInput();
  FinalMixerLearns();
  ApmFollowsItsContext();
  CountersConverge();
}
