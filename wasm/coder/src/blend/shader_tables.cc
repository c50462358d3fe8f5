#include "blend/shader_tables.h"

#include "blend/initial_weights.h"
#include "predictor1/bit_history.h"
#include "predictor1/logistic.h"

namespace understudy::blend {

const int32_t* ShaderTables() {
  static int32_t words[kShaderTableWords];
  int32_t* out = words;
  for (const auto value : predictor1::kLogistic.squash) *out++ = value;
  for (const auto value : predictor1::kLogistic.stretchCoarse) *out++ = value;
  for (const auto value : predictor1::kLogistic.stretchTail) *out++ = value;
  for (const auto& next : predictor1::kBitHistory.next) {
    for (const auto state : next) *out++ = state;
  }
  for (int state = 0; state < 256; ++state) *out++ = predictor1::InitialProbability(state);
  for (const auto& weights : kLanesWeights.inputs) {
    for (const auto weight : weights) *out++ = weight;
  }
  for (const auto weight : kLanesWeights.sets) *out++ = weight;
  return words;
}

}  // namespace understudy::blend
