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
  understudy::RefusesWhatDoesNotFit();
}
