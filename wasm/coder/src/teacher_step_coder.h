// Method `teacher`: the teacher's predictor (predictor1, docs/PREDICTOR.md) with the student's probabilities
// among its inputs. Lanes are coded one after the other within a step and share all that is learnt, so few of
// them cost little; the state is sequential and never order-free.
#ifndef UNDERSTUDY_CODER_TEACHER_STEP_CODER_H_
#define UNDERSTUDY_CODER_TEACHER_STEP_CODER_H_

#include <array>

#include "predictor1/predictor.h"
#include "step_coder.h"

namespace understudy {

class TeacherStepCoder final : public StepCoder {
 public:
  static constexpr uint32_t kDefaultMemoryLog2 = 27;

  // 1 to 4 lanes. memory_log2: what the hash tables may take, 21 to 30, or 0 for 27. extra[0]: the generation
  // of the predictor, 1, or 0 for 1; others are refused. Beside the tables it needs 33 MB, with
  // four lanes up to 57.
  bool Reserve(uint32_t lanes, uint32_t bytes, const StepParameters& parameters) override;
  void Start(uint32_t lanes, uint32_t bytes, const StepParameters& parameters) override;
  void EncodeStep(const StepView& view, RangeEncoder* encoders) override;
  void DecodeStep(const StepView& view, RangeDecoder* decoders) override;

 private:
  void BeginAt(const StepView& view, uint32_t lane);

  predictor1::Predictor predictor_;
  std::array<predictor1::Decision, 8> path_;
  uint32_t lanes_ = 0, bytes_ = 0, table_bits_ = 0;
};

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_TEACHER_STEP_CODER_H_
