// Encoder and decoder are mirror images on every kind of distribution; streams are as short as theory lets
// them be.
#include "range_coder.h"

#include <cmath>
#include <vector>

#include "testing.h"

namespace understudy {
namespace {

// A table with `sharp` of the total on one symbol and the rest spread.
std::vector<uint32_t> Table(uint32_t likely, uint32_t sharp) {
  std::vector<uint32_t> table(kSymbols, 1 + (kTotal - kSymbols - sharp) / kSymbols);
  uint32_t total = 0;
  for (const uint32_t f : table) total += f;
  table[likely] += kTotal - total;
  return table;
}

struct Coded {
  std::vector<uint8_t> bytes;
  double ideal_bits = 0;
};

Coded Encode(const std::vector<uint8_t>& symbols, const std::vector<std::vector<uint32_t>>& tables) {
  Coded coded;
  coded.bytes.resize(RangeEncoder::MaxBytes(static_cast<uint32_t>(symbols.size())));
  RangeEncoder encoder;
  encoder.Start(coded.bytes.data(), static_cast<uint32_t>(coded.bytes.size()));
  for (size_t i = 0; i < symbols.size(); ++i) {
    const auto& table = tables[i % tables.size()];
    uint32_t cumulative = 0;
    for (uint32_t s = 0; s < symbols[i]; ++s) cumulative += table[s];
    encoder.Encode(cumulative, table[symbols[i]]);
    coded.ideal_bits -= std::log2(table[symbols[i]] / double{kTotal});
  }
  const uint32_t length = encoder.Finish();
  CHECK(length <= coded.bytes.size());
  coded.bytes.resize(length);
  return coded;
}

void CheckRoundTrip(const std::vector<uint8_t>& symbols, const std::vector<std::vector<uint32_t>>& tables) {
  const Coded coded = Encode(symbols, tables);
  // Behind the end lies what must not be read.
  std::vector<uint8_t> padded = coded.bytes;
  padded.insert(padded.end(), 8, 0xA5);
  RangeDecoder decoder;
  decoder.Start(padded.data(), static_cast<uint32_t>(coded.bytes.size()));
  for (size_t i = 0; i < symbols.size(); ++i)
    CHECK(decoder.Decode(tables[i % tables.size()].data()) == symbols[i]);
  CHECK(coded.bytes.size() * 8 <= coded.ideal_bits + 8.01);
}

void MirrorsOnRandomSymbols() {
  testing::Random random(3);
  for (int round = 0; round < 600; ++round) {
    std::vector<std::vector<uint32_t>> tables;
    for (int i = 0; i < 5; ++i) tables.push_back(Table(random.Below(256), random.Below(kTotal - kSymbols)));
    std::vector<uint8_t> symbols(random.Below(300));
    for (uint8_t& symbol : symbols) symbol = static_cast<uint8_t>(random.Below(256));
    CheckRoundTrip(symbols, tables);
  }
}

// The corners: always the first or the last symbol (long carries), always the rarest, always the most likely.
void MirrorsOnExtremes() {
  for (const uint32_t likely : {0u, 255u, 128u}) {
    for (const uint32_t sharp : {0u, 1000u, kTotal - kSymbols}) {
      const std::vector<std::vector<uint32_t>> tables = {Table(likely, sharp)};
      for (const uint32_t symbol : {0u, 255u, 127u, 128u}) {
        for (const size_t count : {size_t{0}, size_t{1}, size_t{2}, size_t{5000}}) {
          CheckRoundTrip(std::vector<uint8_t>(count, static_cast<uint8_t>(symbol)), tables);
        }
      }
    }
  }
}

// Ending costs at most 2 bytes a stream on average; here it is below one.
void EndsShort() {
  testing::Random random(4);
  double waste = 0;
  const int rounds = 3000;
  for (int round = 0; round < rounds; ++round) {
    const std::vector<std::vector<uint32_t>> tables = {Table(random.Below(256), random.Below(60000))};
    std::vector<uint8_t> symbols(20 + random.Below(50));
    for (uint8_t& symbol : symbols) symbol = static_cast<uint8_t>(random.Below(256));
    const Coded coded = Encode(symbols, tables);
    waste += static_cast<double>(coded.bytes.size()) - coded.ideal_bits / 8;
  }
  std::printf("bytes above the ideal: %.3f a stream\n", waste / rounds);
  CHECK(waste / rounds < 1);
}

// Binary decisions of every probability come back, and cost what theory says.
void MirrorsOnBits() {
  testing::Random random(4);
  for (int round = 0; round < 300; ++round) {
    const uint32_t count = random.Below(2000);
    std::vector<uint32_t> ones(count);
    std::vector<uint32_t> bits(count);
    double ideal_bits = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t ends[] = {1, kTotal - 1, kTotal / 2, 1 + random.Below(kTotal - 1)};
      ones[i] = ends[random.Below(4)];
      bits[i] = random.Below(kTotal) < ones[i] ? 1 : 0;
      ideal_bits -= std::log2((bits[i] != 0 ? ones[i] : kTotal - ones[i]) / double{kTotal});
    }
    std::vector<uint8_t> bytes(RangeEncoder::MaxBytes(count));
    RangeEncoder encoder;
    encoder.Start(bytes.data(), static_cast<uint32_t>(bytes.size()));
    for (uint32_t i = 0; i < count; ++i) encoder.EncodeBit(bits[i], ones[i]);
    const uint32_t length = encoder.Finish();
    CHECK(!encoder.overflowed());
    CHECK(length * 8 <= ideal_bits + 8.01);
    RangeDecoder decoder;
    decoder.Start(bytes.data(), length);
    for (uint32_t i = 0; i < count; ++i) CHECK(decoder.DecodeBit(ones[i]) == bits[i]);
  }
}

// A stream that needs more than its room says so and writes nothing behind it, carries included.
void SaysWhenItDoesNotFit() {
  testing::Random random(5);
  for (uint32_t room = 0; room < 60; ++room) {
    std::vector<uint8_t> bytes(room + 8, 0xA5);
    RangeEncoder encoder;
    encoder.Start(bytes.data() + 4, room);
    for (int i = 0; i < 400; ++i) encoder.EncodeBit(random.Below(2), random.Below(2) != 0 ? 1 : kTotal - 1);
    encoder.Finish();
    CHECK(encoder.overflowed());
    for (uint32_t i = 0; i < 4; ++i) CHECK(bytes[i] == 0xA5 && bytes[room + 4 + i] == 0xA5);
  }
}

}  // namespace
}  // namespace understudy

int main() {
  understudy::MirrorsOnRandomSymbols();
  understudy::MirrorsOnExtremes();
  understudy::MirrorsOnBits();
  understudy::SaysWhenItDoesNotFit();
  understudy::EndsShort();
}
