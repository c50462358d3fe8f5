// The registry: every component of the teacher, one line each. Hashed components come in the order in which
// their families give hashes; a family is a pair of files beside this one, and what an ablation takes away.
#pragma once

#include <cstdint>

#include "characters.h"
#include "indirect.h"
#include "lines.h"
#include "markup.h"
#include "numbers.h"
#include "orders.h"
#include "records.h"
#include "sparse.h"
#include "words.h"

namespace teacher {

enum class Family : int {
  kOrders,
  kWords,
  kSparse,
  kIndirect,
  kLines,
  kRecords,
  kMarkup,
  kNumbers,
  kCharacters,
  kExpected,
  kCount
};
inline constexpr const char* kFamilyNames[] = {"orders",  "words",  "sparse",  "indirect",   "lines",
                                               "records", "markup", "numbers", "characters", "expected"};

struct ComponentSpec {
  const char* name;
  Family family;
  int previous;       // component whose ISSE output enters this one's ISSE; -1: order 0
  int directCounter;  // index among the components with direct counters, or -1
};

inline constexpr ComponentSpec kComponents[] = {
    {"order1", Family::kOrders, -1, 0},
    {"order2", Family::kOrders, 0, 1},
    {"order3", Family::kOrders, 1, 2},
    {"order4", Family::kOrders, 2, 3},
    {"order5", Family::kOrders, 3, 4},
    {"order6", Family::kOrders, 4, 5},
    {"order8", Family::kOrders, 5, -1},
    {"order11", Family::kOrders, 6, -1},
    {"order16", Family::kOrders, 7, -1},
    {"word", Family::kWords, 1, 6},
    {"word-bigram", Family::kWords, 9, 7},
    {"word-trigram", Family::kWords, 10, -1},
    {"word-skip", Family::kWords, 9, -1},
    {"word-skip-2", Family::kWords, 9, -1},
    {"word-ending", Family::kWords, 9, -1},
    {"word-gap", Family::kWords, 9, -1},
    {"word-gap-2", Family::kWords, 10, -1},
    {"sparse-2-3", Family::kSparse, 0, -1},
    {"sparse-2-4", Family::kSparse, 0, -1},
    {"sparse-1-3", Family::kSparse, 0, -1},
    {"sparse-2,4", Family::kSparse, 0, -1},
    {"halves", Family::kSparse, 0, -1},
    {"classes", Family::kSparse, 0, -1},
    {"indirect-1", Family::kIndirect, 0, 8},
    {"indirect-1-3", Family::kIndirect, 0, -1},
    {"indirect-2", Family::kIndirect, 1, -1},
    {"line", Family::kLines, 0, -1},
    {"above", Family::kLines, 0, -1},
    {"line-word", Family::kLines, 9, -1},
    {"record", Family::kRecords, 0, 9},
    {"record-2", Family::kRecords, 29, -1},
    {"record-corner", Family::kRecords, 29, -1},
    {"record-column", Family::kRecords, 0, -1},
    {"record-gradient", Family::kRecords, 0, -1},
    {"record-wide", Family::kRecords, 31, -1},
    {"element", Family::kMarkup, 1, -1},
    {"bracket-word", Family::kMarkup, 9, -1},
    {"bracket", Family::kMarkup, 0, -1},
    {"shape", Family::kNumbers, 2, -1},
    {"number", Family::kNumbers, 0, -1},
    {"character-1", Family::kCharacters, 0, -1},
    {"character-2", Family::kCharacters, 40, -1},
    {"character-4", Family::kCharacters, 41, -1},
    {"expected-byte", Family::kExpected, 0, -1},
    {"expected-pair", Family::kExpected, 1, -1},
};
inline constexpr int kComponentCount = static_cast<int>(sizeof(kComponents) / sizeof(kComponents[0]));
inline constexpr int kDirectCount = 10;
inline constexpr int kOrder6 = 5, kWord = 9;
inline constexpr int kExpectedCount = 2;  // given by Contexts itself, which knows the match models

constexpr int CountOf(Family family) {
  int count = 0;
  for (const ComponentSpec& spec : kComponents) count += spec.family == family;
  return count;
}
static_assert(CountOf(Family::kOrders) == Orders::kCount && CountOf(Family::kWords) == Words::kCount &&
              CountOf(Family::kSparse) == Sparse::kCount && CountOf(Family::kIndirect) == Indirect::kCount &&
              CountOf(Family::kLines) == Lines::kCount && CountOf(Family::kRecords) == Records::kCount &&
              CountOf(Family::kMarkup) == Markup::kCount && CountOf(Family::kNumbers) == Numbers::kCount &&
              CountOf(Family::kCharacters) == Characters::kCount &&
              CountOf(Family::kExpected) == kExpectedCount);

}  // namespace teacher
