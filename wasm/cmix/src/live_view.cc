#include "live_view.h"

#include <bit>

namespace teacher {
namespace {

// log2(n / 65536) for 1 <= n <= 65535 by repeated squaring, 16 fractional bits: no libm, the same everywhere.
double Log2Of(int p16) {
  const int whole = std::bit_width(static_cast<unsigned>(p16)) - 1;
  uint64_t mantissa = uint64_t{static_cast<unsigned>(p16)} << (31 - whole);  // 1.31
  double result = whole - 16, step = 0.5;
  for (int i = 0; i < 16; ++i, step /= 2) {
    mantissa = mantissa * mantissa >> 31;
    if (mantissa >> 32) {
      mantissa >>= 1;
      result += step;
    }
  }
  return result;
}

}  // namespace

void LiveView::Count(int byte, const std::array<Decision, 8>& path) {
  for (int k = 0; k < 8; ++k) {
    const int p16 = path[static_cast<unsigned>(k)].p16;
    bits -= Log2Of((byte >> (7 - k)) & 1 ? p16 : 65536 - p16);
  }
  ++bytes;
  symbol = byte;
}

void LiveView::Show(const Predictor& model, const std::array<Decision, 8>& path, const Distribution& walked) {
  Distribution::Multiply(walked.Nodes(), finalProb.data());
  const int32_t* final = model.Final().Row(path[0].rows.final);
  for (unsigned m = 0; m < kMixers; ++m) mixerWeights[m] = static_cast<float>(final[m]) * (1.0f / 65536);
  for (int c = 0; c < kComponentCount; ++c)
    componentWeights[static_cast<unsigned>(c)] = model.WeightOf(Predictor::IsseInput(c), path[0]);
}

}  // namespace teacher
