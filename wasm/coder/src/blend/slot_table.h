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

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "blend/lane_contexts.h"
#include "blend/touch.h"
#include "memory.h"
#include "predictor1/bit_history.h"

namespace understudy::blend {

inline constexpr uint32_t kLineElements = 16;
inline constexpr uint32_t kMostLinesLog2 = 21;
inline constexpr uint32_t kSmallLinesLog2 = 17;

// Where the contexts of a lane are at a step, for one half of its byte.
struct Places {
  // The line of a context that owns one; else a line that is nobody's, where reading finds nothing and what
  // is counted is lost.
  uint16_t* at[kContexts];
  // The same, but for contexts without a line the one they would take.
  uint16_t* line[kContexts];
  uint8_t check[kContexts];  // 1 ... 255
  uint32_t without;          // bit c: context c owns no line
};

class SlotTable {
 public:
  ~SlotTable() { GiveBack(); }

  // lines_log2: 10 ... kMostLinesLog2. False without memory.
  bool Reserve(uint32_t lines_log2) {
    if (reserved_ < Bytes(lines_log2)) {
      // WebAssembly's memory never shrinks, and a hole that a smaller table left fits no larger one: so every
      // table but a small file's has room for the most lines (untouched memory costs nothing), and goes from
      // coder to coder.
      const std::size_t bytes = Bytes(lines_log2 < kSmallLinesLog2 ? lines_log2 : kMostLinesLog2);
      GiveBack();
      if (spare_ && bytes == Bytes(kMostLinesLog2)) {
        memory_ = std::move(spare_);
      } else {
        memory_.reset(static_cast<uint8_t*>(std::malloc(bytes + 64)));
      }
      reserved_ = memory_ ? bytes : 0;
      if (!memory_) return false;
      lines_ =
          reinterpret_cast<uint16_t*>((reinterpret_cast<uintptr_t>(memory_.get()) + 63) & ~uintptr_t{63});
    }
    return true;
  }

  void Clear(uint32_t lines_log2) {
    mask_ = (1u << lines_log2) - 1;
    std::memset(lines_, 0, Bytes(lines_log2));
    std::memset(nobodys_, 0, sizeof(nobodys_));
  }

  // A place that will be looked for soon.
  void Expect(uint32_t hash) const { Touch(lines_ + std::size_t{hash & mask_} * kLineElements); }

  // Finds context c's line, or the line it would take: of the two, the one whose root has the shorter
  // history. Without branches: which of the two it is can hardly be guessed.
  void Find(uint32_t hash, uint32_t check, uint32_t c, Places& places) {
    uint16_t* a = lines_ + std::size_t{hash & mask_} * kLineElements;
    uint16_t* b = lines_ + std::size_t{(hash ^ 1) & mask_} * kLineElements;
    const uint32_t in_a = (a[0] & 255) == check, in_b = (b[0] & 255) == check;
    const uint32_t shorter_b = (a[1] & 255) > (b[1] & 255), owned = in_a | in_b;
    const uintptr_t take_b = (in_a ^ 1) & (in_b | (shorter_b & (in_b ^ 1)));
    const uintptr_t from = reinterpret_cast<uintptr_t>(a), other = reinterpret_cast<uintptr_t>(b);
    const uintptr_t line = from ^ ((from ^ other) & (0 - take_b));
    const uintptr_t nobody = reinterpret_cast<uintptr_t>(nobodys_);
    places.line[c] = reinterpret_cast<uint16_t*>(line);
    places.at[c] = reinterpret_cast<uint16_t*>(nobody ^ ((nobody ^ line) & (0 - uintptr_t{owned})));
    places.check[c] = static_cast<uint8_t>(check);
    places.without |= (owned ^ 1) << c;
  }

