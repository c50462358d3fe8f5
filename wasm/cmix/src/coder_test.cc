// The coder gives back every decision, also at the edges of probability, and costs what the probabilities
// say.
#include "coder.h"

#include <cmath>

#include "check.h"
#include "crc32.h"

using namespace teacher;

int main() {
  const char* digits = "123456789";
  CHECK(Crc32(reinterpret_cast<const uint8_t*>(digits), 9) == 0xCBF43926u);
  CHECK(Crc32(reinterpret_cast<const uint8_t*>(digits) + 4, 5,
              Crc32(reinterpret_cast<const uint8_t*>(digits), 4)) == 0xCBF43926u);

  constexpr int kDecisions = 200000;
  Bytes code;
  Encoder encoder(code);
  double bits = 0;
  const auto decision = [](Noise& noise, int i, int& p16) {
    p16 = i % 5 == 0 ? 1 : i % 5 == 1 ? 65535 : 1 + static_cast<int>(noise.Next() % 65535);
    return static_cast<int>(static_cast<int>(noise.Next() % 65536) < p16);
  };
  Noise writing(11), reading(11);
  for (int i = 0; i < kDecisions; ++i) {
    int p16;
    const int bit = decision(writing, i, p16);
    bits -= std::log2((bit ? p16 : 65536 - p16) / 65536.0);
    encoder.Encode(bit, p16);
  }
  encoder.Flush();
  CHECK(static_cast<double>(code.size()) < bits / 8 * 1.0005 + 8);
  Decoder decoder(code.data(), code.size());
  for (int i = 0; i < kDecisions; ++i) {
    int p16;
    const int bit = decision(reading, i, p16);
    CHECK(decoder.Decode(p16) == bit);
  }
  CHECK(!decoder.Overrun() && decoder.Left() == 0);  // reads exactly what was written
}
