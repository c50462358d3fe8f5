#include "logistic.h"

namespace understudy::predictor1 {
namespace {

// e^(-2^k / 256) in 32 fractional bits, k = 0 ... 11: a product of these gives e^(-n / 256) for any n < 4096.
constexpr uint64_t kExpFactors[12] = {4278222805u, 4261543595u, 4228380000u, 4162825044u,
                                      4034748382u, 3790295335u, 3344923893u, 2605029347u,
                                      1580030169u, 581260615u,  78665070u,   1440801u};

uint64_t ExpNegative(int n) {
  uint64_t product = uint64_t{1} << 32;
  for (int k = 0; k < 12; ++k) {
    if ((n >> k) & 1) product = (product * kExpFactors[k] + (uint64_t{1} << 31)) >> 32;
  }
  return product;
}

// The logit x whose probability is nearest from above: the smallest x with squash(x) * 16 >= p20.
int Invert(const std::array<uint16_t, 2 * kFinalLogitLimit + 1>& squash, int p20) {
  int low = -kLogitLimit, high = kLogitLimit;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (squash[static_cast<unsigned>(middle + kFinalLogitLimit)] * 16 >= p20) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

LogisticTables::LogisticTables() {
  for (int x = 0; x <= kFinalLogitLimit; ++x) {
    const uint64_t e = ExpNegative(x);
    const uint64_t one = uint64_t{1} << 32;
    uint64_t p = ((e << 16) + (one + e) / 2) / (one + e);  // P(0) of logit x, rounded
    if (p < 1) p = 1;
    squash[static_cast<unsigned>(kFinalLogitLimit - x)] = static_cast<uint16_t>(p);
    squash[static_cast<unsigned>(kFinalLogitLimit + x)] = static_cast<uint16_t>(65536 - p);
  }
  for (int i = 0; i < 2048; ++i) {
    const auto value = static_cast<int16_t>(Invert(squash, i * 256 + 128));
    stretchCoarse[static_cast<unsigned>(i)] = value;
    stretchCoarse[static_cast<unsigned>(4095 - i)] = static_cast<int16_t>(-value);
  }
  for (int i = 0; i < 4096; ++i)
    stretchTail[static_cast<unsigned>(i)] = static_cast<int16_t>(Invert(squash, i * 16 + 8));
}

const LogisticTables kLogistic;

}  // namespace understudy::predictor1
