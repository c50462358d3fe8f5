// The blend: what was encoded decodes, whatever the kind, the lanes and the student; what a step teaches does
// not depend on the order of the lanes; and the bytes stay what they were.
#include "blend/blend.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "testing.h"

namespace understudy::blend {
namespace {

struct Coded {
  std::vector<std::vector<uint8_t>> streams;
  std::vector<uint8_t> decoded;
};

// A stand-in for the student: it bets on the byte before last, more or less by a hash of the past.
void Guess(const std::vector<uint8_t>& block, uint32_t start, uint32_t step, uint32_t* frequencies) {
  const uint32_t before = step > 1 ? block[start + step - 2] : 0;
  uint32_t left = kTotal;
  for (uint32_t s = 0; s < kSymbols; ++s) {
    frequencies[s] = s == before ? 9000 : 1 + (s * 7919 + before * 31) % 200;
    left -= frequencies[s];
  }
  frequencies[before ^ 32] += left;
}

Coded RoundTrip(Kind kind, const std::vector<uint8_t>& text, uint32_t lanes, uint32_t record_length) {
  const auto bytes = static_cast<uint32_t>(text.size());
  const uint32_t shorter = bytes / lanes, longer = bytes % lanes;
  std::vector<uint32_t> starts(lanes);
  for (uint32_t i = 0; i < lanes; ++i) starts[i] = i * shorter + std::min(i, longer);
  const StepParameters parameters{record_length, 0, {0, 0}};
  auto blend = std::make_unique<Blend>(kind);
  CHECK(blend->Reserve(lanes, bytes, parameters));
  std::vector<uint32_t> frequencies(std::size_t{lanes} * kSymbols);

  const auto walk = [&](std::vector<uint8_t>& block, auto code) {
    blend->Start(lanes, bytes, parameters);
    for (uint32_t step = 0; step < shorter + (longer ? 1 : 0); ++step) {
      const uint32_t active = step < shorter ? lanes : longer;
      if (kind == Kind::kText) {
        for (uint32_t i = 0; i < active; ++i)
          Guess(block, starts[i], step, &frequencies[std::size_t{i} * kSymbols]);
      }
      code(StepView{kind == Kind::kText ? frequencies.data() : nullptr, block.data(), starts.data(), active,
                    step});
    }
  };

  Coded coded;
  coded.streams.resize(lanes);
  std::vector<RangeEncoder> encoders(lanes);
  for (uint32_t i = 0; i < lanes; ++i) {
    coded.streams[i].resize(std::size_t{16} * (shorter + 1) + 16);
    encoders[i].Start(coded.streams[i].data(), static_cast<uint32_t>(coded.streams[i].size()));
  }
  std::vector<uint8_t> block = text;
  walk(block, [&](const StepView& view) { blend->EncodeStep(view, encoders.data()); });
  for (uint32_t i = 0; i < lanes; ++i) {
    CHECK(!encoders[i].overflowed());
    coded.streams[i].resize(encoders[i].Finish());
  }

  std::vector<RangeDecoder> decoders(lanes);
  for (uint32_t i = 0; i < lanes; ++i)
    decoders[i].Start(coded.streams[i].data(), static_cast<uint32_t>(coded.streams[i].size()));
  coded.decoded.resize(bytes);
  walk(coded.decoded, [&](const StepView& view) { blend->DecodeStep(view, decoders.data()); });
  return coded;
}

std::size_t Bytes(const Coded& coded) {
  std::size_t sum = 0;
  for (const auto& stream : coded.streams) sum += stream.size();
  return sum;
}

std::vector<uint8_t> Words(uint32_t bytes) {
  const char* words[] = {"lane ", "The ", "order", "free ", "<b>", "blend\n", "counts, ", "42 ", "of ", "a "};
  std::vector<uint8_t> text;
  uint32_t seed = 1;
  while (text.size() < bytes) {
    seed = seed * 1664525 + 1013904223;
    for (const char* c = words[(seed >> 24) % 10]; *c; ++c) text.push_back(static_cast<uint8_t>(*c));
  }
  text.resize(bytes);
  return text;
}

std::vector<uint8_t> Random(uint32_t bytes) {
  std::vector<uint8_t> data(bytes);
  uint32_t seed = 7;
  for (auto& byte : data) byte = static_cast<uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
  return data;
}

// Rows of 12 bytes: a counter, constants, and noise.
std::vector<uint8_t> Records(uint32_t rows) {
  std::vector<uint8_t> data;
  for (uint32_t i = 0; i < rows; ++i) {
    const uint8_t row[12] = {static_cast<uint8_t>(i),
                             static_cast<uint8_t>(i >> 8),
                             0,
                             0,
                             'A',
                             'B',
                             static_cast<uint8_t>(i * 37 >> 5),
                             1,
                             2,
                             3,
                             static_cast<uint8_t>(i % 7),
                             255};
    data.insert(data.end(), row, row + 12);
  }
  return data;
}

void RoundTrips() {
  for (const Kind kind : {Kind::kText, Kind::kBinary}) {
    for (const uint32_t lanes : {1u, 2u, 7u, 256u}) {
      for (const auto& data : {Words(9001), Random(3000), Records(500), std::vector<uint8_t>(5000, 0)}) {
        CHECK(RoundTrip(kind, data, lanes, 12).decoded == data);
      }
    }
    const std::vector<uint8_t> one = {200};
    CHECK(RoundTrip(kind, one, 1, 0).decoded == one);
  }
}

void Learns() {
  // Ten words in random order hold log2(10) bits a word of about 4.3 bytes: 9.7 %.
  CHECK(Bytes(RoundTrip(Kind::kText, Words(60000), 1, 0)) < 60000 * 11 / 100);
  CHECK(Bytes(RoundTrip(Kind::kText, Words(60000), 16, 0)) < 60000 * 13 / 100);
  CHECK(Bytes(RoundTrip(Kind::kText, std::vector<uint8_t>(50000, 'x'), 1, 0)) < 100);
  const auto records = Records(4000);
  const std::size_t known = Bytes(RoundTrip(Kind::kBinary, records, 1, 12));
  CHECK(known < Bytes(RoundTrip(Kind::kBinary, records, 1, 0)));
  const std::size_t random = Bytes(RoundTrip(Kind::kBinary, Random(20000), 1, 0));
  CHECK(random < 20000 * 103 / 100);
}

template <typename Value, int... kIndex>
Inputs InputsOf(Value value, std::integer_sequence<int, kIndex...>) {
  Inputs inputs;
  (inputs.Set<kIndex>(value(kIndex)), ...);
  return inputs;
}

template <typename Value>
Inputs InputsOf(Value value) {
  return InputsOf(value, std::make_integer_sequence<int, kInputs>());
}

// One step's lessons, given in some order; then what the parts say.
template <typename Order>
std::vector<int64_t> Lessons(const Order& order) {
  std::vector<int64_t> seen;
  const int16_t start[kInputs] = {};
  MixerSet<kInputs> mixer;
  CHECK(mixer.Reserve(4));
  mixer.Start(start);
  Apm apm;
  CHECK(apm.Reserve(2, 64));
  apm.Start();
  SlotTable slots;
  CHECK(slots.Reserve(10));
  slots.Clear(10);
  Hits hits;
  hits.Clear();
  AdaptiveProbability probability;
  probability.Reset(32768);
  for (int step = 0; step < 20; ++step) {
    std::vector<Places> places;
    for (const int lane : order) {
      const auto key = static_cast<uint32_t>(lane * 131 + step * (lane % 3));
      const Inputs inputs = InputsOf([key](int i) {
        return static_cast<int32_t>((key * 977 + static_cast<uint32_t>(i) * 313) % 4001) - 2000;
      });
      mixer.Count(key % 4, Lesson::Of(static_cast<int32_t>(key * 7919 % 60000) - 30000),
                  [&inputs](int32_t* sums, int16_t step) { inputs.AddScaled(sums, step); });
      apm.Count(Apm::Between(static_cast<int32_t>(key % 4000) - 2000), key % 2, key >> 3 & 1);
      hits.Count(key >> 2 & 1);
      Places place = {};
      for (uint32_t c = 0; c < kContexts; ++c) slots.Find((key + c) % 6, key % 5 + 1, c, place);
      SlotTable::Count(place, SlotTable::Path(key & 15));
      places.push_back(place);
    }
    std::size_t at = 0;
    const auto path = [&](int lane) {
      return SlotTable::Path(static_cast<uint32_t>(lane * 131 + step * (lane % 3)) & 15);
    };
    for (const int lane : order) SlotTable::Settle(places[at++], path(lane));
    at = 0;
    for (const int lane : order) SlotTable::Apply(places[at++], path(lane));
    mixer.Flush(1000);
    apm.Flush();
    probability.Move(hits, 255);
  }
  for (uint32_t row = 0; row < 4; ++row) {
    for (int i = 0; i < kInputs; ++i) seen.push_back(mixer.Weights(row)[i]);
  }
  for (int logit = -2000; logit <= 2000; logit += 250) {
    seen.push_back(apm.Refine(Apm::Between(logit), 0));
    seen.push_back(apm.Refine(Apm::Between(logit), 1));
  }
  seen.push_back(probability.P16());
  for (uint32_t hash = 0; hash < 6; ++hash) {
    for (uint8_t check = 1; check <= 5; ++check) {
      Places place = {};
      slots.Find(hash, check, 0, place);
      for (uint32_t node = 0; node < 16; ++node) seen.push_back(place.at[0][node] & 255);
    }
  }
  return seen;
}

void LaneOrderDoesNotMatter() {
  std::vector<int> order(48);
  for (int i = 0; i < 48; ++i) order[static_cast<unsigned>(i)] = i;
  const auto forward = Lessons(order);
  std::reverse(order.begin(), order.end());
  CHECK(Lessons(order) == forward);
  std::rotate(order.begin(), order.begin() + 17, order.end());
  std::swap(order[3], order[40]);
  CHECK(Lessons(order) == forward);
}

// FNV-1a of all streams of the three below. A change here is a change of the format: old archives would no
// longer decode.
constexpr uint64_t kDigests[3] = {13904017278379760719u, 16370648911065302321u, 15355839790268126420u};

void KeepsItsBytes() {
  const auto digest = [](const Coded& coded) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (const auto& stream : coded.streams) {
      for (const uint8_t byte : stream) hash = (hash ^ byte) * 0x100000001B3u;
    }
    return hash;
  };
  const uint64_t digests[3] = {digest(RoundTrip(Kind::kText, Words(20000), 1, 0)),
                               digest(RoundTrip(Kind::kText, Words(20000), 12, 0)),
                               digest(RoundTrip(Kind::kBinary, Records(1500), 3, 12))};
  for (int i = 0; i < 3; ++i) {
    if (digests[i] != kDigests[i])
      std::fprintf(stderr, "digest %d: %lluu\n", i, static_cast<unsigned long long>(digests[i]));
  }
  CHECK(std::equal(digests, digests + 3, kDigests));
}

}  // namespace
}  // namespace understudy::blend

int main() {
  understudy::blend::RoundTrips();
  understudy::blend::Learns();
  understudy::blend::LaneOrderDoesNotMatter();
  understudy::blend::KeepsItsBytes();
  return 0;
}
