// Numbers taken from the front of a fuzzer's input; the rest is the payload.
#ifndef UNDERSTUDY_CODER_FUZZ_INPUT_H_
#define UNDERSTUDY_CODER_FUZZ_INPUT_H_

#include <cstdint>
#include <span>

#include "frequencies.h"
#include "lane_coder.h"

namespace understudy::fuzz {

class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(data, size) {}

  // 0 .. below-1, from two bytes; 0 where none are left.
  uint32_t Number(uint32_t below) {
    uint32_t value = 0;
    for (int i = 0; i < 2 && !rest_.empty(); ++i) {
      value = value << 8 | rest_[0];
      rest_ = rest_.subspan(1);
    }
    return value % below;
  }

  std::span<const uint8_t> rest() const { return rest_; }

 private:
  std::span<const uint8_t> rest_;
};

// The first three have tables, which take a hundred times as long to set up.
inline Method MethodOf(uint32_t number) {
  switch (number % 12) {
    case 0:
      return Method::kBlend;
    case 1:
      return Method::kTeacher;
    case 2:
      return Method::kBinary;
    default:
      return Method::kStudent;
  }
}

inline uint32_t MostLanes(Method method) { return method == Method::kTeacher ? 4 : 12; }

// Sets the method, with tables as small as they get, or the student where this build does not have it.
inline void SetMethod(LaneCoder& coder, Method method, uint32_t record_length) {
  if (!coder.SetMethod(method, {record_length, 21, {0, 0}})) coder.SetMethod(Method::kStudent, {});
}

// What a student might answer: whole numbers, different for each lane and step, flat or steep.
inline void WriteLogits(LaneCoder& coder, uint32_t lanes, uint32_t seed) {
  uint32_t state = seed * 2654435761u + 1;
  for (uint32_t i = 0; i < lanes * kSymbols; ++i) {
    state = state * 1664525 + 1013904223;
    coder.logits()[i] = static_cast<float>((state >> 16) % (1 + seed % 4096));
  }
}

}  // namespace understudy::fuzz

#endif  // UNDERSTUDY_CODER_FUZZ_INPUT_H_
