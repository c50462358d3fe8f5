// Secondary symbol estimation. Refinements correct the logit of the longest chain of orders, and are mixer
// inputs; APMs correct the mixed logit, and their mean with it is what the coder uses.
#pragma once

#include <array>
#include <cstdint>

#include "apm.h"
#include "contexts.h"
#include "node.h"

namespace teacher {

inline constexpr int kRefinements = 3, kApms = 5;

class SymbolEstimation {
 public:
  using Contexts1 = std::array<uint32_t, kRefinements>;
  using Contexts2 = std::array<uint32_t, kApms>;

  bool Allocate(bool small);
  void Start();
  // Once a byte.
  void Prepare(const Contexts& contexts, const MatchModel& longMatch, const MatchModel& recentMatch);
  uint32_t Touch(uint32_t partial) const;

  // partial: the decision; expected: the byte that a match expects there, 0 without.
  void SelectRefinements(uint32_t partial, Contexts1& at) const;
  void SelectApms(uint32_t partial, uint32_t expected, Contexts2& at) const;

  int Refine(unsigned which, int logit, const Contexts1& at) const {
    return Stretch(refinements_[which].Refine(logit, at[which]));
  }
  // P(bit = 1) of a mixed logit within +-kFinalLogitLimit: 1 ... 65535.
  int Correct(int mixed, const Contexts2& at) const;
  void Learn(int chain, const Contexts1& at, int mixed, const Contexts2& apmsAt, int bit);

 private:
  // The rows of a nibble's decisions lie together.
  uint32_t Row(unsigned which, uint32_t partial) const {
    const uint32_t nibble = ((hashes_[which] ^ NibbleOf(partial)) * 0x9E3779B1u) >> (36 - bits_);
    return nibble << 4 | static_cast<uint32_t>(NodeOf(static_cast<int>(partial)));
  }

  int bits_ = 16;
  std::array<Apm, kRefinements> refinements_;
  std::array<Apm, kApms> apms_;
  std::array<uint32_t, 3> hashes_{};  // of order 2, order 3, word
  uint32_t last_ = 0, expected_ = 0;
};

}  // namespace teacher
