// Frequencies equal those of Python in tests/vectors (arguments: frequencies.json, exp2.json), and are a
// valid table whatever an engine hands over.
#include "frequencies.h"

#include <cmath>
#include <limits>

#include "exp2_table.h"
#include "testing.h"

namespace understudy {
namespace {

using testing::ReadNumbers;

void FindsEverySymbol(const uint32_t* frequencies) {
  uint32_t below = 0;
  for (uint32_t symbol = 0; symbol < kSymbols; below += frequencies[symbol++]) {
    CHECK(Cumulative(frequencies, symbol) == below);
    for (const uint32_t target : {below, below + frequencies[symbol] - 1}) {
      uint32_t cumulative;
      CHECK(FindSymbol(frequencies, target, &cumulative) == symbol && cumulative == below);
    }
  }
}

void EqualsVectors(const char* path) {
  const std::string json = testing::ReadText(path);
  int cases = 0;
  for (size_t at = json.find("\"logits\""); at != std::string::npos;
       at = json.find("\"logits\"", at), ++cases) {
    const std::vector<int64_t> logits = ReadNumbers(json, at);
    at = json.find("\"frequencies\"", at);
    const std::vector<int64_t> expected = ReadNumbers(json, at);
    CHECK(logits.size() == kSymbols && expected.size() == kSymbols);
    const std::vector<float> floats(logits.begin(), logits.end());
    uint32_t frequencies[kSymbols];
    Frequencies(floats.data(), frequencies);
    for (uint32_t i = 0; i < kSymbols; ++i) CHECK(frequencies[i] == static_cast<uint32_t>(expected[i]));
    const std::vector<int16_t> integers(logits.begin(), logits.end());
    Frequencies(integers.data(), frequencies);
    for (uint32_t i = 0; i < kSymbols; ++i) CHECK(frequencies[i] == static_cast<uint32_t>(expected[i]));
    FindsEverySymbol(frequencies);
  }
  CHECK(cases >= 10);
}

void TableEqualsVectors(const char* path) {
  size_t at = 0;
  const std::vector<int64_t> table = ReadNumbers(testing::ReadText(path), at);
  CHECK(table.size() == kExp2Entries);
  for (uint32_t i = 0; i < kExp2Entries; ++i) CHECK(kExp2[i] == static_cast<uint32_t>(table[i]));
}

// The reciprocal gives the same quotients as a division, on distributions of every sharpness.
void EqualsPlainDivision() {
  testing::Random random(1);
  for (int round = 0; round < 4000; ++round) {
    float logits[kSymbols];
    const uint32_t spread = 1 + random.Below(1200);
    int largest = -1 << 20;
    for (float& logit : logits) {
      const int value = static_cast<int>(random.Below(spread)) - 600;
      logit = static_cast<float>(value);
      largest = value > largest ? value : largest;
    }
    uint64_t e[kSymbols];
    uint64_t sum = 0;
    for (uint32_t i = 0; i < kSymbols; ++i) {
      const int d = largest - static_cast<int>(logits[i]);
      e[i] = kExp2[d < 544 ? d : 544];
      sum += e[i];
    }
    uint32_t frequencies[kSymbols];
    Frequencies(logits, frequencies);
    uint32_t total = 0;
    bool seen = false;
    uint32_t rest = kTotal;
    for (uint32_t i = 0; i < kSymbols; ++i) rest -= static_cast<uint32_t>(1 + e[i] * 65280 / sum);
    for (uint32_t i = 0; i < kSymbols; ++i) {
      const bool first = !seen && static_cast<int>(logits[i]) == largest;
      seen |= first;
      CHECK(frequencies[i] == 1 + e[i] * 65280 / sum + (first ? rest : 0));
      total += frequencies[i];
    }
    CHECK(total == kTotal);
  }
}

void AnyFloatsGiveAValidTable() {
  const float odd[] = {std::numeric_limits<float>::infinity(),
                       -std::numeric_limits<float>::infinity(),
                       std::numeric_limits<float>::quiet_NaN(),
                       1e30f,
                       -1e30f,
                       0.5f,
                       -0.0f};
  testing::Random random(2);
  for (int round = 0; round < 200; ++round) {
    float logits[kSymbols];
    for (float& logit : logits) logit = odd[random.Below(7)];
    uint32_t frequencies[kSymbols];
    Frequencies(logits, frequencies);
    uint32_t total = 0;
    for (const uint32_t f : frequencies) {
      CHECK(f >= 1);
      total += f;
    }
    CHECK(total == kTotal);
  }
}

}  // namespace
}  // namespace understudy

int main(int argc, char** argv) {
  CHECK(argc == 3);
  understudy::EqualsVectors(argv[1]);
  understudy::TableEqualsVectors(argv[2]);
  understudy::EqualsPlainDivision();
  understudy::AnyFloatsGiveAValidTable();
}
