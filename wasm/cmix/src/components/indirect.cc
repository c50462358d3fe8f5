#include "indirect.h"

namespace teacher {

uint32_t Indirect::PairOf(const TextState& text, int back) {
  return static_cast<uint32_t>(text.Last(back) | text.Last(back + 1) << 8);
}

void Indirect::Update(const TextState& text) {
  uint32_t& one = afterOne_[static_cast<unsigned>(text.Last(2))];
  one = one << 8 | static_cast<uint32_t>(text.Last(1));
  uint16_t& two = afterTwo_[PairOf(text, 2)];
  two = static_cast<uint16_t>(two << 8 | text.Last(1));
}

void Indirect::Hash(const TextState& text, HashSink& sink) const {
  const uint32_t one = afterOne_[static_cast<unsigned>(text.Last(1))];
  sink.Put(one & 0xFFFF, text.Low(1));
  sink.Put(one & 0xFFFFFF, 0);
  sink.Put(afterTwo_[PairOf(text, 1)], text.Low(2));
}

}  // namespace teacher
