#include "refinements.h"

namespace teacher {
namespace {

constexpr int kRefinementShift = 6, kApmShift = 6;  // learning rates
constexpr int kByteContexts = 1 << 16;              // of APMs by two bytes

constexpr bool Hashed(int apm) { return apm == 1 || apm >= 3; }

}  // namespace

bool SymbolEstimation::Allocate(bool small) {
  bits_ = small ? 14 : 16;
  for (int r = 0; r < kRefinements; ++r) {
    if (!refinements_[static_cast<unsigned>(r)].Allocate(r == 2 ? 1 << bits_ : kByteContexts)) return false;
  }
  for (int a = 0; a < kApms; ++a) {
    if (!apms_[static_cast<unsigned>(a)].Allocate(Hashed(a) ? 1 << bits_ : kByteContexts)) return false;
  }
  return true;
}

void SymbolEstimation::Start() {
  for (int r = 0; r < kRefinements; ++r)
    refinements_[static_cast<unsigned>(r)].Start(r == 2 ? 1 << bits_ : kByteContexts);
  for (int a = 0; a < kApms; ++a)
    apms_[static_cast<unsigned>(a)].Start(Hashed(a) ? 1 << bits_ : kByteContexts);
}

void SymbolEstimation::Prepare(const Contexts& contexts, const MatchModel& longMatch,
                               const MatchModel& recentMatch) {
  const auto fold = [](uint64_t hash) { return static_cast<uint32_t>(hash >> 32) & ~255u; };
  hashes_ = {fold(contexts.Hashes()[1]), fold(contexts.Hashes()[2]), fold(contexts.Hashes()[kWord])};
  last_ = static_cast<uint32_t>(contexts.Text().Last(1)) << 8;
  const MatchModel& match = longMatch.Expected() >= 0 ? longMatch : recentMatch;
  expected_ = static_cast<uint32_t>(match.Expected() & 255) << 8;
}

uint32_t SymbolEstimation::Touch(uint32_t partial) const {
  return refinements_[2].Touch(Row(0, partial)) + apms_[1].Touch(Row(0, partial)) +
         apms_[3].Touch(Row(1, partial)) + apms_[4].Touch(Row(2, partial));
}

void SymbolEstimation::SelectRefinements(uint32_t partial, Contexts1& at) const {
  at = {partial | last_, partial | expected_, Row(0, partial)};
}

void SymbolEstimation::SelectApms(uint32_t partial, uint32_t expected, Contexts2& at) const {
  at = {partial | last_, Row(0, partial), partial | expected << 8, Row(1, partial), Row(2, partial)};
}

int SymbolEstimation::Correct(int mixed, const Contexts2& at) const {
  const int logit = ClampLogit(mixed, kLogitLimit);
  std::array<int, kApms> refined;
  for (unsigned a = 0; a < kApms; ++a) refined[a] = apms_[a].Refine(logit, at[a]);
  const int sum = Squash(mixed) * 2 + refined[0] + refined[1] * 2 + refined[2] + refined[3] + refined[4];
  const int p16 = (sum + 4) >> 3;
  return p16 < 1 ? 1 : p16 > 65535 ? 65535 : p16;
}

void SymbolEstimation::Learn(int chain, const Contexts1& at, int mixed, const Contexts2& apmsAt, int bit) {
  for (unsigned r = 0; r < kRefinements; ++r) refinements_[r].Learn(chain, at[r], bit, kRefinementShift);
  const int logit = ClampLogit(mixed, kLogitLimit);
  for (unsigned a = 0; a < kApms; ++a) apms_[a].Learn(logit, apmsAt[a], bit, kApmShift);
}

}  // namespace teacher
