// Method `teacher`: blocks come back whatever their length, lanes and memory; a coder that is started again
// has no past; every build gives the same bytes; damaged payloads decode to something within bounds; what it
// cannot do is refused.
#include "teacher_step_coder.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "lane_coder.h"
#include "testing.h"

namespace understudy {
namespace {

constexpr uint32_t kSmallTables = 21;

std::vector<uint8_t> Words(uint32_t count, uint64_t seed) {
  static const char* const kWords[] = {"lanes ",       "of ",  "the ", "teacher", "\n",
                                       "[[student]] ", "1984", ", ",   "is ",     "\xC3\xA9t\xC3\xA9 "};
  testing::Random random(seed);
  std::vector<uint8_t> bytes;
  while (bytes.size() < count) {
    const char* word = kWords[random.Below(3) * random.Below(4) + random.Below(4)];
    bytes.insert(bytes.end(), word, word + std::strlen(word));
  }
  bytes.resize(count);
  return bytes;
}

// Stands for a student: after a letter it expects what often follows, with a confidence that varies.
void Answer(LaneCoder& coder, uint32_t lanes) {
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    const auto last = static_cast<uint32_t>(coder.inputs()[lane * kHistoryBytes + kHistoryBytes - 1]);
    for (uint32_t s = 0; s < kSymbols; ++s)
      coder.logits()[lane * kSymbols + s] =
          static_cast<float>((s * 7 + last * 13) % 64) + (s > 96 && s < 123 ? 90.f : 0.f);
    coder.logits()[lane * kSymbols + (last * 5 + 1) % kSymbols] = static_cast<float>(last * 3);
  }
}

bool Prepare(LaneCoder& coder, uint32_t bytes, uint32_t lanes, uint32_t memory_log2,
             uint32_t generation = 0) {
  return coder.SetFront({}) && coder.SetMethod(Method::kTeacher, {0, memory_log2, {generation, 0}}) &&
         coder.Reserve(bytes, lanes);
}

std::vector<uint8_t> Encode(LaneCoder& coder, const std::vector<uint8_t>& bytes, uint32_t lanes) {
  std::copy(bytes.begin(), bytes.end(), coder.block());
  CHECK(coder.StartEncode(static_cast<uint32_t>(bytes.size()), lanes));
  while (coder.steps_left() > 0) {
    coder.WriteInputs();
    Answer(coder, lanes);
    coder.EncodeStep();
  }
  const uint32_t size = coder.FinishEncode();
  return {coder.payload(), coder.payload() + size};
}

bool Decode(LaneCoder& coder, const std::vector<uint8_t>& payload, uint32_t bytes, uint32_t lanes,
            std::vector<uint8_t>& out) {
  std::memset(coder.block(), 0xEE, bytes);
  std::copy(payload.begin(), payload.end(), coder.payload());
  if (!coder.StartDecode(bytes, lanes, static_cast<uint32_t>(payload.size()))) return false;
  while (coder.steps_left() > 0) {
    coder.WriteInputs();
    Answer(coder, lanes);
    coder.DecodeStep();
  }
  out.assign(coder.block(), coder.block() + bytes);
  return true;
}

void RoundTrips() {
  LaneCoder coder;
  for (const auto& [count, lanes] :
       {std::pair{1u, 1u}, {2u, 2u}, {7u, 4u}, {5000u, 1u}, {9001u, 2u}, {6002u, 3u}, {20000u, 4u}}) {
    CHECK(Prepare(coder, count, lanes, kSmallTables));
    std::vector<uint8_t> bytes = Words(count, count);
    if (count == 6002)
      std::generate(bytes.begin(), bytes.end(),
                    [r = testing::Random(5)]() mutable { return static_cast<uint8_t>(r.Below(256)); });
    const std::vector<uint8_t> payload = Encode(coder, bytes, lanes);
    if (count == 20000) CHECK(payload.size() < count / 3);
    std::vector<uint8_t> back;
    CHECK(Decode(coder, payload, count, lanes, back) && back == bytes);
  }
}

// Reserved once for the largest, then started with less of everything: as from a coder of its own.
void StartsAnew() {
  LaneCoder large, small;
  CHECK(Prepare(large, 60000, 4, kSmallTables + 1) && Prepare(small, 3000, 1, kSmallTables + 1));
  const auto bytes = Words(3000, 1);
  const auto expected = Encode(small, bytes, 1);
  Encode(large, Words(60000, 2), 4);
  CHECK(Encode(large, bytes, 1) == expected);
  std::vector<uint8_t> back;
  CHECK(Decode(large, expected, 3000, 1, back) && back == bytes);
}

// A phrase with letters changed here and there, by rules that teacher-method.test.ts has too.
std::vector<uint8_t> Changed(uint32_t count) {
  static const char kPhrase[] = "the teacher and its student, [[lanes]] of 1984\n";
  std::vector<uint8_t> bytes(count);
  uint32_t state = 1;
  for (uint32_t i = 0; i < count; ++i) {
    state = state * 1664525 + 1013904223;
    bytes[i] = static_cast<uint8_t>((state >> 24) < 20 ? 97 + (state >> 16) % 26
                                                       : kPhrase[i % (sizeof(kPhrase) - 1)]);
  }
  return bytes;
}

// The generation's promise: these bytes never change. The WebAssembly module gives the same in
// shared/codec/src/coder/teacher-method.test.ts.
void GivesTheBytesOfItsGeneration() {
  uint32_t digest = 2166136261;  // FNV-1a
  LaneCoder coder;
  for (const uint32_t lanes : {1u, 4u}) {
    CHECK(Prepare(coder, 30000, lanes, kSmallTables + lanes, predictor1::kStudentGeneration));
    for (const uint8_t byte : Encode(coder, Changed(30000), lanes)) digest = (digest ^ byte) * 16777619;
  }
  CHECK(digest == 0xad731adb);
}

void DamagedPayloadsEnd() {
  LaneCoder coder;
  const uint32_t count = 3000;
  testing::Random random(9);
  for (uint32_t round = 0; round < 12; ++round) {
    const uint32_t lanes = 1 + round % 4;
    CHECK(Prepare(coder, count, lanes, kSmallTables));
    const auto bytes = Words(count, round);
    auto payload = Encode(coder, bytes, lanes);
    if (round % 3 == 0) payload.resize(random.Below(static_cast<uint32_t>(payload.size())));
    if (round % 3 == 1)
      payload[random.Below(static_cast<uint32_t>(payload.size()) / 2)] ^= 1u << random.Below(8);
    if (round % 3 == 2) {
      for (auto& byte : payload) byte = static_cast<uint8_t>(random.Below(256));
    }
    std::vector<uint8_t> back;
    if (Decode(coder, payload, count, lanes, back)) CHECK(back != bytes);
  }
}

void RefusesWhatItCannot() {
  LaneCoder coder;
  CHECK(!Prepare(coder, 1000, 5, kSmallTables));      // lanes
  CHECK(!Prepare(coder, 1000, 1, kSmallTables - 1));  // memory
  CHECK(!Prepare(coder, 1000, 1, 31));
  CHECK(!Prepare(coder, 1000, 1, kSmallTables, 2));  // a generation to come
  CHECK(Prepare(coder, 1000, 1, 0));
}

}  // namespace
}  // namespace understudy

int main() {
  using namespace understudy;
  RoundTrips();
  StartsAnew();
  GivesTheBytesOfItsGeneration();
  DamagedPayloadsEnd();
  RefusesWhatItCannot();
}
