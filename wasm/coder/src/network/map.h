// Element-wise programs of a plan, run on runs of elements: each step of the program is one loop over a short
// array of int32.
#ifndef UNDERSTUDY_CODER_NETWORK_MAP_H_
#define UNDERSTUDY_CODER_NETWORK_MAP_H_

#include "network/plan.h"

namespace understudy {

inline constexpr uint32_t kMapRun = 128;
// int32 values of scratch that any map needs.
inline constexpr uint32_t kMapScratch = kMaxMapSteps * kMapRun;

// Where a view's buffer lies in memory for the lane at hand (or the constant's data), and of what type it is.
struct Place {
  void* data;
  Storage storage;
};

// Loads `count` elements, `stride` apart, as int32.
void LoadRun(Place place, uint32_t at, uint32_t stride, uint32_t count, int32_t* to);

// Stores values within the type.
void StoreRun(Place place, uint32_t at, uint32_t stride, uint32_t count, const int32_t* from);

// Rewrites a map's steps into fewer passes over the same numbers: constants become part of the steps that use
// them, and a sum that is shifted, or a value that is clipped at both ends, one step.
void FuseSteps(MapStep* steps, uint32_t count, const uint32_t* output_steps, uint32_t output_count);

// Runs a map for one lane. `inputs` and `outputs` belong to op.inputs and op.outputs. `scratch` keeps the
// values of constants: `prepared` says that the same op ran on it last.
void RunMap(const PlanOp& op, const PlanConstant* constants, const Place* inputs, const Place* outputs,
            int32_t* scratch, bool prepared);

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_NETWORK_MAP_H_
