// What the predictor has more when a student takes part (the codec's method `teacher`; docs/PREDICTOR.md).
//
// Before each byte the student gives 256 frequencies. Their partial sums are P(bit = 1) at all 255 decisions
// of the byte: a mixer input, the start of some ISSE chains, three APMs of its own whose outputs are inputs,
// and a context for mixers, final mixer, APMs and one component. All of it is fixed before the byte, as the
// rest of the model is.
//
// Generation 1, frozen (predictor.h).
#pragma once

#include <array>
#include <cstdint>

#include "apm.h"
#include "contexts.h"
#include "mixer.h"

namespace understudy::predictor1 {

inline constexpr int kStudentGeneration = 1;
inline constexpr int kStudentMixers = 4, kStudentApms = 2, kStudentRefinements = 3;
inline constexpr int kStudentInputs = 2 + kStudentRefinements;
inline constexpr int kFromStudent = -2;       // an ISSE that starts from the student's logit
inline constexpr int kStudentComponent = 12;  // its context is the student's: in place of sparse-2-4

// Rows of the student's mixers and of the second final mixer, contexts of its APMs.
inline constexpr int kStudentRows[kStudentMixers] = {32 * 16, 256 * 16, 32 * 256, 32 * 64};
inline constexpr int kStudentFinalRows = 32 * 32;
inline constexpr int kStudentApmContexts = 32 * 256, kRefinementContexts = 1 << 16;

// The predecessor of a component's ISSE: words, gaps, columns and what else bends the student's own
// prediction.
inline constexpr int StudentPrevious(unsigned component) {
  constexpr uint32_t kStart = 1u << 7 | 1u << 10 | 1u << 11 | 1u << 12 | 1u << 13 | 1u << 14 | 1u << 15;
  return kStart >> component & 1 ? kFromStudent : kComponents[component].previous;
}

// Every row of every gated mixer begins with these weights (1.0 = 2^13): means of what was learnt from short
// pieces of training text of all kinds. A file of a kilobyte is hardly longer than learning them would take.
inline constexpr MixerSet::Weights kStudentWeights = {
    823, -304, 1025, -107, 767, -130, 676, -369, 679,   -216, 630, -254, 918, 12,   998,  98,
    540, 13,   608,  107,  963, 294,  676, -131, 788,   35,   775, -18,  866, 277,  1022, 82,
    257, 481,  673,  520,  382, 278,  173, 388,  416,   298,  6,   240,  430, 15,   173,  110,
    373, -658, 486,  -481, 521, -190, 585, -128, 665,   54,   676, 107,  654, -139, 284,  38,
    374, -737, 745,  345,  661, 214,  724, 8074, -2223, 1119, 271, 1010, 0,   0,    0,    0};

// The student's prediction of one byte.
class StudentView {
 public:
  // 256 frequencies, each at least 1, that sum to 65,536.
  void See(const uint32_t* frequencies) {
    top_ = 0;
    second_ = 1;
    for (unsigned i = 0; i < 256; ++i) {
      sums_[256 + i] = frequencies[i];
      if (frequencies[i] > frequencies[top_]) {
        second_ = top_;
        top_ = i;
      } else if (i > 0 && (i == 1 || frequencies[i] > frequencies[second_])) {
        second_ = i;
      }
    }
    for (unsigned i = 255; i >= 1; --i) sums_[i] = sums_[2 * i] + sums_[2 * i + 1];
    const uint32_t most = frequencies[top_];
    confidence_ = (most >= 14000) + (most >= 32768) + (most >= 58000);
  }

  // P(bit = 1) at a decision: 0 ... 65535, rounded down.
  int P16(uint32_t partial) const {
    return static_cast<int>((sums_[2 * partial + 1] << 16) / sums_[partial]);
  }
  // The most probable byte and the next one; of equals the smaller.
  uint32_t Top() const { return top_; }
  uint32_t Second() const { return second_; }
  uint32_t Confidence() const { return confidence_; }  // 0 ... 3, how much the most probable byte has
  // Whether the bits so far are those of the most probable byte (2) and of the next one (1).
  uint32_t On(uint32_t partial, int position) const {
    return 2 * ((top_ | 256) >> (8 - position) == partial) + ((second_ | 256) >> (8 - position) == partial);
  }
  uint64_t Hash(int lastByte) const {
    return Combine(top_ << 24 | second_ << 16 | static_cast<uint32_t>(lastByte) << 8, 97);
  }

 private:
  std::array<uint32_t, 512> sums_;  // by partial byte
  uint32_t top_ = 0, second_ = 1, confidence_ = 0;
};

// What is learnt about it.
struct StudentPart {
  bool Allocate() {
    for (auto& refinement : refinements) {
      if (!refinement.Allocate(kRefinementContexts)) return false;
    }
    for (auto& apm : apms) {
      if (!apm.Allocate(kStudentApmContexts)) return false;
    }
    return finalMixer.Allocate(kStudentFinalRows);
  }
  void Start() {
    for (auto& refinement : refinements) refinement.Start(kRefinementContexts);
    for (auto& apm : apms) apm.Start(kStudentApmContexts);
    finalMixer.Start(kStudentFinalRows);
  }

  StudentView view;
  std::array<Apm, kStudentRefinements> refinements;  // of the student's logit
  std::array<Apm, kStudentApms> apms;                // of the mixed logit, selected by the student's
  FinalMixer<kMixers + kStudentMixers> finalMixer;   // the second one
};

// One decision's share of Decision.
struct StudentDecision {
  int logit;
  std::array<uint32_t, kStudentRefinements> refinementContexts;
  std::array<uint32_t, kStudentApms> apmContexts;
  uint32_t finalRow;
  int firstMixed, secondMixed;  // logits of the two final mixers
};

}  // namespace understudy::predictor1
