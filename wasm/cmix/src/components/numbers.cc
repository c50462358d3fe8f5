#include "numbers.h"

namespace teacher {

void Numbers::Update(const TextState& text) {
  const int byte = text.Last(1);
  shape_ = shape_ << 8 | static_cast<uint64_t>(IsDigit(byte) ? '0' : byte);
  if (IsDigit(byte)) {
    number_ = (number_ << 8 | static_cast<uint64_t>(byte)) & 0xFFFFFFFF;
    ++digits_;
  } else if (digits_) {
    numberBefore_ = number_;
    number_ = 0;
    digits_ = 0;
  }
}

void Numbers::Hash(const TextState& text, HashSink& sink) const {
  sink.Put(shape_, 1);
  const uint64_t place = Combine(number_, static_cast<uint64_t>(digits_) << 32 | numberBefore_);
  sink.Put(place, digits_ ? text.Before(1) : text.Low(2));
}

}  // namespace teacher
