// One block in lanes, step by step: gives a student its inputs, takes its logits, codes one byte of every
// lane. Encoding and decoding walk through the same steps, so that a student sees the same past on both
// sides. All lanes of a step are done in one call: the caller does nothing per lane. With the student's
// network loaded, or with a method that wants none, RunSteps does many steps in one call.
//
// Lanes are contiguous parts of the block, the first (bytes mod lanes) of them one byte longer. Memory: the
// block, 2 bytes a byte for the streams while encoding, and inputs and logits of one step; allocated by
// Reserve and by nothing else.
#ifndef UNDERSTUDY_CODER_LANE_CODER_H_
#define UNDERSTUDY_CODER_LANE_CODER_H_

#include <cstdint>
#include <memory>
#include <span>

#include "contexts.h"
#include "frequencies.h"
#include "memory.h"
#include "network/network.h"
#include "range_coder.h"
#include "step_coder.h"

namespace understudy {

inline constexpr uint32_t kMaxBlockBytes = 64u << 20;
inline constexpr uint32_t kMaxLanes = 4096;
inline constexpr uint32_t kMaxTables = 64;
inline constexpr uint32_t kMaxInputs = 256;

class LaneCoder {
 public:
  // Sets the front: `tables` empty means windows of 32 bytes. False if a table breaks the limits.
  bool SetFront(std::span<const NgramTable> tables);

  // How bytes are coded from now on: by the student alone (the default), or by a StepCoder. False where there
  // is no such method.
  bool SetMethod(Method method, const StepParameters& parameters);

  // The student on this CPU; loaded by the caller, if at all.
  Network& network() { return network_; }

  // Makes room for blocks of so many bytes in so many lanes, with front and method set before. False without
  // memory.
  bool Reserve(uint32_t block_bytes, uint32_t lanes);

  // Original bytes: filled by the caller before encoding, complete after decoding. Room for block_bytes.
  uint8_t* block() { return block_.get(); }
  // Payload: complete after FinishEncode, filled by the caller before StartDecode.
  uint8_t* payload() { return payload_.get(); }
  // Inputs [lanes, inputs_per_lane()] of the next step, and the student's answer [lanes, 256].
  int32_t* inputs() { return inputs_.get(); }
  float* logits() { return logits_.get(); }
  uint32_t inputs_per_lane() const { return inputs_per_lane_; }

  // Both return false where the sizes pass what was reserved or make no sense (1 <= lanes <= bytes),
  // StartDecode also if the payload's head is damaged. A payload never has more bytes than PayloadRoom(bytes,
  // lanes).
  bool StartEncode(uint32_t bytes, uint32_t lanes);
  bool StartDecode(uint32_t bytes, uint32_t lanes, uint32_t payload_bytes);

  // Steps of the whole block, and those still to be done.
  uint32_t steps() const { return steps_; }
  uint32_t steps_left() const { return steps_ - step_; }

  // Does at most `count` steps of the block that was started. Returns those done: 0 where a student is needed
  // and its network is not loaded, or has other inputs than the front gives.
  uint32_t RunSteps(uint32_t count);

  // One step with a student elsewhere is WriteInputs, the student, then EncodeStep or DecodeStep.
  void WriteInputs();
  void EncodeStep();
  void DecodeStep();

  // One step of `lanes` lanes of the network for the inputs at hand, without coding: logits() are its answer.
  // False as above.
  bool RunNetwork(uint32_t lanes);

  // Bytes of all streams so far: the payload will hardly be smaller, so a caller can give up early. The
  // largest number if a stream took more than twice its lane's bytes: then there is no payload.
  uint32_t StreamBytes() const;

  // After the last step: builds the payload and returns its bytes; the largest number if a stream overflowed.
  uint32_t FinishEncode();

  static uint32_t PayloadRoom(uint32_t bytes, uint32_t lanes);

 private:
  bool Start(uint32_t bytes, uint32_t lanes);
  bool NeedsStudent() const { return step_coder_ == nullptr || step_coder_->NeedsStudent(); }
  bool HasNetwork() const { return network_.loaded() && network_.input_width() == inputs_per_lane_; }
  void WriteInputs(uint32_t first, uint32_t count);
  void FinishStep(bool with_frequencies);
  template <typename T>
  void CodeLanes(const T* logits, uint32_t first, uint32_t count);
  uint32_t LaneStart(uint32_t lane) const { return lane * lane_bytes_ + (lane < longer_ ? lane : longer_); }
  // Lanes that still have a byte at this step: all, or in the last step the longer ones.
  uint32_t ActiveLanes() const { return step_ < lane_bytes_ ? lanes_ : longer_; }

  NgramTable tables_[kMaxTables];
  uint32_t table_count_ = 0;
  uint32_t inputs_per_lane_ = kHistoryBytes;

  Method method_ = Method::kStudent;
  StepParameters parameters_;
  std::unique_ptr<StepCoder> step_coder_;  // null for the student alone
  Network network_;
  bool encoding_ = false;

  uint32_t block_room_ = 0;
  uint32_t lane_room_ = 0;
  Array<uint8_t> block_;
  Array<uint8_t> payload_;
  Array<uint8_t> streams_;
  Array<int32_t> inputs_;
  Array<float> logits_;
  Array<uint32_t> frequencies_;  // of all lanes, for a StepCoder
  Array<uint32_t> lane_starts_;
  Array<RangeEncoder> encoders_;
  Array<RangeDecoder> decoders_;
  Array<uint32_t> lengths_;

  uint32_t lanes_ = 0;
  uint32_t lane_bytes_ = 0;  // of the shorter lanes
  uint32_t longer_ = 0;      // lanes with one byte more
  uint32_t steps_ = 0;
  uint32_t step_ = 0;
};

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_LANE_CODER_H_
