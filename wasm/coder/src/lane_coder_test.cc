// A block in lanes comes back whatever its length and number of lanes; both sides ask the student the same
// questions.
#include "lane_coder.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "testing.h"

namespace understudy {
namespace {

const NgramTable kTables[] = {{ContextKind::kByte, 1, 256, 0, 2},
                              {ContextKind::kOrder, 3, 1024, 512, 1},
                              {ContextKind::kWords, 0, 1024, 1536, 1}};

// Stands for a student: logits that depend on a lane's inputs and nothing else.
void Answer(LaneCoder& coder, uint32_t lanes) {
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    uint32_t seed = 1;
    for (uint32_t i = 0; i < coder.inputs_per_lane(); ++i) {
      seed = seed * 31 + static_cast<uint32_t>(coder.inputs()[lane * coder.inputs_per_lane() + i]);
    }
    for (uint32_t s = 0; s < kSymbols; ++s) {
      seed = seed * 1664525 + 1013904223;
      coder.logits()[lane * kSymbols + s] = static_cast<float>(seed >> 23) - 256;
    }
  }
}

std::vector<uint8_t> Encode(LaneCoder& coder, const std::vector<uint8_t>& bytes, uint32_t lanes,
                            std::vector<int32_t>& questions) {
  std::copy(bytes.begin(), bytes.end(), coder.block());
  CHECK(coder.StartEncode(static_cast<uint32_t>(bytes.size()), lanes));
  while (coder.steps_left() > 0) {
    coder.WriteInputs();
    questions.insert(questions.end(), coder.inputs(), coder.inputs() + lanes * coder.inputs_per_lane());
    Answer(coder, lanes);
    coder.EncodeStep();
  }
  const uint32_t size = coder.FinishEncode();
  return {coder.payload(), coder.payload() + size};
}

std::vector<uint8_t> Decode(LaneCoder& coder, const std::vector<uint8_t>& payload, uint32_t bytes,
                            uint32_t lanes, std::vector<int32_t>& questions) {
  std::memset(coder.block(), 0xEE, bytes);
  std::copy(payload.begin(), payload.end(), coder.payload());
  CHECK(coder.StartDecode(bytes, lanes, static_cast<uint32_t>(payload.size())));
  while (coder.steps_left() > 0) {
    coder.WriteInputs();
    questions.insert(questions.end(), coder.inputs(), coder.inputs() + lanes * coder.inputs_per_lane());
    Answer(coder, lanes);
    coder.DecodeStep();
  }
  return {coder.block(), coder.block() + bytes};
}

void RoundTrips(std::span<const NgramTable> front) {
  LaneCoder coder;
  CHECK(coder.SetFront(front));
  CHECK(coder.Reserve(700, 12));
  testing::Random random(6);
  for (int round = 0; round < 150; ++round) {
    const uint32_t size = 1 + random.Below(700);
    const uint32_t lanes = 1 + random.Below(std::min(size, 12u));
    std::vector<uint8_t> bytes(size);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>("ab cD é\xff"[random.Below(8)]);
    std::vector<int32_t> asked;
    std::vector<int32_t> asked_again;
    const std::vector<uint8_t> payload = Encode(coder, bytes, lanes, asked);
    CHECK(Decode(coder, payload, size, lanes, asked_again) == bytes);
    CHECK(asked == asked_again);
  }
}

// A lane knows nothing of the bytes before it: its inputs start from zeros.
void LanesStartEmpty() {
  LaneCoder coder;
  CHECK(coder.SetFront({}) && coder.Reserve(100, 4));
  std::memset(coder.block(), 7, 100);
  CHECK(coder.StartEncode(99, 4));
  CHECK(coder.steps() == 25);
  coder.WriteInputs();
  for (uint32_t i = 0; i < 4 * kHistoryBytes; ++i) CHECK(coder.inputs()[i] == 0);
  Answer(coder, 4);
  coder.EncodeStep();
  coder.WriteInputs();
  for (uint32_t i = 0; i < 4 * kHistoryBytes; ++i)
    CHECK(coder.inputs()[i] == (i % kHistoryBytes == 31 ? 7 : 0));
}

// Logits that make every byte the rarest: the worst a block can cost stays within its room.
void WorstCaseFits() {
  LaneCoder coder;
  CHECK(coder.SetFront({}) && coder.Reserve(3000, 3));
  std::memset(coder.block(), 255, 3000);
  CHECK(coder.StartEncode(3000, 3));
  std::fill_n(coder.logits(), 3 * kSymbols, -10000.f);
  for (uint32_t lane = 0; lane < 3; ++lane) coder.logits()[lane * kSymbols] = 10000;
  while (coder.steps_left() > 0) coder.EncodeStep();
  CHECK(coder.StreamBytes() >= 5990);
  CHECK(coder.FinishEncode() <= LaneCoder::PayloadRoom(3000, 3));
}

// A network that answers with the last byte's row of a table: batches of steps give the payload that single
// steps give with the same logits, and come back.
void RunsStepsByItself() {
  testing::Random random(8);
  constexpr uint32_t kRows = 256;
  std::vector<int8_t> table(kRows * kSymbols);
  for (int8_t& value : table) value = static_cast<int8_t>(random.Below(255));
  // Buffers rows, gathered, logits; constant; gather, then a map that widens.
  const std::vector<int32_t> words = {3,   1,
                                      2,   0,
                                      0,   2,
                                      1,   2,
                                      0,   -1,
                                      0,  //
                                      256, 0,
                                      4,   0,
                                      1,  //
                                      256, 1,
                                      3,   1,
                                      2,  //
                                      0,   kRows * kSymbols,
                                      0,   0,
                                      0,   256,
                                      0,   0,
                                      0,   1,
                                      1,   1,
                                      0,   1,
                                      0,   2,
                                      1,   256,
                                      256, 1,
                                      4,   1,
                                      1,   1,
                                      0,   1,
                                      0,   1,
                                      256, 1,
                                      0,   0,
                                      0,   0,
                                      0,   2,
                                      0,   1,
                                      256, 1};
  const NgramTable front[] = {{ContextKind::kByte, 1, kRows, 0, 1}};
  LaneCoder coder;
  CHECK(coder.SetFront(front) && coder.Reserve(700, 12));
  CHECK(coder.StartEncode(100, 2) && coder.RunSteps(5) == 0);  // no network yet
  Network& network = coder.network();
  CHECK(network.ReservePlan(static_cast<uint32_t>(words.size()), static_cast<uint32_t>(table.size())));
  std::copy(words.begin(), words.end(), network.words());
  std::memcpy(network.data(), table.data(), table.size());
  CHECK(network.Load());
  for (int round = 0; round < 60; ++round) {
    const uint32_t size = 1 + random.Below(700);
    const uint32_t lanes = 1 + random.Below(std::min(size, 12u));
    CHECK(coder.Reserve(700, 12));
    for (uint32_t i = 0; i < size; ++i) coder.block()[i] = static_cast<uint8_t>(random.Below(6));
    const std::vector<uint8_t> bytes(coder.block(), coder.block() + size);
    CHECK(coder.StartEncode(size, lanes));
    while (coder.steps_left() > 0) {
      coder.WriteInputs();
      for (uint32_t lane = 0; lane < lanes; ++lane) {
        const int8_t* row = table.data() + size_t{kSymbols} * static_cast<uint32_t>(coder.inputs()[lane]);
        std::copy(row, row + kSymbols, coder.logits() + size_t{lane} * kSymbols);
      }
      coder.EncodeStep();
    }
    uint32_t length = coder.FinishEncode();
    const std::vector<uint8_t> expected(coder.payload(), coder.payload() + length);
    CHECK(coder.StartEncode(size, lanes));
    while (coder.steps_left() > 0) CHECK(coder.RunSteps(1 + random.Below(40)) > 0);
    CHECK(coder.RunSteps(1) == 0);
    length = coder.FinishEncode();
    CHECK(std::vector<uint8_t>(coder.payload(), coder.payload() + length) == expected);
    std::memset(coder.block(), 0xEE, size);
    CHECK(coder.StartDecode(size, lanes, length));
    while (coder.steps_left() > 0) CHECK(coder.RunSteps(1 + random.Below(40)) > 0);
    CHECK(std::vector<uint8_t>(coder.block(), coder.block() + size) == bytes);
  }
}

void RefusesWhatDoesNotFit() {
  LaneCoder coder;
  CHECK(!coder.SetFront({{NgramTable{ContextKind::kOrder, 33, 256, 0, 1}}}));
  CHECK(!coder.SetFront({{NgramTable{ContextKind::kOrder, 3, 255, 0, 1}}}));
  CHECK(!coder.SetFront({{NgramTable{ContextKind::kOrder, 3, 1u << 31, 1, 1}}}));
  CHECK(!coder.SetFront({{NgramTable{ContextKind::kOrder, 3, 256, 0, kMaxInputs + 1}}}));
  CHECK(coder.SetFront({}) && coder.Reserve(100, 4));
  CHECK(!coder.Reserve(kMaxBlockBytes + 1, 1) && !coder.Reserve(1, kMaxLanes + 1));
  CHECK(!coder.StartEncode(101, 1) && !coder.StartEncode(100, 5) && !coder.StartEncode(3, 4));
  CHECK(!coder.StartEncode(0, 0) && !coder.StartDecode(10, 1, LaneCoder::PayloadRoom(10, 1) + 1));
}

}  // namespace
}  // namespace understudy

int main() {
  understudy::RoundTrips({});
  understudy::RoundTrips(understudy::kTables);
  understudy::LanesStartEmpty();
  understudy::WorstCaseFits();
  understudy::RunsStepsByItself();
  understudy::RefusesWhatDoesNotFit();
}
