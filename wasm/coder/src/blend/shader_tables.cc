#include "blend/shader_tables.h"

#include "bit_history.h"
#include "blend/initial_weights.h"
#include "logistic.h"

namespace understudy::blend {

const int32_t* ShaderTables() {
  static int32_t words[kShaderTableWords];
  int32_t* out = words;
  for (const auto value : teacher::kLogistic.squash) *out++ = value;
  for (const auto value : teacher::kLogistic.stretchCoarse) *out++ = value;
  for (const auto value : teacher::kLogistic.stretchTail) *out++ = value;
  for (const auto& next : teacher::kBitHistory.next) {
    for (const auto state : next) *out++ = state;
  }
  for (int state = 0; state < 256; ++state) *out++ = teacher::InitialProbability(state);
  for (const auto& weights : kLanesWeights.inputs) {
    for (const auto weight : weights) *out++ = weight;
  }
  for (const auto weight : kLanesWeights.sets) *out++ = weight;
  return words;
}

}  // namespace understudy::blend
