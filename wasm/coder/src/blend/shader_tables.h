// What a blend outside of this module, the GPU's, must have in common with it: tables and first weights, as
// one list of words that JavaScript hands to the shader, so that they have no second home.
#ifndef UNDERSTUDY_CODER_BLEND_SHADER_TABLES_H_
#define UNDERSTUDY_CODER_BLEND_SHADER_TABLES_H_

#include <cstdint>

namespace understudy::blend {

inline constexpr uint32_t kShaderTableWords = 5679 + 4096 + 4096 + 512 + 256 + 4 * 16 + 8;

// In this order: squash by logit + 2839; stretch by the top 12 bits of a probability, and by a probability
// below 1/16; bit histories after a zero and a one; their first guesses; the first weights of the four sets
// and of the final mixer, for several lanes.
const int32_t* ShaderTables();

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_SHADER_TABLES_H_
