#include "lines.h"

namespace teacher {

void Lines::Update(const TextState& text, const RingHistory& history) {
  const int byte = text.Last(1);
  if (byte == '\n') {
    before_ = lineAt_;
    lineAt_ = history.Position();
    start_ = 0;
    column_ = first_ = kind_ = 0;
  } else {
    if (column_ == 0) first_ = byte;
    if (column_ < 3) start_ = Combine(start_, static_cast<uint64_t>(byte));
    ++column_;
    kind_ = first_ == '*' || first_ == '#' || first_ == ':'   ? 1
            : first_ == '=' || first_ == '|' || first_ == '!' ? 2
            : first_ == ' ' || first_ == '<'                  ? 3
                                                              : 0;
  }
  const uint32_t at = before_ + static_cast<uint32_t>(column_);
  const bool inside = at < lineAt_ && history.Holds(history.Position() - at);
  above_ = inside ? history.At(at) : 0;
  aboveNext_ = inside && at + 1 < lineAt_ ? history.At(at + 1) : 0;
}

void Lines::Hash(const TextState& text, HashSink& sink) const {
  const auto column = static_cast<uint64_t>(column_ < 255 ? column_ : 255);
  const auto above = static_cast<uint64_t>(above_ | aboveNext_ << 8);
  sink.Put(Combine(start_, column), above & 255);
  sink.Put(above, text.Low(1));
  sink.Put(Combine(start_, text.WordOrGap()), text.Low(1));
}

}  // namespace teacher
