// How one byte of every lane is coded at a step: the part of a LaneCoder that differs by method. A LaneCoder
// walks the block and runs the student; a StepCoder turns what is known at a step into decisions for the
// range coders, and learns from the bytes. Encoder and decoder make the same calls in the same order, so its
// state is the same on both sides.
#ifndef UNDERSTUDY_CODER_STEP_CODER_H_
#define UNDERSTUDY_CODER_STEP_CODER_H_

#include <cstdint>

#include "frequencies.h"
#include "range_coder.h"

namespace understudy {

// Numbers of docs/FORMAT.md; the methods that are coded in lanes.
enum class Method : uint32_t { kStudent = 2, kBlend = 3, kTeacher = 4, kBinary = 6 };

// Four numbers that a method may want; both sides are given the same (from level and archive). 0 where
// unused.
struct StepParameters {
  uint32_t record_length = 0;  // of `binary`; 0: none known
  uint32_t memory_log2 = 0;    // size of tables; 0: the method's default
  uint32_t extra[2] = {0, 0};
};

// What is known at a step.
struct StepView {
  // [lanes][256], each lane's table >= 1 and summing to kTotal: the student's. Null for methods without a
  // student.
  const uint32_t* frequencies;
  // The block and [lanes] offsets of the lanes in it. Lane i has coded block[lane_starts[i]] to
  // block[lane_starts[i] + step - 1]; the byte to code is block[lane_starts[i] + step], which DecodeStep
  // writes.
  uint8_t* block;
  const uint32_t* lane_starts;
  // Lanes 0 .. active-1 code a byte at this step: all, or in the last step those that are one byte longer.
  uint32_t active;
  uint32_t step;
};

class StepCoder {
 public:
  virtual ~StepCoder() = default;

  // False for methods that want no student: `frequencies` is null then and no network runs.
  virtual bool NeedsStudent() const { return true; }

  // Makes room for blocks of so many bytes in so many lanes; the only place to allocate (with malloc or
  // calloc, which can say no). False without memory, or where the parameters make no sense. May be called
  // again with other sizes.
  virtual bool Reserve(uint32_t lanes, uint32_t bytes, const StepParameters& parameters) = 0;

  // A block begins: all state as new. Sizes and parameters are within what was reserved.
  virtual void Start(uint32_t lanes, uint32_t bytes, const StepParameters& parameters) = 0;

  // Code one byte of lanes 0 .. view.active-1, lane i with encoders[i] or decoders[i]. Binary decisions go
  // through EncodeBit and DecodeBit of range_coder.h. Total for any payload.
  virtual void EncodeStep(const StepView& view, RangeEncoder* encoders) = 0;
  virtual void DecodeStep(const StepView& view, RangeDecoder* decoders) = 0;
};

// A new coder of the method, or null where there is none (`student` is coded by LaneCoder itself) or no
// memory. step_coders.cc lists them all.
StepCoder* NewStepCoder(Method method);

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_STEP_CODER_H_
