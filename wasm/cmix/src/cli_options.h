// Parses the teacher's command line into plain values; refuses what does not fit with one sentence.
#pragma once

#include <string>

#include "trace_schema.h"

namespace teacher {

enum class Command { kCompress, kDecompress, kTrace };

struct Options {
  Command command = Command::kCompress;
  std::string input, output;  // "-" is a standard stream
  bool help = false, hasRange = false;
  int megabytes = kDefaultMegabytes;
  uint64_t begin = 0, end = 0;  // of the range; end 0 without a range
  uint64_t warmUp = 0, stride = 1;
  Profile profile = Profile::kFull;
  bool lstm = false;
};

extern const char* const kUsage;

// Returns a problem, or "" when all is well.
std::string ParseOptions(int argc, char** argv, Options& options);
// Completes the range by the input's size and cuts the warm-up to what there is; returns a problem or "".
std::string FitRange(Options& options, uint64_t size);

}  // namespace teacher
