// The teacher for a WebAssembly host, as a C interface: one job an instance, bytes in by chunks, bytes out by
// a buffer. The host allocates a chunk with teacher_alloc, pushes or steps, then reads teacher_output and
// clears it, so that between two calls it may report progress or drop the instance. Sizes above 32 bits cross
// as doubles (exact below 2^53). Any call that takes input may grow the memory: views of it are to be made
// anew after each.
#include <cstdlib>
#include <memory>
#include <new>

#include "archive.h"
#include "trace.h"

#define TEACHER_EXPORT(name) extern "C" __attribute__((export_name(#name)))

// Without this the C library would bring an import for the process's exit code; a trap says the same to a
// WebAssembly host.
extern "C" _Noreturn void _Exit(int) { __builtin_trap(); }

namespace {

using namespace teacher;

struct Job {
  std::unique_ptr<Compressor> compressor;
  std::unique_ptr<Decompressor> decompressor;
  std::unique_ptr<Tracer> tracer;
  Bytes decoded;
  int error = 0;  // an ArchiveError

  Bytes& Output() { return compressor ? compressor->Output() : tracer ? tracer->Output() : decoded; }
};
Job g_job;

// 0, or an ArchiveError's number.
int Started(bool made) {
  g_job.error = made ? 0 : static_cast<int>(ArchiveError::kNoMemory);
  return g_job.error;
}

}  // namespace

TEACHER_EXPORT(teacher_version) const char* teacher_version() { return kVersion; }
TEACHER_EXPORT(teacher_default_memory) int teacher_default_memory() { return kDefaultMegabytes; }
TEACHER_EXPORT(teacher_components) int teacher_components() { return kComponentCount; }
TEACHER_EXPORT(teacher_component_name) const char* teacher_component_name(int index) {
  return kComponents[index].name;
}
TEACHER_EXPORT(teacher_describe) const char* teacher_describe(int error) {
  return Describe(static_cast<ArchiveError>(error));
}

TEACHER_EXPORT(teacher_alloc) void* teacher_alloc(uint32_t bytes) { return std::malloc(bytes); }
TEACHER_EXPORT(teacher_free) void teacher_free(void* memory) { std::free(memory); }

// Each of the three begins a job and returns 0 or an error's number. lstm: 1 with the LSTM byte mixer; begin
// is bytes into the source; the host pushes from begin - warmUp on.
TEACHER_EXPORT(teacher_compress)
int teacher_compress(int megabytes, int lstm, double begin, double end, double warmUp) {
  g_job = Job{};
  g_job.compressor =
      Compressor::Create({megabytes, static_cast<uint64_t>(end - begin), static_cast<uint64_t>(begin),
                          static_cast<uint64_t>(warmUp), lstm != 0});
  return Started(g_job.compressor != nullptr);
}

// The archive stays where it is until the job's end.
TEACHER_EXPORT(teacher_decompress) int teacher_decompress(const uint8_t* archive, uint32_t bytes) {
  g_job = Job{};
  return g_job.error = static_cast<int>(Decompressor::Create(archive, bytes, g_job.decompressor));
}

TEACHER_EXPORT(teacher_trace)
int teacher_trace(int megabytes, int lstm, int profile, double begin, double end, double warmUp,
                  double stride, const char* name, uint32_t nameBytes, double sourceBytes) {
  g_job = Job{};
  TraceOptions options{static_cast<Profile>(profile),
                       megabytes,
                       static_cast<uint64_t>(begin),
                       static_cast<uint64_t>(end),
                       static_cast<uint64_t>(warmUp),
                       static_cast<uint64_t>(stride),
                       std::string(name, nameBytes),
                       static_cast<uint64_t>(sourceBytes),
                       lstm != 0};
  g_job.tracer = Tracer::Create(options);
  return Started(g_job.tracer != nullptr);
}

// Compressing and tracing: the next bytes of the source.
TEACHER_EXPORT(teacher_push) void teacher_push(const uint8_t* bytes, uint32_t count) {
  if (g_job.compressor) g_job.compressor->Push(bytes, count);
  if (g_job.tracer) g_job.tracer->Push(bytes, count);
}

// Decompressing: decodes up to count bytes; returns 0 or an error's number.
TEACHER_EXPORT(teacher_step) int teacher_step(uint32_t count) {
  return g_job.error = static_cast<int>(g_job.decompressor->Step(count, g_job.decoded));
}
// Decompressing: bytes in all.
TEACHER_EXPORT(teacher_total) double teacher_total() {
  return static_cast<double>(g_job.decompressor->ByteCount());
}

TEACHER_EXPORT(teacher_finished) int teacher_finished() {
  if (g_job.compressor) return g_job.compressor->Finished();
  return g_job.tracer ? g_job.tracer->Finished() : g_job.decompressor->Finished();
}
TEACHER_EXPORT(teacher_output) const uint8_t* teacher_output() { return g_job.Output().data(); }
TEACHER_EXPORT(teacher_output_bytes) uint32_t teacher_output_bytes() {
  return static_cast<uint32_t>(g_job.Output().size());
}
TEACHER_EXPORT(teacher_clear_output) void teacher_clear_output() { g_job.Output().clear(); }

// Tracing: the live view: bits and bytes so far, the last symbol; 256 + 8 + components floats.
TEACHER_EXPORT(teacher_live_bits) double teacher_live_bits() { return g_job.tracer->Live().bits; }
TEACHER_EXPORT(teacher_live_bytes) double teacher_live_bytes() {
  return static_cast<double>(g_job.tracer->Live().bytes);
}
TEACHER_EXPORT(teacher_live_symbol) int teacher_live_symbol() { return g_job.tracer->Live().symbol; }
TEACHER_EXPORT(teacher_live_distribution) const float* teacher_live_distribution() {
  return g_job.tracer->Live().finalProb.data();
}
TEACHER_EXPORT(teacher_live_mixer_weights) const float* teacher_live_mixer_weights() {
  return g_job.tracer->Live().mixerWeights.data();
}
TEACHER_EXPORT(teacher_live_component_weights) const float* teacher_live_component_weights() {
  return g_job.tracer->Live().componentWeights.data();
}
