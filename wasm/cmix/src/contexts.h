// What the components see: after each byte, one 64-bit hash per hashed component, and the small contexts that
// select mixer rows. Each family keeps its own state; this file only asks them in the registry's order.
#pragma once

#include <array>
#include <cstdint>

#include "components/registry.h"
#include "match_model.h"

namespace teacher {

class Contexts {
 public:
  // Before the first byte.
  Contexts();

  // After a byte was pushed to the history and the match models have looked.
  void Update(const RingHistory& history, const MatchModel& longMatch, const MatchModel& recentMatch);

  const std::array<uint64_t, kComponentCount>& Hashes() const { return hashes_; }

  const TextState& Text() const { return text_; }
  const Lines& Line() const { return lines_; }
  const Records& Record() const { return records_; }
  int MarkupState() const { return markup_.State(); }
  int CharacterState() const { return characters_.State(); }

 private:
  TextState text_;
  Indirect indirect_;
  Lines lines_;
  Records records_;
  Markup markup_;
  Numbers numbers_;
  Characters characters_;
  std::array<uint64_t, kComponentCount> hashes_{};
};

}  // namespace teacher
