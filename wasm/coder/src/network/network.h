// A student running on the CPU: a plan, its packed weights, the state of all lanes, and room for the values
// of a few lanes at a time. Lanes go through all ops of a step in small groups, whose values stay in the
// cache.
#ifndef UNDERSTUDY_CODER_NETWORK_NETWORK_H_
#define UNDERSTUDY_CODER_NETWORK_NETWORK_H_

#include <cstdint>
#include <span>

#include "memory.h"
#include "network/map.h"
#include "network/plan.h"

namespace understudy {

class Network {
 public:
  // Room for a plan's words and constants, to be filled by the caller before Load. False without memory.
  bool ReservePlan(uint32_t words, uint32_t data_bytes);
  int32_t* words() { return words_.get(); }
  uint8_t* data() { return data_.get(); }

  // Reads the plan and packs its weights. False where it makes no sense or memory is short; nothing is loaded
  // then.
  bool Load();
  bool loaded() const { return loaded_; }

  // Room for so many lanes, all state 0.
  bool Reserve(uint32_t lanes);
  // Sets all state to 0.
  void Reset();

  // Values of the integer input per lane.
  uint32_t input_width() const { return loaded_ ? plan_.buffers[plan_.input].width : 0; }
  // Most lanes of one Run.
  uint32_t group() const { return group_; }

  // One step of lanes first .. first + count - 1: inputs [count][input_width()], logits [count][256], valid
  // until the next Run.
  const int16_t* Run(const int32_t* inputs, uint32_t first, uint32_t count);
  // After the last Run of a step: what the lanes computed becomes their state.
  void Advance();

  // Values of a state entry of a lane into `to`; returns how many. Entries are numbered from 0; 0 values past
  // the last.
  uint32_t CopyState(uint32_t entry, uint32_t lane, int32_t* to) const;

 private:
  struct Packed {
    const int16_t* weights;
    DenseTail tail;
  };

  bool Pack();
  bool PlaceBuffers();
  Place At(const View& view, uint32_t lane) const;
  void RunGather(const PlanOp& op, uint32_t count);
  void RunDense(const PlanOp& op, const Packed& packed, uint32_t count);
  void RunMatMul(const PlanOp& op, uint32_t lane);
  void RunReduce(const PlanOp& op, uint32_t lane);

  bool loaded_ = false;
  uint32_t lanes_ = 0;
  uint32_t group_ = 1;
  uint32_t word_count_ = 0;
  uint32_t data_bytes_ = 0;
  Array<int32_t> words_;
  Array<uint8_t> data_;
  Plan plan_;
  Array<Packed> packed_;     // by op
  Array<int16_t> weights_;   // of all dense ops
  Array<int32_t> columns_;   // bias, shifts and factors of all dense ops, each padded to whole groups
  Array<uint8_t*> places_;   // by buffer: of the first lane of the running group
  Array<uint32_t> offsets_;  // by buffer: of temporaries in the arena
  Array<uint8_t> arena_;
  Array<uint8_t> state_[kMaxStates][2];
  uint32_t current_ = 0;  // which of the two is this step's state
  Array<int16_t> wide_;   // scratch of Dense
  Array<int8_t> rows_;    // rows of a product whose elements are apart
  Array<int16_t> packed_b_;
  Array<int32_t> zeros_;  // bias, shifts and factors of products without a tail
  Array<int32_t> ones_;
  Array<int32_t> scratch_;
};

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_NETWORK_NETWORK_H_
