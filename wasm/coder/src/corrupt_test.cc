// Damaged and random payloads: decoding ends, stays within its memory (the sanitizers watch) and gives the
// declared number of bytes or a refusal. The argument is the number of rounds.
#include <algorithm>
#include <vector>

#include "lane_coder.h"
#include "testing.h"

namespace understudy {
namespace {

void DecodesAnything(int rounds) {
  testing::Random random(7);
  int refused = 0;
  int decoded = 0;
  for (int round = 0; round < rounds; ++round) {
    // A coder of its own each time: the sanitizer then knows the exact bounds.
    LaneCoder coder;
    const uint32_t bytes = 1 + random.Below(200);
    const uint32_t lanes = 1 + random.Below(std::min(bytes, 9u));
    CHECK(coder.SetFront({}) && coder.Reserve(bytes, lanes));
    uint32_t size = random.Below(LaneCoder::PayloadRoom(bytes, lanes) + 1);
    std::generate_n(coder.block(), bytes, [&] { return static_cast<uint8_t>(random.Below(3)); });
    std::generate_n(coder.logits(), lanes * kSymbols, [&] { return static_cast<float>(random.Below(400)); });
    if (round % 2 == 0) {
      std::generate_n(coder.payload(), size, [&] { return static_cast<uint8_t>(random.Below(256)); });
      // Small numbers in the head get past its checks more often.
      for (uint32_t i = 0; i < std::min(size, 4u); ++i) coder.payload()[i] &= 7;
    } else {
      CHECK(coder.StartEncode(bytes, lanes));
      while (coder.steps_left() > 0) coder.EncodeStep();
      size = coder.FinishEncode();
      for (uint32_t i = random.Below(4); i > 0 && size > 0; --i)
        coder.payload()[random.Below(size)] ^= 1u << random.Below(8);
      if (random.Below(3) == 0) size = random.Below(size + 1);
    }
    if (!coder.StartDecode(bytes, lanes, size)) {
      ++refused;
      continue;
    }
    while (coder.steps_left() > 0) {
      coder.WriteInputs();
      for (uint32_t i = 0; i < lanes * kHistoryBytes; ++i)
        CHECK(coder.inputs()[i] >= 0 && coder.inputs()[i] <= 255);
      coder.DecodeStep();
    }
    ++decoded;
  }
  std::printf("%d decoded, %d refused\n", decoded, refused);
  CHECK(decoded > 0 && refused > 0);
}

}  // namespace
}  // namespace understudy

int main(int argc, char** argv) {
  CHECK(argc == 2);
  understudy::DecodesAnything(std::atoi(argv[1]));
}
