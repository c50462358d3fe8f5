// Squash and stretch between logits and probabilities, by integer rules only, so that every build agrees.
// A logit is ln(p / (1 - p)) in units of 1/256; a probability is P(bit = 1) in 16 bits, never 0 and never 1.
// Both tables are made once, at the first use; nothing here depends on a C library's exp or log.
#pragma once

#include <array>
#include <cstdint>

namespace understudy::predictor1 {

inline constexpr int kLogitLimit = 2047;  // what a component or a mixer of the first layer may say (8 nats)
inline constexpr int kFinalLogitLimit = 2839;  // what the final mixer may say (11.09 nats: 1/65536)

struct LogisticTables {
  std::array<uint16_t, 2 * kFinalLogitLimit + 1> squash;  // by logit + kFinalLogitLimit
  std::array<int16_t, 4096> stretchCoarse;                // by the top 12 bits of the probability
  std::array<int16_t, 4096> stretchTail;                  // by the probability where it is below 1/16
  LogisticTables();
};

extern const LogisticTables kLogistic;

inline int ClampLogit(int logit, int limit) {
  return logit > limit ? limit : logit < -limit ? -limit : logit;
}

// Probability of a logit within +-kFinalLogitLimit: 1 ... 65535.
inline int Squash(int logit) { return kLogistic.squash[static_cast<unsigned>(logit + kFinalLogitLimit)]; }

// Logit of a probability 0 ... 65535, within +-kLogitLimit.
inline int Stretch(int p16) {
  if (p16 < 4096) return kLogistic.stretchTail[static_cast<unsigned>(p16)];
  if (p16 >= 65536 - 4096) return -kLogistic.stretchTail[static_cast<unsigned>(65535 - p16)];
  return kLogistic.stretchCoarse[static_cast<unsigned>(p16 >> 4)];
}

}  // namespace understudy::predictor1
