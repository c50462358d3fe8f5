// What JavaScript sees of the coder: one LaneCoder a module instance, plain numbers and pointers into its
// memory. shared/codec/src/coder/lane-coder.ts is the only caller. Pointers stay valid until the next
// coder_reserve.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "blend/shader_tables.h"
#include "lane_coder.h"

#define UNDERSTUDY_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

understudy::LaneCoder coder;
uint32_t front_words[understudy::kMaxTables * 5];

}  // namespace

// The library's versions of these print before they end the program, which would bring its input and output
// along. build-wasm.sh makes abort() this one.
extern "C" void __wrap_abort() { __builtin_trap(); }
void* operator new(size_t bytes) {
  void* memory = std::malloc(bytes);
  if (memory == nullptr) __builtin_trap();
  return memory;
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return std::malloc(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

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

// 1 if the method is there; four parameters: record length, log2 of memory, two that methods may name.
UNDERSTUDY_EXPORT(coder_set_method)
int32_t coder_set_method(uint32_t method, uint32_t record_length, uint32_t memory_log2, uint32_t third,
                         uint32_t fourth) {
  return coder.SetMethod(static_cast<understudy::Method>(method),
                         {record_length, memory_log2, {third, fourth}})
             ? 1
             : 0;
}

// Room for a plan, to be filled, then loaded.
UNDERSTUDY_EXPORT(coder_network_reserve) int32_t coder_network_reserve(uint32_t words, uint32_t data_bytes) {
  return coder.network().ReservePlan(words, data_bytes) ? 1 : 0;
}
UNDERSTUDY_EXPORT(coder_network_words) int32_t* coder_network_words() { return coder.network().words(); }
UNDERSTUDY_EXPORT(coder_network_data) uint8_t* coder_network_data() { return coder.network().data(); }
UNDERSTUDY_EXPORT(coder_network_load) int32_t coder_network_load() { return coder.network().Load() ? 1 : 0; }

// A step of the network without coding, for the inputs at hand; the answer is in the logits.
UNDERSTUDY_EXPORT(coder_network_run) int32_t coder_network_run(uint32_t lanes) {
  return coder.RunNetwork(lanes) ? 1 : 0;
}
UNDERSTUDY_EXPORT(coder_network_reset) void coder_network_reset() { coder.network().Reset(); }
// Values of a state entry of a lane, to `to`; returns how many.
UNDERSTUDY_EXPORT(coder_network_state)
uint32_t coder_network_state(uint32_t entry, uint32_t lane, int32_t* to) {
  return coder.network().CopyState(entry, lane, to);
}

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
UNDERSTUDY_EXPORT(coder_steps_left) uint32_t coder_steps_left() { return coder.steps_left(); }
UNDERSTUDY_EXPORT(coder_write_inputs) void coder_write_inputs() { coder.WriteInputs(); }
UNDERSTUDY_EXPORT(coder_run_steps) uint32_t coder_run_steps(uint32_t count) { return coder.RunSteps(count); }
UNDERSTUDY_EXPORT(coder_encode_step) void coder_encode_step() { coder.EncodeStep(); }
UNDERSTUDY_EXPORT(coder_decode_step) void coder_decode_step() { coder.DecodeStep(); }
UNDERSTUDY_EXPORT(coder_stream_bytes) uint32_t coder_stream_bytes() { return coder.StreamBytes(); }
UNDERSTUDY_EXPORT(coder_finish_encode) uint32_t coder_finish_encode() { return coder.FinishEncode(); }

// kShaderTableWords words.
UNDERSTUDY_EXPORT(coder_shader_tables) const int32_t* coder_shader_tables() {
  return understudy::blend::ShaderTables();
}
