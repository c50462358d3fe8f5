// The teacher's distribution over the next byte: a walk over the 255 decisions of a byte that leaves the
// model untouched. A context needs 1 + 16 slot look-ups for it. Since the model changes only between bytes,
// the probabilities are exactly those the coder uses.
#pragma once

#include <array>
#include <cstdint>

#include "predictor.h"

namespace teacher {

using NodeProbabilities = std::array<uint16_t, 256>;  // P(bit = 1) by partial byte 1 ... 255

class Distribution {
 public:
  // Evaluates all decisions; slots stay valid until the model learns.
  void Walk(const Predictor& model);

  const NodeProbabilities& Nodes() const { return nodes_; }
  // The slots a decision looks into.
  const NibbleSlots& Slots(int partial) const {
    return partial < 16 ? *high_ : low_[static_cast<unsigned>(partial >> LowBits(partial)) & 15];
  }

  // P(byte), 256 values, the product along each byte's path; the sum is 1 but for rounding.
  static void Multiply(const NodeProbabilities& nodes, float* out);

 private:
  static int LowBits(int partial);

  NodeProbabilities nodes_{};
  const NibbleSlots* high_ = nullptr;
  std::array<NibbleSlots, 16> low_;
};

}  // namespace teacher
