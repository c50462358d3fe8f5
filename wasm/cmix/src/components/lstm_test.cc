// The LSTM's arithmetic is near the C library's and the same in every build; it learns, and its decisions are
// one distribution.
#include "components/lstm.h"

#include <cmath>

#include "check.h"
#include "components/lstm_math.h"

using namespace teacher;

int main() {
  for (float x = -20; x < 20; x += 0.37f) {
    CHECK(std::fabs(Exp(x) / std::exp(x) - 1) < 2e-6f);
    CHECK(std::fabs(Tanh(x) - std::tanh(x)) < 2e-6f);
    CHECK(std::fabs(Logistic(x) - 1 / (1 + std::exp(-x))) < 2e-6f);
  }
  CHECK(Exp(1000) == Exp(80) && Exp(-1000) > 0);

  const auto lstm = Lstm::Create();
  CHECK(lstm != nullptr);
  const auto text = TextBytes(9000, 31);
  double early = 0, late = 0;
  uint32_t digest = 2166136261u;  // FNV-1a; the same in every build
  for (std::size_t i = 0; i < text.size(); ++i) {
    double sum = 0;
    for (uint32_t byte = 0; byte < 256 && i % 1000 == 0; ++byte) {
      double p = 1;
      for (uint32_t bit = 0; bit < 8; ++bit) {
        const int one = lstm->P16((byte | 256) >> (8 - bit));
        CHECK(one >= 1 && one <= 65535);
        p *= (byte >> (7 - bit) & 1 ? one : 65536 - one) / 65536.0;
      }
      sum += p;
    }
    if (i % 1000 == 0) CHECK(std::fabs(sum - 1) < 1e-6);
    for (uint32_t bit = 0; bit < 8; ++bit) {
      const int one = lstm->P16((text[i] | 256u) >> (8 - bit));
      digest = (digest ^ static_cast<uint32_t>(one)) * 16777619u;
      (i < 1000 ? early : late) -= std::log2((text[i] >> (7 - bit) & 1 ? one : 65536 - one) / 65536.0);
    }
    lstm->Update(text[i]);
  }
  std::printf("%.3f bits a byte at first, %.3f later, digest %08x\n", early / 1000, late / 8000, digest);
  CHECK(late / 8000 < 3 && late / 8000 < early / 1000 - 1);
}
