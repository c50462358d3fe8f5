// Bit histories: what a context remembers about the bits seen in it, in one byte.
//
// A nonstationary state holds bounded counts (n0, n1) of zeros and ones and the last bit; for the first four
// bits it is the exact sequence. The rule that makes all states and moves (nothing is copied from a table):
//  1. a bit y adds 1 to n_y;
//  2. evidence against y ages: an opposite count above 2 becomes Discount(n), about 2 + log2(n - 1);
//  3. a pair must satisfy max(n0, n1) <= kCap[min(n0, n1)]; the count that just grew stops at the cap, and
//     an opposite count that breaks it is lowered until it fits.
// States reachable from the empty one are numbered by n0 + n1, so a number doubles as the slot's replacement
// priority.
#pragma once

#include <array>
#include <cstdint>

namespace understudy::predictor1 {

struct BitHistoryTables {
  std::array<std::array<uint8_t, 2>, 256> next;  // state after a bit
  std::array<uint8_t, 256> n0, n1;               // the bounded counts of a state
  int states = 0;                                // how many numbers are in use, the empty state 0 included
  BitHistoryTables();
};

extern const BitHistoryTables kBitHistory;

// First guess, before anything was learnt, of P(bit = 1) in 16 bits for a state.
int InitialProbability(int state);

}  // namespace understudy::predictor1
