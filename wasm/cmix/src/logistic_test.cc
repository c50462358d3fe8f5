// Squash and stretch: right to the last bit against the C library, monotone, symmetric, inverse to each
// other.
#include "logistic.h"

#include <cmath>

#include "check.h"

using namespace teacher;

int main() {
  for (int x = -kFinalLogitLimit; x <= kFinalLogitLimit; ++x) {
    const double exact = 65536 / (1 + std::exp(-x / 256.0));
    CHECK(std::fabs(Squash(x) - exact) <= 1.0);
    CHECK(Squash(x) >= 1 && Squash(x) <= 65535);
    CHECK(Squash(x) + Squash(-x) == 65536);
    if (x > -kFinalLogitLimit) CHECK(Squash(x) >= Squash(x - 1));
  }
  for (int p = 0; p < 65536; ++p) {
    const int x = Stretch(p);
    CHECK(x >= -kLogitLimit && x <= kLogitLimit);
    if (p > 0) CHECK(x >= Stretch(p - 1));
    if (p > 64 && p < 65536 - 64) CHECK(std::fabs(x - 256 * std::log(p / (65536.0 - p))) <= 3.0);
  }
  CHECK(ClampLogit(5000, kLogitLimit) == kLogitLimit && ClampLogit(-5000, kLogitLimit) == -kLogitLimit &&
        ClampLogit(7, kLogitLimit) == 7);
}
