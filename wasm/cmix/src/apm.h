// Adaptive probability map (secondary symbol estimation): corrects a probability given a small context by
// interpolating between 16 learnt points spread over the logit. Memory: 32 bytes a context, so half a cache
// line.
#pragma once

#include <cstddef>
#include <cstdint>

#include "logistic.h"
#include "table.h"

namespace teacher {

class Apm {
 public:
  static constexpr int kPoints = 16;
  bool Allocate(int contexts) { return points_.Allocate(static_cast<std::size_t>(contexts) * kPoints); }
  // Every context begins as the identity.
  void Start(int contexts) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(contexts) * kPoints; ++i) {
      points_.data()[i] = static_cast<uint16_t>(
          Squash(ClampLogit(static_cast<int>(i % kPoints) * 4096 / (kPoints - 1) - 2048, kLogitLimit)));
    }
  }

  // logit within +-kLogitLimit; gives 16 bits.
  int Refine(int logit, uint32_t context) const {
    const int at = (logit + 2048) * (kPoints - 1), low = at >> 12, weight = at >> 5 & 127;
    const uint16_t* row = points_.data() + static_cast<std::size_t>(context) * kPoints + low;
    return (row[0] * (128 - weight) + row[1] * weight + 64) >> 7;
  }

  uint32_t Touch(uint32_t context) const {
    return teacher::Touch(points_.data() + static_cast<std::size_t>(context) * kPoints);
  }

  // Moves the two points used towards the bit, the nearer one faster.
  void Learn(int logit, uint32_t context, int bit, int rateShift) {
    const int at = (logit + 2048) * (kPoints - 1), low = at >> 12, weight = at >> 5 & 127;
    uint16_t* row = points_.data() + static_cast<std::size_t>(context) * kPoints + low;
    const int target = bit ? 65535 : 0;
    row[0] = static_cast<uint16_t>(row[0] + (((target - row[0]) * (128 - weight)) >> (rateShift + 7)));
    row[1] = static_cast<uint16_t>(row[1] + (((target - row[1]) * weight) >> (rateShift + 7)));
  }

 private:
  Table<uint16_t> points_;
};

}  // namespace teacher
