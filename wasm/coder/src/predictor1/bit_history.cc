#include "bit_history.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

namespace understudy::predictor1 {
namespace {

constexpr int kExactBits = 4;  // below this length the state is the exact sequence
constexpr std::array<int, 7> kCap = {41, 30, 14, 9, 7, 6, 6};  // greatest larger count for each smaller one

struct History {
  int n0 = 0, n1 = 0;
  int last = 0;      // last bit; part of the identity only when both counts are positive
  int sequence = 1;  // 1 then the bits, while shorter than kExactBits; else 0

  std::tuple<int, int, int, int, int> Key() const { return {n0 + n1, n0, n1, sequence, n0 && n1 ? last : 0}; }
  bool operator<(const History& other) const { return Key() < other.Key(); }
};

int Discount(int n) {
  if (n <= 2) return n;
  int log = 0;
  while ((n - 1) >> (log + 1)) ++log;
  return 2 + log;
}

bool Fits(int a, int b) {
  const int small = std::min(a, b);
  return small < static_cast<int>(kCap.size()) && std::max(a, b) <= kCap[static_cast<unsigned>(small)];
}

History After(const History& from, int bit) {
  int same = bit ? from.n1 : from.n0;
  int other = Discount(bit ? from.n0 : from.n1);
  ++same;
  while (!Fits(same, other)) {
    if (same > other || other == 0) {
      --same;
    } else {
      --other;
    }
  }
  History to;
  to.n0 = bit ? other : same;
  to.n1 = bit ? same : other;
  to.last = bit;
  to.sequence = from.sequence && from.sequence < (1 << kExactBits) ? from.sequence * 2 + bit : 0;
  return to;
}

}  // namespace

BitHistoryTables::BitHistoryTables() : next{}, n0{}, n1{} {
  std::map<History, int> number;  // ordered by total count first
  std::vector<History> open = {History{}};
  number.emplace(History{}, 0);
  while (!open.empty()) {
    const History from = open.back();
    open.pop_back();
    for (int bit = 0; bit < 2; ++bit) {
      const History to = After(from, bit);
      if (number.emplace(to, 0).second) open.push_back(to);
    }
  }
  for (auto& entry : number) entry.second = states++;
  for (const auto& [history, index] : number) {
    const auto i = static_cast<unsigned>(index & 255);
    n0[i] = static_cast<uint8_t>(history.n0);
    n1[i] = static_cast<uint8_t>(history.n1);
    for (int bit = 0; bit < 2; ++bit)
      next[i][static_cast<unsigned>(bit)] = static_cast<uint8_t>(number.find(After(history, bit))->second);
  }
}

const BitHistoryTables kBitHistory;

int InitialProbability(int state) {
  const int zeros = kBitHistory.n0[static_cast<unsigned>(state)],
            ones = kBitHistory.n1[static_cast<unsigned>(state)];
  return 65536 * (ones * 5 + 2) / ((zeros + ones) * 5 + 4);
}

}  // namespace understudy::predictor1
