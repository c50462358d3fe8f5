// Any payload, in any number of lanes: decoding ends, within its memory, with the declared number of bytes or
// a refusal; and decoding it again gives the same bytes.
#ifndef UNDERSTUDY_CODER_FUZZ_PAYLOAD_H_
#define UNDERSTUDY_CODER_FUZZ_PAYLOAD_H_

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "input.h"

namespace understudy::fuzz {

// The bytes, or none if the payload is refused.
inline std::vector<uint8_t> Decode(LaneCoder& coder, uint32_t bytes, uint32_t lanes,
                                   std::span<const uint8_t> payload, uint32_t seed) {
  std::ranges::copy(payload, coder.payload());
  if (!coder.StartDecode(bytes, lanes, static_cast<uint32_t>(payload.size()))) return {};
  for (uint32_t step = 0; coder.steps_left() > 0; ++step) {
    coder.WriteInputs();
    WriteLogits(coder, lanes, seed + step);
    coder.DecodeStep();
  }
  return {coder.block(), coder.block() + bytes};
}

inline void DecodeAnything(Input& input, Method method) {
  const uint32_t bytes = 1 + input.Number(200);
  const uint32_t lanes = 1 + input.Number(std::min(bytes, MostLanes(method)));
  const uint32_t record_length = input.Number(2049);
  const uint32_t seed = input.Number(65536);
  // A coder of its own each time: the sanitizer then knows the exact bounds.
  LaneCoder coder;
  SetMethod(coder, method, record_length);
  if (!coder.SetFront({}) || !coder.Reserve(bytes, lanes)) return;
  const size_t room = LaneCoder::PayloadRoom(bytes, lanes);
  const std::span<const uint8_t> payload = input.rest().first(std::min(input.rest().size(), room));
  const std::vector<uint8_t> once = Decode(coder, bytes, lanes, payload, seed);
  if (once != Decode(coder, bytes, lanes, payload, seed)) std::abort();
}

}  // namespace understudy::fuzz

#endif  // UNDERSTUDY_CODER_FUZZ_PAYLOAD_H_
