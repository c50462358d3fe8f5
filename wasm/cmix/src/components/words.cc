#include "words.h"

namespace teacher {

void Words::Hash(const TextState& text, HashSink& sink) const {
  // In a gap the word to come is not begun, so one more word before it stands in for it.
  const uint64_t word = text.WordOrGap();
  const auto beyond = [&text](int back) { return text.InWord() ? 0 : text.Before(back); };
  sink.Put(word, beyond(1));
  sink.Put(word, Combine(text.Before(1), beyond(2)));
  sink.Put(word, Combine(text.Before(1), Combine(text.Before(2), beyond(3))));
  sink.Put(word, text.Before(2));
  sink.Put(word, Combine(text.Before(3), beyond(2)));
  sink.Put(word, text.Ending());
  sink.Put(word, Combine(text.Gap(), static_cast<uint64_t>(text.Capitals())));
  sink.Put(Combine(word, text.Low(1)), Combine(text.Gap(), text.Before(1)));
}

}  // namespace teacher
