// Any bytes, by any method, in any number of lanes, whatever the student says: what was encoded is decoded,
// by a decoder that has seen nothing before.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace understudy;
  fuzz::Input input(data, size);
  const Method method = fuzz::MethodOf(input.Number(65536));
  const uint32_t record_length = input.Number(2049);
  const uint32_t seed = input.Number(65536);
  const uint32_t wanted_lanes = 1 + input.Number(fuzz::MostLanes(method));
  const std::span<const uint8_t> original = input.rest();
  if (original.empty()) return 0;
  const uint32_t bytes = static_cast<uint32_t>(original.size());
  const uint32_t lanes = std::min(wanted_lanes, bytes);

  LaneCoder encoder, decoder;
  for (LaneCoder* coder : {&encoder, &decoder}) {
    fuzz::SetMethod(*coder, method, record_length);
    if (!coder->SetFront({}) || !coder->Reserve(bytes, lanes)) return 0;
  }
  std::ranges::copy(original, encoder.block());
  if (!encoder.StartEncode(bytes, lanes)) std::abort();
  for (uint32_t step = 0; encoder.steps_left() > 0; ++step) {
    encoder.WriteInputs();
    fuzz::WriteLogits(encoder, lanes, seed + step);
    encoder.EncodeStep();
  }
  const uint32_t payload_bytes = encoder.FinishEncode();
  if (payload_bytes == UINT32_MAX) return 0;  // a hopeless student: the segment is stored then
  if (payload_bytes > LaneCoder::PayloadRoom(bytes, lanes)) std::abort();

  std::copy_n(encoder.payload(), payload_bytes, decoder.payload());
  if (!decoder.StartDecode(bytes, lanes, payload_bytes)) std::abort();
  for (uint32_t step = 0; decoder.steps_left() > 0; ++step) {
    decoder.WriteInputs();
    fuzz::WriteLogits(decoder, lanes, seed + step);
    decoder.DecodeStep();
  }
  if (!std::ranges::equal(original, std::span(decoder.block(), bytes))) std::abort();
  return 0;
}
