#include "distribution.h"

#include <bit>

namespace teacher {

int Distribution::LowBits(int partial) { return std::bit_width(static_cast<unsigned>(partial)) - 5; }

void Distribution::Walk(const Predictor& model) {
  high_ = &model.HighSlots();
  for (int high = 0; high < 16; ++high) model.PrefetchLow(high);
  model.EvaluateTree(*high_, 1, nodes_.data());
  for (int high = 0; high < 16; ++high) {
    NibbleSlots& slots = low_[static_cast<unsigned>(high)];
    model.LowSlots(high, slots);
    model.EvaluateTree(slots, 16 | high, nodes_.data());
  }
}

void Distribution::Multiply(const NodeProbabilities& nodes, float* out) {
  // In place from the root: out[partial - 1 half the level] would alias, so levels are kept in one array of
  // 512 nodes.
  std::array<float, 512> product;
  product[1] = 1.0f;
  for (unsigned partial = 1; partial < 256; ++partial) {
    const float one = static_cast<float>(nodes[partial]) * (1.0f / 65536);
    product[2 * partial] = product[partial] * (1.0f - one);
    product[2 * partial + 1] = product[partial] * one;
  }
  for (unsigned byte = 0; byte < 256; ++byte) out[byte] = product[256 + byte];
}

}  // namespace teacher
