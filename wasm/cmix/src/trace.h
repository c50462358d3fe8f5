// Writes the trace stream of docs/TRACE.md while it codes: a row is what the teacher knew before a byte, then
// the byte. Tracing never changes the archive: the same decisions are coded, and the walk does not touch the
// model.
#pragma once

#include <memory>

#include "archive.h"
#include "distribution.h"
#include "live_view.h"
#include "trace_schema.h"

namespace teacher {

class Tracer {
 public:
  // Null when the memory cannot be had.
  static std::unique_ptr<Tracer> Create(const TraceOptions& options);
  // Takes the next bytes, from begin - warmUp on; finishes by itself at the last one. Bytes beyond it are
  // ignored.
  void Push(const uint8_t* bytes, std::size_t count);
  bool Finished() const { return finished_; }
  Bytes& Output() { return output_; }  // the caller takes from it and clears it
  const LiveView& Live() const { return live_; }

 private:
  Tracer(const TraceOptions& options, std::unique_ptr<Predictor> predictor);
  void WriteHeader();
  void AppendRow(int byte, const std::array<Decision, 8>& path);
  void AppendColumn(const ColumnSpec& spec, Bytes& out, int byte, const std::array<Decision, 8>& path);
  void ComponentProbabilities(int component, float* out) const;
  void WriteFrame();
  void FinishIfDone();

  TraceOptions options_;
  KnownBytes model_;
  Distribution distribution_;
  std::vector<ColumnSpec> specs_;
  std::vector<Bytes> columns_;
  Bytes output_, coded_;
  Encoder encoder_{coded_};
  std::array<uint8_t, 64> recent_{};  // the last bytes twice, so that 32 of them are always in a row
  uint64_t position_, archiveBytes_ = kArchiveHeaderBytes + kArchiveTrailerBytes, rows_ = 0;
  uint32_t frameRows_ = 0, rowsPerFrame_;
  LiveView live_;
  bool finished_ = false;
};

}  // namespace teacher
