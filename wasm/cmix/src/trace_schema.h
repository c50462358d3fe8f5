// The trace stream's columns and JSON header, as docs/TRACE.md sections 2 and 3 give them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "predictor.h"

namespace teacher {

enum class Profile : int { kFull = 0, kCompact = 1, kTarget = 2 };

struct TraceOptions {
  Profile profile = Profile::kFull;
  int megabytes = kDefaultMegabytes;
  uint64_t begin = 0, end = 0;  // positions traced: begin <= n < end
  uint64_t warmUp = 0;          // bytes before begin that are only learnt, at most begin
  uint64_t stride = 1;          // at least 1
  std::string sourceName;
  uint64_t sourceBytes = 0;
  bool lstm = false;
};

enum class ColumnId : int {
  kPosition,
  kContext,
  kContextHash,
  kComponentProb,
  kIcmPath,
  kIssePath,
  kMixerWeights,
  kFinalProb,
  kFinalPath,
  kTargetSymbol,
  kCoderLow,
  kCoderRange
};

inline constexpr int kOrder0 = -1, kMatch = -2;  // components outside the registry of hashed ones

struct ColumnSpec {
  ColumnId id;
  const char* name;
  const char* type;  // u8, u32, u64, f32, bytes
  int length;        // values a row
  int valueBytes;
  int component = 0;  // of kComponentProb
};

std::vector<ColumnSpec> ColumnsOf(Profile profile);
std::string HeaderJson(const TraceOptions& options);

}  // namespace teacher
