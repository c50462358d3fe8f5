#include "contexts.h"

namespace teacher {

Contexts::Contexts() {
  HashSink sink(hashes_.data());
  while (sink.Count() < kComponentCount) sink.Put(0);
}

void Contexts::Update(const RingHistory& history, const MatchModel& longMatch,
                      const MatchModel& recentMatch) {
  text_.Update(history.Back(1));
  indirect_.Update(text_);
  lines_.Update(text_, history);
  records_.Update(text_, history);
  markup_.Update(text_, lines_.Beginning());
  numbers_.Update(text_);
  characters_.Update(text_);

  HashSink sink(hashes_.data());
  Orders().Hash(text_, sink);
  Words().Hash(text_, sink);
  Sparse().Hash(text_, sink);
  indirect_.Hash(text_, sink);
  lines_.Hash(text_, sink);
  records_.Hash(text_, history, sink);
  markup_.Hash(text_, sink);
  numbers_.Hash(text_, sink);
  characters_.Hash(sink);
  const MatchModel& match = longMatch.Expected() >= 0 ? longMatch : recentMatch;
  const auto expected = static_cast<uint64_t>(match.Expected() + 1);
  sink.Put(expected << 8 | text_.Low(1), static_cast<uint64_t>(match.Bucket()));
  sink.Put(expected << 16 | static_cast<uint64_t>(recentMatch.Expected() + 1) << 32 | text_.Low(2));
}

}  // namespace teacher
