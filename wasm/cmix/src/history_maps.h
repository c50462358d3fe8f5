// What is learnt about bit histories, for one hashed component: its ICM (history -> probability), the same by
// position in the byte, and its ISSE (history -> how to bend the logit of the component before it in the
// chain).
#pragma once

#include <array>
#include <cstdint>

#include "bit_history.h"
#include "counters.h"
#include "mixer.h"

namespace teacher {

inline constexpr int kBiasLogit = 256;  // the constant input of mixers and ISSEs: 1 nat

class HistoryMaps {
 public:
  void Start() {
    for (unsigned s = 0; s < 256; ++s) {
      icm_[s] = AdaptiveProbability(InitialProbability(static_cast<int>(s)));
      pairs_[s] = PairOf(icm_[s].P16());
      isse_[s] = {(kWeightOne * 3 / 4) << 16, 0};
      isseTop_[s] = {kWeightOne * 3 / 4, 0};
      for (unsigned position = 0; position < 8; ++position) {
        placed_[position][s] = icm_[s];
        placedLogits_[position][s] = pairs_[s].logit;
      }
    }
  }

  int IcmP16(unsigned history) const { return icm_[history].P16(); }
  LogitPair Icm(unsigned history) const { return pairs_[history]; }
  int16_t Placed(unsigned history, unsigned position) const { return placedLogits_[position][history]; }
  int Isse(unsigned history, int from) const {
    const IsseWeights w = isseTop_[history];
    return ClampLogit((from * w.scale + kBiasLogit * w.bias) >> 13, kLogitLimit);
  }

  // from, out: the ISSE's input and output at this decision.
  void Learn(unsigned history, unsigned position, int bit, int from, int out) {
    icm_[history].Update(bit, kLimit);
    pairs_[history] = PairOf(icm_[history].P16());
    AdaptiveProbability& placed = placed_[position][history];
    placed.Update(bit, kLimit);
    placedLogits_[position][history] = static_cast<int16_t>(Stretch(placed.P16()));
    const int error = (bit << 16) - Squash(out);
    const int step = (error * kIsseRate + (1 << 12)) >> 13;
    auto& w = isse_[history];
    for (unsigned k = 0; k < 2; ++k) {
      const int64_t next = int64_t{w[k]} + (k ? kBiasLogit : from) * step * 4;
      w[k] = static_cast<int32_t>(next > kIsseLimit ? kIsseLimit : next < -kIsseLimit ? -kIsseLimit : next);
    }
    isseTop_[history] = {static_cast<int16_t>((w[0] + (1 << 15)) >> 16),
                         static_cast<int16_t>((w[1] + (1 << 15)) >> 16)};
  }

 private:
  static constexpr int kLimit = 1023;             // count at which a probability stops slowing down
  static constexpr int kIsseRate = 600;           // in 1/65536, as the mixers' rates
  static constexpr int32_t kIsseLimit = 3 << 29;  // weights of +-3

  struct IsseWeights {
    int16_t scale, bias;  // 1.0 = 2^13
  };

  std::array<AdaptiveProbability, 256> icm_;
  std::array<LogitPair, 256> pairs_;
  std::array<std::array<AdaptiveProbability, 256>, 8> placed_;
  std::array<std::array<int16_t, 256>, 8> placedLogits_;
  std::array<std::array<int32_t, 2>, 256> isse_;  // 1.0 = 2^29
  std::array<IsseWeights, 256> isseTop_;
};

}  // namespace teacher
