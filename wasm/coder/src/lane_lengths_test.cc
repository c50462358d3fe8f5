// Lane lengths come back as written; every cut and every impossible head is refused.
#include "lane_lengths.h"

#include <vector>

#include "testing.h"

namespace understudy {
namespace {

std::vector<uint8_t> Payload(const std::vector<uint32_t>& lengths, uint32_t& head) {
  std::vector<uint8_t> payload(MaxLaneLengthBytes(static_cast<uint32_t>(lengths.size())));
  head = WriteLaneLengths(lengths, payload.data());
  CHECK(head <= payload.size());
  size_t total = head;
  for (const uint32_t length : lengths) total += length;
  payload.resize(total);
  return payload;
}

void RoundTrips() {
  testing::Random random(5);
  for (int round = 0; round < 2000; ++round) {
    std::vector<uint32_t> lengths(1 + random.Below(40));
    const uint32_t base = random.Below(3000);
    const uint32_t spread = 1 + random.Below(round % 3 == 0 ? 1 : 2000);
    for (uint32_t& length : lengths) length = base + random.Below(spread);
    uint32_t head;
    const std::vector<uint8_t> payload = Payload(lengths, head);
    std::vector<uint32_t> back(lengths.size());
    CHECK(ReadLaneLengths(payload, back) == head);
    CHECK(back == lengths);
  }
}

void OneLaneNeedsNoHead() {
  uint32_t head;
  const std::vector<uint8_t> payload = Payload({77}, head);
  CHECK(head == 0 && payload.size() == 77);
}

void EqualLanesNeedThreeBytesAtMost() {
  uint32_t head;
  Payload(std::vector<uint32_t>(512, 2000), head);
  CHECK(head == 3);
}

void RefusesCutHeads() {
  uint32_t head;
  const std::vector<uint8_t> payload = Payload({300, 412, 377, 350, 366}, head);
  std::vector<uint32_t> lengths(5);
  // Without the last stream's bytes the head still fits: the last stream is then just shorter.
  const size_t needed = payload.size() - 366;
  for (size_t cut = 0; cut < payload.size(); ++cut) {
    CHECK((ReadLaneLengths({payload.data(), cut}, lengths) < 0) == (cut < needed));
  }
}

void RefusesImpossibleHeads() {
  std::vector<uint32_t> lengths(2);
  const std::vector<std::vector<uint8_t>> bad = {
      {0x80, 0x00, 0x00},                          // a varint that is longer than it must be
      {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00},  // a varint without end
      {0x00, 32, 0, 0, 0, 0},                      // differences of 32 bits
      {0x05, 0, 1, 2, 3},                          // more bytes than there are
      {0x00, 1, 0xFE},                             // bits set behind the last difference
  };
  for (const auto& payload : bad) CHECK(ReadLaneLengths(payload, lengths) == -1);
}

}  // namespace
}  // namespace understudy

int main() {
  understudy::RoundTrips();
  understudy::OneLaneNeedsNoHead();
  understudy::EqualLanesNeedThreeBytesAtMost();
  understudy::RefusesCutHeads();
  understudy::RefusesImpossibleHeads();
}
