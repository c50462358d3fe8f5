// The hash table of bit histories, shared by all lanes of a segment. One line of 32 bytes is what one context
// knows about the 15 decisions of half a byte:
//
//   element 0       check of the owner in the low byte (0: free), the claim of this step in the high byte
//   elements 1..15  by node of the nibble's tree: bit history in the low byte, zeros of this step in bits
//   8-11, ones in
//                   bits 12-15, both held at 15
//
// A context lives in one of two neighbouring lines (a cache line). During a step lines are only read, apart
// from counts and claims; both commute (saturating sums, a maximum), so lanes may come in any order. At its
// end claims are settled first: the highest check takes the line, empty. Then every history moves by what was
// counted.
#ifndef UNDERSTUDY_CODER_BLEND_SLOT_TABLE_H_
#define UNDERSTUDY_CODER_BLEND_SLOT_TABLE_H_

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "blend/touch.h"
#include "memory.h"
#include "predictor1/bit_history.h"

namespace understudy::blend {

inline constexpr uint32_t kLineElements = 16;

// A context's place at a step.
struct Place {
  uint16_t* line;
  const uint16_t* read;  // the line where the context owns it, else an empty one
  uint8_t check;         // 1 ... 255
  bool owned;
};

inline constexpr uint16_t kEmptyLine[kLineElements] = {};

class SlotTable {
 public:
  // lines_log2: 10 ... 24. False without memory.
  bool Reserve(uint32_t lines_log2) {
    const std::size_t bytes = (std::size_t{1} << lines_log2) * kLineElements * sizeof(uint16_t);
    if (reserved_ < bytes) {
      memory_.reset(static_cast<uint8_t*>(std::malloc(bytes + 64)));
      reserved_ = memory_ ? bytes : 0;
      if (!memory_) return false;
      lines_ =
          reinterpret_cast<uint16_t*>((reinterpret_cast<uintptr_t>(memory_.get()) + 63) & ~uintptr_t{63});
    }
    return true;
  }

  void Clear(uint32_t lines_log2) {
    mask_ = (1u << lines_log2) - 1;
    std::memset(lines_, 0, (std::size_t{1} << lines_log2) * kLineElements * sizeof(uint16_t));
  }

  // A place that will be looked for soon.
  void Expect(uint32_t hash) const { Touch(lines_ + std::size_t{hash & mask_} * kLineElements); }

  // Where the context is, or the line it would take: of the two, the one whose root has the shorter history.
  Place Find(uint32_t hash, uint8_t check) const {
    uint16_t* a = lines_ + std::size_t{hash & mask_} * kLineElements;
    if ((*a & 255) == check) return {a, a, check, true};
    uint16_t* b = lines_ + std::size_t{(hash ^ 1) & mask_} * kLineElements;
    if ((*b & 255) == check) return {b, b, check, true};
    return {(a[1] & 255) <= (b[1] & 255) ? a : b, kEmptyLine, check, false};
  }

  static int History(const Place& place, uint32_t node) { return place.read[node] & 255; }

  // Counts the four bits of `nibble` where the context owns its line, else claims the line.
  static void Count(const Place& place, uint32_t nibble) {
    if (place.owned) {
      CountPath(place.line, nibble);
    } else if (place.line[0] >> 8 < place.check) {
      place.line[0] = static_cast<uint16_t>((place.line[0] & 255) | place.check << 8);
    }
  }

  // The end of a step, first pass, for every place that was not owned: hands the line over.
  static void Settle(const Place& place, uint32_t nibble) {
    const uint16_t check = place.check;
    if (place.line[0] >> 8 == check) {
      std::memset(place.line, 0, kLineElements * sizeof(uint16_t));
      place.line[0] = check;
    }
    if (place.line[0] == check) CountPath(place.line, nibble);
  }

  // Second pass, for every place: moves the histories. What was counted is applied once, whoever comes first.
  static void Apply(const Place& place, uint32_t nibble) {
    if ((place.line[0] & 255) != place.check) return;
    uint32_t node = 1;
    for (int shift = 3; shift >= 0; --shift) {
      const uint16_t slot = place.line[node];
      if (slot >> 8) place.line[node] = Moved(slot);
      node = node * 2 + ((nibble >> shift) & 1);
    }
  }

 private:
  static void CountPath(uint16_t* line, uint32_t nibble) {
    uint32_t node = 1;
    for (int shift = 3; shift >= 0; --shift) {
      const uint32_t bit = (nibble >> shift) & 1;
      const uint16_t slot = line[node];
      if (bit) {
        if (slot < 0xF000) line[node] = static_cast<uint16_t>(slot + 0x1000);
      } else if ((slot & 0x0F00) != 0x0F00) {
        line[node] = static_cast<uint16_t>(slot + 0x0100);
      }
      node = node * 2 + bit;
    }
  }

  // The rarer bit's hits come first, zeros first where equal: some order must stand for the hits of one step.
  static uint16_t Moved(uint16_t slot) {
    const auto& next = predictor1::kBitHistory.next;
    const int zeros = (slot >> 8) & 15, ones = slot >> 12;
    uint8_t state = static_cast<uint8_t>(slot & 255);
    if (zeros + ones == 1) return next[state][static_cast<unsigned>(ones)];  // nearly always
    const unsigned rarer = zeros <= ones ? 0 : 1;
    const int few = rarer ? ones : zeros, many = rarer ? zeros : ones;
    for (int i = 0; i < few; ++i) state = next[state][rarer];
    for (int i = 0; i < many; ++i) state = next[state][1 - rarer];
    return state;
  }

  Array<uint8_t> memory_;
  std::size_t reserved_ = 0;
  uint16_t* lines_ = nullptr;
  uint32_t mask_ = 0;
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_SLOT_TABLE_H_
