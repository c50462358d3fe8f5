#include "selectors.h"

#include <bit>

namespace teacher {
namespace {

// 0 ... 7: what a logit says and how firmly.
uint32_t LevelOf(int logit) {
  const int level = (logit + 4 * 320) / 320;
  return static_cast<uint32_t>(logit < -3 * 320 ? 0 : level > 7 ? 7 : level);
}

}  // namespace

void Selectors::Prepare(const Contexts& contexts, const MatchModel& longMatch,
                        const MatchModel& recentMatch) {
  const TextState& text = contexts.Text();
  const auto last = [&text](int back) { return static_cast<uint32_t>(text.Last(back)); };
  const auto least = [](uint32_t value, uint32_t most) { return value < most ? value : most; };
  const auto word = static_cast<uint32_t>(text.WordState());
  const auto markup = static_cast<uint32_t>(contexts.MarkupState()) * 8 + (text.Classes() & 7);
  const MatchModel& match = longMatch.Expected() >= 0 ? longMatch : recentMatch;
  first_ = {0,
            0,
            last(1) * 8,
            last(2) * 8,
            static_cast<uint32_t>(longMatch.Bucket()) * 24,
            0,
            word * 8,
            markup * 8,
            (text.Classes() & 511) * 8,
            word * 256,
            least(static_cast<uint32_t>(contexts.Line().Column()), 63) * 8,
            static_cast<uint32_t>(match.Expected() + 1) * 8,
            least(contexts.Record().Column(), 255) * 8,
            (static_cast<uint32_t>(contexts.CharacterState()) * 8 + (text.Classes() >> 3 & 7)) * 8,
            0,
            static_cast<uint32_t>(contexts.Line().Above()) * 8,
            0,
            static_cast<uint32_t>(recentMatch.Bucket()) * 24};
  second_ = {0, 0, last(1), static_cast<uint32_t>(longMatch.Bucket()) * 3, word * 8, markup * 8, 0, last(2)};
}

void Selectors::Select(const DecisionState& at, Rows& rows) const {
  const uint32_t position = at.position;
  const uint32_t matched = static_cast<uint32_t>((at.longBit >= 0) * 2 + (at.recentBit >= 0));
  const auto known = static_cast<uint32_t>(std::popcount(at.knownOrders));
  const uint32_t base = matched * 8 + position, depth = (known * 4 + matched) * 8 + position;
  const auto bitOf = [](int bit) { return static_cast<uint32_t>(bit + 1); };
  rows.first = {base,
                at.partial,
                first_[2] + position,
                first_[3] + position,
                first_[4] + bitOf(at.longBit) * 8 + position,
                depth,
                first_[6] + position,
                first_[7] + position,
                first_[8] + position,
                first_[9] + at.partial,
                first_[10] + position,
                first_[11] + position,
                first_[12] + position,
                first_[13] + position,
                LevelOf(at.order2) * 64 + LevelOf(at.order4) * 8 + LevelOf(at.other),
                first_[15] + position,
                (at.knownOrders >> 1 & 63) * 8 + position,
                first_[17] + bitOf(at.recentBit) * 8 + position};
  rows.second = {base,
                 at.partial,
                 second_[2],
                 second_[3] + bitOf(at.longBit),
                 second_[4] + position,
                 second_[5] + position,
                 depth,
                 second_[7]};
  rows.final = at.partial;
}

}  // namespace teacher
