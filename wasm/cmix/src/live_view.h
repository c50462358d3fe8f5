// What the lab shows while the teacher works: bits so far, and for the byte coded last its distribution and
// who had a say in it.
#pragma once

#include <array>
#include <cstdint>

#include "distribution.h"

namespace teacher {

struct LiveView {
  double bits = 0;                            // -log2 of all that was coded so far
  uint64_t bytes = 0;                         // coded so far
  int symbol = -1;                            // the byte coded last
  std::array<float, 256> finalProb{};         // the distribution of the byte traced last
  std::array<float, kMixers> mixerWeights{};  // the final mixer's, at its first decision
  std::array<float, kComponentCount>
      componentWeights{};  // of each component's ISSE through both layers, at its first decision

  // After each byte coded.
  void Count(int byte, const std::array<Decision, 8>& path);
  // What a traced row shows, before its byte is learnt.
  void Show(const Predictor& model, const std::array<Decision, 8>& path, const Distribution& walked);
};

}  // namespace teacher
