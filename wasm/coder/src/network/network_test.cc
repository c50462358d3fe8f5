// The network gives the integers of a plain reference, which takes one element after the other, on plans of
// random sizes with weights and values at their extremes; and damaged plans are refused or run without
// leaving their memory.
#include "network/network.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "network/plan_reference.h"
#include "network/plan_testing.h"
#include "testing.h"

namespace understudy {
namespace {

using testing::Bytes;
using testing::Extreme;
using testing::Random;
using testing::RandomPlan;
using testing::Reference;
using testing::TestPlan;

bool LoadInto(Network& network, const TestPlan& test) {
  CHECK(
      network.ReservePlan(static_cast<uint32_t>(test.words.size()), static_cast<uint32_t>(test.data.size())));
  std::copy(test.words.begin(), test.words.end(), network.words());
  std::copy(test.data.begin(), test.data.end(), network.data());
  return network.Load();
}

void EqualsReference(uint64_t seed) {
  Random random(seed);
  const TestPlan test = RandomPlan(random);
  const uint32_t lanes = 1 + random.Below(9);
  Network network;
  CHECK(LoadInto(network, test) && network.Reserve(lanes));
  const uint32_t width = network.input_width();
  std::vector<Reference*> references;
  for (uint32_t lane = 0; lane < lanes; ++lane) references.push_back(new Reference(test));
  for (int step = 0; step < 4; ++step) {
    std::vector<int32_t> inputs(size_t{lanes} * width);
    for (int32_t& row : inputs) row = static_cast<int32_t>(random.Below(50));
    for (uint32_t first = 0; first < lanes; first += network.group()) {
      const uint32_t count = std::min(network.group(), lanes - first);
      const int16_t* logits = network.Run(inputs.data() + size_t{first} * width, first, count);
      for (uint32_t i = 0; i < count; ++i) {
        const auto begin = inputs.begin() + (first + i) * width;
        const std::vector<int64_t> expected = references[first + i]->Step({begin, begin + width});
        for (uint32_t s = 0; s < 256; ++s) CHECK(logits[i * 256 + s] == expected[s]);
      }
    }
    network.Advance();
    for (uint32_t lane = 0; lane < lanes; ++lane) {
      const std::vector<int64_t>& expected = references[lane]->State();
      std::vector<int32_t> state(expected.size());
      CHECK(network.CopyState(0, lane, state.data()) == expected.size());
      CHECK(std::equal(state.begin(), state.end(), expected.begin()));
    }
  }
  for (const Reference* reference : references) delete reference;
}

// Shapes around the edges of blocks: rows, columns and depths that no block divides, all values at the ends.
void DenseEqualsReference() {
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    const uint32_t rows = 1 + random.Below(11);
    const uint32_t depth = 1 + random.Below(round % 10 == 0 ? 700 : 40);
    const uint32_t columns = 1 + random.Below(70);
    const std::vector<int8_t> a = Bytes(random, size_t{rows} * depth);
    const std::vector<int8_t> b = Bytes(random, size_t{depth} * columns);
    std::vector<int16_t> packed(PackedWeights(depth, columns));
    PackWeights(b.data(), depth, columns, columns, 1, packed.data());
    std::vector<int16_t> scratch(DenseScratch(depth));
    const Storage storage = static_cast<Storage>(random.Below(3));
    const uint32_t padded = ColumnGroups(columns) * kColumnGroup;
    std::vector<int32_t> bias(padded), shifts(padded), factor(padded, 1);
    for (uint32_t n = 0; n < columns; ++n) {
      bias[n] = Extreme(random, 1 << 20);
      shifts[n] = static_cast<int32_t>(random.Below(round % 3 == 0 ? 14 : 8));
    }
    const int32_t most = storage == Storage::kInt8 ? 127 : storage == Storage::kInt16 ? 32767 : INT32_MAX;
    DenseTail tail = {bias.data(), shifts.data(), factor.data(), 0, -most, most};
    if (!CommonShift(shifts.data(), columns, factor.data(), &tail.shift)) tail.factor = nullptr;
    // Behind each row lies what must stay as it is.
    const uint32_t row_bytes = columns * StorageBytes(storage) + 16;
    std::vector<uint8_t> out(size_t{rows} * row_bytes, 0xA5);
    std::vector<const int8_t*> inputs;
    std::vector<void*> outputs;
    for (uint32_t r = 0; r < rows; ++r) {
      inputs.push_back(a.data() + size_t{r} * depth);
      outputs.push_back(out.data() + size_t{r} * row_bytes);
    }
    Dense(inputs.data(), rows, depth, packed.data(), columns, tail, storage, outputs.data(), scratch.data());
    for (uint32_t r = 0; r < rows; ++r) {
      std::vector<int32_t> row(columns);
      LoadRun({outputs[r], storage}, 0, 1, columns, row.data());
      for (uint32_t n = 0; n < columns; ++n) {
        int64_t sum = bias[n];
        for (uint32_t k = 0; k < depth; ++k) sum += a[r * depth + k] * b[k * columns + n];
        CHECK(row[n] == std::clamp<int64_t>(sum >> shifts[n], -most, most));
      }
      for (uint32_t i = 0; i < 16; ++i)
        CHECK(out[size_t{r} * row_bytes + columns * StorageBytes(storage) + i] == 0xA5);
    }
  }
}

// Whatever the words say, loading and running touches only its own memory (the sanitizers watch).
void SurvivesDamage() {
  Random random(9);
  Network network;
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    TestPlan test = RandomPlan(random);
    for (uint32_t i = 0; i < 1 + random.Below(3); ++i) {
      int32_t& word = test.words[random.Below(static_cast<uint32_t>(test.words.size()))];
      const int32_t near = static_cast<int32_t>(static_cast<uint32_t>(word) + random.Below(3) - 1);
      const int32_t odd[] = {0,         1,    -1,   INT32_MAX,
                             INT32_MIN, near, near, static_cast<int32_t>(random.Below(300))};
      word = odd[random.Below(8)];
    }
    if (random.Below(20) == 0) test.words.resize(random.Below(static_cast<uint32_t>(test.words.size())));
    if (!LoadInto(network, test)) continue;
    ++accepted;
    CHECK(network.Reserve(3));
    std::vector<int32_t> inputs(size_t{3} * network.input_width(), -5);
    network.Run(inputs.data(), 0, std::min(3u, network.group()));
    network.Advance();
  }
  CHECK(accepted > 100);
}

}  // namespace
}  // namespace understudy

int main() {
  understudy::DenseEqualsReference();
  for (uint64_t seed = 0; seed < 150; ++seed) understudy::EqualsReference(seed);
  understudy::SurvivesDamage();
}
