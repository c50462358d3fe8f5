#include "teacher_step_coder.h"

namespace understudy {

using predictor1::Predictor;

bool TeacherStepCoder::Reserve(uint32_t lanes, uint32_t bytes, const StepParameters& parameters) {
  const uint32_t table_bits = parameters.memory_log2 != 0 ? parameters.memory_log2 : kDefaultMemoryLog2;
  if (parameters.extra[0] > predictor1::kStudentGeneration) return false;
  if (lanes < 1 || lanes > Predictor::kMostLanes || bytes < lanes || bytes > INT32_MAX) return false;
  if (table_bits < Predictor::kMinTableBits || table_bits > Predictor::kMaxTableBits) return false;
  return predictor_.Reserve(static_cast<int>(lanes), bytes, static_cast<int>(table_bits));
}

void TeacherStepCoder::Start(uint32_t lanes, uint32_t bytes, const StepParameters& parameters) {
  lanes_ = lanes;
  bytes_ = bytes;
  table_bits_ = parameters.memory_log2 != 0 ? parameters.memory_log2 : kDefaultMemoryLog2;
}

void TeacherStepCoder::BeginAt(const StepView& view, uint32_t lane) {
  if (view.step == 0 && lane == 0) {
    // Only now it is known where the lanes lie.
    const uint8_t* starts[Predictor::kMostLanes];
    for (uint32_t i = 0; i < lanes_; ++i) starts[i] = view.block + view.lane_starts[i];
    predictor_.Start(starts, static_cast<int>(lanes_), bytes_, static_cast<int>(table_bits_));
  }
  predictor_.Begin(static_cast<int>(lane), view.frequencies + lane * kSymbols);
}

void TeacherStepCoder::EncodeStep(const StepView& view, RangeEncoder* encoders) {
  for (uint32_t lane = 0; lane < view.active; ++lane) {
    BeginAt(view, lane);
    const uint32_t byte = view.block[view.lane_starts[lane] + view.step];
    predictor_.EvaluateByte(static_cast<int>(byte), path_);
    for (uint32_t i = 0; i < 8; ++i)
      encoders[lane].EncodeBit((byte >> (7 - i)) & 1, static_cast<uint32_t>(path_[i].p16));
    predictor_.Update(static_cast<int>(byte), path_);
  }
}

void TeacherStepCoder::DecodeStep(const StepView& view, RangeDecoder* decoders) {
  for (uint32_t lane = 0; lane < view.active; ++lane) {
    BeginAt(view, lane);
    RangeDecoder& decoder = decoders[lane];
    const int byte = predictor_.FollowByte(path_, [&decoder](int p16) {
      return static_cast<int>(decoder.DecodeBit(static_cast<uint32_t>(p16)));
    });
    view.block[view.lane_starts[lane] + view.step] = static_cast<uint8_t>(byte);
    predictor_.Update(byte, path_);
  }
}

}  // namespace understudy
