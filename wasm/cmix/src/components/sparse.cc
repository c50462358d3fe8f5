#include "sparse.h"

namespace teacher {

void Sparse::Hash(const TextState& text, HashSink& sink) const {
  const uint64_t recent = text.Low(8);
  sink.Put(recent & 0xFFFF00);
  sink.Put(recent & 0xFFFFFF00);
  sink.Put(recent & 0xFF00FF);
  sink.Put(recent & 0xFF00FF00, 1);
  sink.Put(recent & 0xF0F0F0F0F0F0);
  sink.Put(text.Classes(), text.Low(1));
}

}  // namespace teacher
