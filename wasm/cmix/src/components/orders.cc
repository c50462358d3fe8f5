#include "orders.h"

namespace teacher {

void Orders::Hash(const TextState& text, HashSink& sink) const {
  for (int order = 1; order <= 6; ++order) sink.Put(text.Low(order));
  sink.Put(text.Low(8));
  sink.Put(text.Low(8), text.Older() & 0xFFFFFF);
  sink.Put(text.Low(8), text.Older());
}

}  // namespace teacher
