#include "records.h"

namespace teacher {

void Records::Update(const TextState& text, const RingHistory& history) {
  const auto byte = static_cast<unsigned>(text.Last(1));
  const uint32_t distance = history.Position() - lastAt_[byte];
  // A value that comes back twice at the same distance speaks for it, the longer the distance the more.
  if (distance == distance_[byte] && distance >= 2 && distance <= kLongest) {
    uint16_t& votes = votes_[distance];
    votes = static_cast<uint16_t>(votes + (distance > 16 ? 24 : 8));
    if (distance != length_ && votes > 400 && votes > votes_[length_]) {
      length_ = distance;
      column_ = 0;
    }
    if (votes > 8000) {
      for (uint16_t& v : votes_) v = static_cast<uint16_t>(v / 2);
    }
  }
  distance_[byte] = distance;
  lastAt_[byte] = history.Position();
  if (++column_ >= length_) column_ = 0;
}

void Records::Hash(const TextState& text, const RingHistory& history, HashSink& sink) const {
  const auto back = [&history](uint32_t distance) { return uint64_t{history.Back(distance)}; };
  const uint64_t above = back(length_), corner = back(length_ + 1), above2 = back(2 * length_);
  const uint64_t west = text.Low(1), west2 = static_cast<uint64_t>(text.Last(2));
  const uint64_t wide = length_ % 2 ? 1 : 2;  // bytes of a sample, as a guess
  const uint64_t left = wide == 2 ? west2 : west;
  const uint64_t gradient = (left + above - back(length_ + static_cast<uint32_t>(wide))) & 255;
  sink.Put(above | west << 8, uint64_t{length_} << 32);
  sink.Put(above | above2 << 8 | west << 16, 1);
  sink.Put(above | corner << 8 | west << 16, 2);
  sink.Put(column_ | west << 16, length_);
  sink.Put(gradient | (wide == 2 ? west << 8 : 0), 3);
  sink.Put(above | back(length_ - 1) << 8 | west << 16 | west2 << 24, 4);
}

}  // namespace teacher