  // The four bits of a nibble, as the places they lead to.
  struct Path {
    uint32_t nodes[4];
    uint32_t bits[4];
    explicit Path(uint32_t nibble) {
      uint32_t node = 1;
      for (uint32_t i = 0; i < 4; ++i) {
        nodes[i] = node;
        bits[i] = (nibble >> (3 - i)) & 1;
        node = node * 2 + bits[i];
      }
    }
  };

  // Counts the nibble in the lines that contexts own, and claims lines for those that own none.
  static void Count(const Places& places, const Path& path) {
    for (uint16_t* line : places.at) CountPath(line, path);
    for (uint32_t left = places.without; left != 0; left &= left - 1) {
      const auto c = static_cast<uint32_t>(std::countr_zero(left));
      uint16_t& head = *places.line[c];
      const uint32_t check = places.check[c];
      if (head >> 8 < check) head = static_cast<uint16_t>((head & 255) | check << 8);
    }
  }

  // The end of a step, first pass: hands over the lines that were claimed.
  static void Settle(const Places& places, const Path& path) {
    for (uint32_t left = places.without; left != 0; left &= left - 1) {
      const auto c = static_cast<uint32_t>(std::countr_zero(left));
      uint16_t* line = places.line[c];
      const uint16_t check = places.check[c];
      if (line[0] >> 8 == check) {
        std::memset(line, 0, kLineElements * sizeof(uint16_t));
        line[0] = check;
      }
      if (line[0] == check) CountPath(line, path);
    }
  }

  // Second pass: moves the histories. What was counted is applied once, whoever comes first.
  static void Apply(const Places& places, const Path& path) {
    for (uint32_t c = 0; c < kContexts; ++c) {
      uint16_t* line = places.line[c];
      if ((line[0] & 255) != places.check[c]) continue;
      for (uint32_t i = 0; i < 4; ++i) {
        uint16_t& slot = line[path.nodes[i]];
        const uint32_t counts = slot >> 8u;
        if (counts == (path.bits[i] ? 0x10u : 0x01u)) {  // this lane's hit and no other: nearly always
          slot = predictor1::kBitHistory.next[slot & 255][path.bits[i]];
        } else if (counts != 0) {
          slot = Moved(slot);
        }
      }
    }
  }

 private:
  static void CountPath(uint16_t* line, const Path& path) {
    for (uint32_t i = 0; i < 4; ++i) {
      uint16_t& slot = line[path.nodes[i]];
      const uint32_t shift = 8 + 4 * path.bits[i];
      if ((~static_cast<uint32_t>(slot) >> shift & 15) != 0)
        slot = static_cast<uint16_t>(slot + (1u << shift));
    }
  }

  // The rarer bit's hits come first, zeros first where equal: some order must stand for the hits of one step.
  static uint16_t Moved(uint16_t slot) {
    const auto& next = predictor1::kBitHistory.next;
    const int zeros = (slot >> 8) & 15, ones = slot >> 12;
    uint8_t state = static_cast<uint8_t>(slot & 255);
    const unsigned rarer = zeros <= ones ? 0 : 1;
    const int few = rarer ? ones : zeros, many = rarer ? zeros : ones;
    for (int i = 0; i < few; ++i) state = next[state][rarer];
    for (int i = 0; i < many; ++i) state = next[state][1 - rarer];
    return state;
  }

  static constexpr std::size_t Bytes(uint32_t lines_log2) {
    return (std::size_t{1} << lines_log2) * kLineElements * sizeof(uint16_t);
  }

  void GiveBack() {
    if (reserved_ == Bytes(kMostLinesLog2)) spare_ = std::move(memory_);
    memory_.reset();
    reserved_ = 0;
  }

  // Left by the last table of most lines; a module runs on one thread.
  static inline Array<uint8_t> spare_;
  Array<uint8_t> memory_;
  std::size_t reserved_ = 0;
  uint16_t* lines_ = nullptr;
  uint32_t mask_ = 0;
  uint16_t nobodys_[kLineElements] = {};  // histories stay 0 here
};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_SLOT_TABLE_H_
