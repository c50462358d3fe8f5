// The generated states have the properties that the rule in bit_history.h promises.
#include "bit_history.h"

#include "check.h"

using namespace teacher;

namespace {

int After(const char* bits) {
  int state = 0;
  for (const char* b = bits; *b; ++b) state = kBitHistory.next[static_cast<unsigned>(state)][*b == '1'];
  return state;
}
int N0(int state) { return kBitHistory.n0[static_cast<unsigned>(state)]; }
int N1(int state) { return kBitHistory.n1[static_cast<unsigned>(state)]; }

}  // namespace

int main() {
  CHECK(kBitHistory.states > 128 && kBitHistory.states <= 256);  // one byte, and most of it used
  CHECK(N0(0) == 0 && N1(0) == 0);
  for (int s = 0; s < kBitHistory.states; ++s) {
    if (s > 0) CHECK(N0(s) + N1(s) >= N0(s - 1) + N1(s - 1));  // numbers are priorities
    for (int bit = 0; bit < 2; ++bit) {
      const int to = kBitHistory.next[static_cast<unsigned>(s)][static_cast<unsigned>(bit)];
      CHECK(to > 0 && to < kBitHistory.states);
      const int same = bit ? N1(s) : N0(s), sameAfter = bit ? N1(to) : N0(to);
      const int other = bit ? N0(s) : N1(s), otherAfter = bit ? N0(to) : N1(to);
      CHECK(sameAfter <= same + 1 && sameAfter > 0);
      CHECK(otherAfter <= other);                // never grows
      if (other > 4) CHECK(otherAfter < other);  // old evidence ages
    }
    const int p = InitialProbability(s);
    CHECK(p > 0 && p < 65536);
    if (N0(s) != N1(s)) CHECK((p > 32768) == (N1(s) > N0(s)));
  }
  CHECK(After("0110") != After("0101") && After("0011") != After("1100"));  // short histories are exact
  CHECK(N1(After("0001")) == 1 && N0(After("0001")) <= 3);
  int run = 0;
  for (int i = 0; i < 100; ++i) run = kBitHistory.next[static_cast<unsigned>(run)][1];
  CHECK(N1(run) > 30 && N0(run) == 0 && kBitHistory.next[static_cast<unsigned>(run)][1] == run);  // bounded
  CHECK(N1(kBitHistory.next[static_cast<unsigned>(run)][0]) < 10);  // one surprise ages a long run
}
