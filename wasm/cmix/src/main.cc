// The command line of the teacher: `teacher compress|decompress|trace IN OUT [options]`.
// Exit codes: 0 done, 1 bad data or a file that cannot be read or written, 2 wrong usage, 3 not enough
// memory. OUT appears under its name only when whole: it is written beside it and renamed.
#include <cstdio>
#include <cstring>
#include <string>

#include "archive.h"
#include "cli_files.h"
#include "cli_options.h"
#include "trace.h"

namespace teacher {
namespace {

constexpr std::size_t kChunk = 1 << 16;

int Fail(int code, const std::string& message) {
  std::fprintf(stderr, "teacher: %s\n", message.c_str());
  return code;
}

// Pushes the bytes from begin - warmUp up to end through a compressor or tracer, output as it comes.
template <typename Worker>
int Feed(Worker& worker, const InputFile& input, uint64_t from, uint64_t to, OutputFile& output) {
  while (true) {
    Bytes& made = worker.Output();
    if (!output.Write(made.data(), made.size())) return Fail(1, output.Error());
    made.clear();
    if (from >= to) break;
    const std::size_t count = static_cast<std::size_t>(to - from < kChunk ? to - from : kChunk);
    worker.Push(input.Data() + from, count);
    from += count;
  }
  return output.Commit() ? 0 : Fail(1, output.Error());
}

int Compress(const Options& options, const InputFile& input, OutputFile& output) {
  ArchiveHeader header{options.megabytes, options.end - options.begin, options.begin, options.warmUp,
                       options.lstm};
  const auto compressor = Compressor::Create(header);
  if (!compressor) return Fail(3, Describe(ArchiveError::kNoMemory));
  return Feed(*compressor, input, options.begin - options.warmUp, options.end, output);
}

int Trace(const Options& options, const InputFile& input, OutputFile& output) {
  TraceOptions trace{options.profile, options.megabytes, options.begin, options.end, options.warmUp,
                     options.stride,  input.BaseName(),  input.Size(),  options.lstm};
  const auto tracer = Tracer::Create(trace);
  if (!tracer) return Fail(3, Describe(ArchiveError::kNoMemory));
  return Feed(*tracer, input, options.begin - options.warmUp, options.end, output);
}

int Decompress(const InputFile& input, OutputFile& output) {
  std::unique_ptr<Decompressor> decompressor;
  ArchiveError error = Decompressor::Create(input.Data(), input.Size(), decompressor);
  Bytes made;
  while (error == ArchiveError::kNone && !decompressor->Finished()) {
    error = decompressor->Step(kChunk, made);
    if (!output.Write(made.data(), made.size())) return Fail(1, output.Error());
    made.clear();
  }
  if (error != ArchiveError::kNone)
    return Fail(error == ArchiveError::kNoMemory ? 3 : 1, input.Name() + ": " + Describe(error));
  return output.Commit() ? 0 : Fail(1, output.Error());
}

int Main(int argc, char** argv) {
  Options options;
  const std::string problem = ParseOptions(argc, argv, options);
  if (options.help) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  if (!problem.empty()) return Fail(2, problem + "\ntry `teacher --help`");
  InputFile input;
  if (!input.Read(options.input)) return Fail(1, input.Error());
  if (options.command != Command::kDecompress) {
    const std::string misfit = FitRange(options, input.Size());
    if (!misfit.empty()) return Fail(2, input.Name() + ": " + misfit);
  }
  OutputFile output;
  if (!output.Open(options.output, options.input)) return Fail(1, output.Error());
  switch (options.command) {
    case Command::kCompress:
      return Compress(options, input, output);
    case Command::kTrace:
      return Trace(options, input, output);
    default:
      return Decompress(input, output);
  }
}

}  // namespace
}  // namespace teacher

int main(int argc, char** argv) { return teacher::Main(argc, argv); }
