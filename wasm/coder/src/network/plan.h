// A student's plan as shared/codec/src/student/plan.ts describes it, read from the words that
// engines/plan-words.ts writes, and checked: every view stays within its buffer, so that running the plan
// touches no other memory, whatever the words say.
#ifndef UNDERSTUDY_CODER_NETWORK_PLAN_H_
#define UNDERSTUDY_CODER_NETWORK_PLAN_H_

#include <cstdint>
#include <span>

#include "memory.h"
#include "network/dense.h"

namespace understudy {

inline constexpr uint32_t kMaxRank = 6;
inline constexpr uint32_t kMaxBuffers = 4096;
inline constexpr uint32_t kMaxOps = 4096;
inline constexpr uint32_t kMaxWidth = 1u << 22;
inline constexpr uint32_t kMaxMapInputs = 32;
inline constexpr uint32_t kMaxMapSteps = 128;
inline constexpr uint32_t kMaxMapOutputs = 8;
inline constexpr uint32_t kMaxStates = 64;

enum class Role : uint32_t { kInput = 0, kState = 1, kNext = 2, kLogits = 3, kTemporary = 4 };

struct PlanBuffer {
  uint32_t width;
  Storage storage;
  Role role;
  int32_t born;
  int32_t dies;
};

struct PlanConstant {
  Storage storage;
  uint32_t count;
  const void* data;
};

// A strided view of a lane's part of a buffer, or of a constant.
struct View {
  bool constant;
  uint32_t index;
  uint32_t offset;
  uint32_t rank;
  uint32_t shape[kMaxRank];
  uint32_t strides[kMaxRank];

  uint32_t size() const {
    uint32_t product = 1;
    for (uint32_t axis = 0; axis < rank; ++axis) product *= shape[axis];
    return product;
  }
};

enum class OpKind : uint32_t { kGather = 0, kDense = 1, kMatMul = 2, kReduce = 3, kMap = 4 };

enum class MapCode : uint32_t {
  kLoad = 0,
  kConstant = 1,
  kAdd = 2,
  kSub = 3,
  kMul = 4,
  kMin = 5,
  kMax = 6,
  kShift = 7,
  kAbs = 8,
  kLookup = 9,
  // Not in words; FuseSteps makes them. b and c are values here.
  kAddValue = 10,
  kMulValue = 11,
  kMinValue = 12,
  kMaxValue = 13,
  kShiftValue = 14,
  kRescale = 15,  // (a + b) >> c
  kClip = 16,     // min(max(a, b), c)
  kNothing = 17
};

// kLoad has an input's number, kConstant a value, kLookup a step and a table; others have steps.
struct MapStep {
  MapCode code;
  int32_t a;
  int32_t b;
  int32_t c = 0;
};

struct PlanOp {
  OpKind kind;
  View input;   // gather: the index; matmul: a
  View second;  // matmul: b
  View output;
  uint32_t constant;              // gather: table; dense: weights
  uint32_t rows, depth, columns;  // dense; gather has columns only
  int32_t low, high;              // dense
  const int32_t* bias;            // dense: [columns], then [columns] shifts
  const int32_t* shifts;
  bool sum;              // reduce: sum or maximum
  uint32_t axes;         // reduce: bit mask
  uint32_t input_count;  // map
  uint32_t step_count;
  uint32_t output_count;
  const View* inputs;
  MapStep* steps;
  const View* outputs;
  const uint32_t* output_steps;
};

struct PlanState {
  uint32_t state;
  uint32_t next;
};

struct Plan {
  uint32_t buffer_count = 0;
  uint32_t constant_count = 0;
  uint32_t op_count = 0;
  uint32_t state_count = 0;
  uint32_t input = 0;
  uint32_t logits = 0;
  Array<PlanBuffer> buffers;
  Array<PlanConstant> constants;
  Array<PlanOp> ops;
  PlanState states[kMaxStates];
  // What the maps point to.
  Array<View> views;
  Array<MapStep> steps;
  Array<uint32_t> output_steps;
};

// Reads and checks. `words` and `data` (the constants, each at a multiple of 16) must outlive the plan. False
// where the words make no sense or there is no memory.
bool ReadPlan(std::span<const int32_t> words, std::span<const uint8_t> data, Plan& plan);

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_NETWORK_PLAN_H_
