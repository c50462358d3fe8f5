#include "characters.h"

namespace teacher {

void Characters::Update(const TextState& text) {
  const int byte = text.Last(1);
  if ((byte & 0xC0) == 0x80 && left_ > 0) {
    partial_ = partial_ << 8 | static_cast<uint32_t>(byte);
    --left_;
  } else {
    partial_ = static_cast<uint32_t>(Lower(byte));
    left_ = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0;
  }
  if (left_ == 0) {
    for (int i = 3; i > 0; --i) before_[i] = before_[i - 1];
    before_[0] = partial_;
    partial_ = 0;
  }
  state_ = left_ ? left_ : byte >= 128 ? 4 + (before_[0] >= 0x10000) : before_[1] >= 128 ? 6 : 0;
}

void Characters::Hash(HashSink& sink) const {
  sink.Put(partial_, before_[0]);
  sink.Put(Combine(partial_, before_[0]), before_[1]);
  sink.Put(Combine(partial_, before_[0]), Combine(before_[1], uint64_t{before_[2]} << 32 | before_[3]));
}

}  // namespace teacher
