// What JavaScript sees of the coder: one LaneCoder a module instance, plain numbers and pointers into its
// memory. shared/codec/src/coder/lane-coder.ts is the only caller. Pointers stay valid until the next
// coder_reserve.
#include <cstdint>

#include "lane_coder.h"

#define UNDERSTUDY_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

understudy::LaneCoder coder;
uint32_t front_words[understudy::kMaxTables * 5];

}  // namespace

// Room for kMaxTables tables of five words: kind, order, rows, first row, rows per context.
UNDERSTUDY_EXPORT(coder_front) uint32_t* coder_front() { return front_words; }

UNDERSTUDY_EXPORT(coder_set_front) int32_t coder_set_front(uint32_t tables) {
  if (tables > understudy::kMaxTables) return 0;
  understudy::NgramTable list[understudy::kMaxTables];
  for (uint32_t i = 0; i < tables; ++i) {
    const uint32_t* w = front_words + 5 * i;
    if (w[0] > static_cast<uint32_t>(understudy::ContextKind::kWords)) return 0;
    list[i] = {static_cast<understudy::ContextKind>(w[0]), w[1], w[2], w[3], w[4]};
  }
  return coder.SetFront({list, tables}) ? 1 : 0;
}

UNDERSTUDY_EXPORT(coder_inputs_per_lane) uint32_t coder_inputs_per_lane() { return coder.inputs_per_lane(); }

UNDERSTUDY_EXPORT(coder_reserve) int32_t coder_reserve(uint32_t block_bytes, uint32_t lanes) {
  return coder.Reserve(block_bytes, lanes) ? 1 : 0;
}

UNDERSTUDY_EXPORT(coder_block) uint8_t* coder_block() { return coder.block(); }
UNDERSTUDY_EXPORT(coder_payload) uint8_t* coder_payload() { return coder.payload(); }
UNDERSTUDY_EXPORT(coder_inputs) int32_t* coder_inputs() { return coder.inputs(); }
UNDERSTUDY_EXPORT(coder_logits) float* coder_logits() { return coder.logits(); }

UNDERSTUDY_EXPORT(coder_payload_room) uint32_t coder_payload_room(uint32_t bytes, uint32_t lanes) {
  return understudy::LaneCoder::PayloadRoom(bytes, lanes);
}

UNDERSTUDY_EXPORT(coder_start_encode) int32_t coder_start_encode(uint32_t bytes, uint32_t lanes) {
  return coder.StartEncode(bytes, lanes) ? 1 : 0;
}

UNDERSTUDY_EXPORT(coder_start_decode)
int32_t coder_start_decode(uint32_t bytes, uint32_t lanes, uint32_t payload_bytes) {
  return coder.StartDecode(bytes, lanes, payload_bytes) ? 1 : 0;
}

UNDERSTUDY_EXPORT(coder_steps) uint32_t coder_steps() { return coder.steps(); }
UNDERSTUDY_EXPORT(coder_write_inputs) void coder_write_inputs() { coder.WriteInputs(); }
UNDERSTUDY_EXPORT(coder_encode_step) void coder_encode_step() { coder.EncodeStep(); }
UNDERSTUDY_EXPORT(coder_decode_step) void coder_decode_step() { coder.DecodeStep(); }
UNDERSTUDY_EXPORT(coder_stream_bytes) uint32_t coder_stream_bytes() { return coder.StreamBytes(); }
UNDERSTUDY_EXPORT(coder_finish_encode) uint32_t coder_finish_encode() { return coder.FinishEncode(); }
