// Hash tables of nibble slots: a slot holds what one context knows about the 15 decisions of half a byte.
//
// A 64-byte cache line holds 4 slots of 15 bit histories with a check byte, or 2 slots of 15 direct counters
// with a 16-bit check. One context touches one line for the high nibble and, 1 ... 16 lines away (an XOR),
// one for the low nibble, so that all 17 lie in two kilobytes. Find never writes; Claim replaces the slot of
// lowest priority in the line. Slot index = node 1 ... 15 of the nibble's tree, element 0 is the check. A
// missing context reads as the all-zero slot.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>

#include "table.h"

namespace teacher {

template <typename Element, int kSlotsPerLine>
class SlotTable {
 public:
  static constexpr int kSlotElements = 16;
  static constexpr uint32_t kLineElements = kSlotElements * kSlotsPerLine;
  static_assert(kLineElements * sizeof(Element) == 64);
  static constexpr Element kEmpty[kSlotElements] = {};

  // bytes: a power of two, at least 4096. Returns false when the memory cannot be had.
  bool Allocate(uint64_t bytes) {
    memory_.reset();
    memory_.reset(static_cast<Element*>(AllocateLines(bytes)));
    return memory_ != nullptr;
  }
  // Begins empty, with so many of the bytes allocated; a power of two, at least 4096.
  void Start(uint64_t bytes) {
    mask_ = static_cast<uint32_t>(bytes / 64 - 1);
    std::memset(memory_.get(), 0, bytes);
  }

  uint32_t Line(uint32_t hash) const { return hash & mask_; }
  static uint32_t LowNibbleLine(uint32_t line, int highNibble) {
    return line ^ static_cast<uint32_t>(highNibble + 1);
  }

  uint32_t Touch(uint32_t line) const {
    return teacher::Touch(memory_.get() + uint64_t{line} * kLineElements);
  }

  const Element* Find(uint32_t line, Element check) const {
    const Element* slot = memory_.get() + uint64_t{line} * kLineElements;
    for (int i = 0; i < kSlotsPerLine; ++i, slot += kSlotElements) {
      if (slot[0] == check) return slot;
    }
    return kEmpty;
  }

  Element* Claim(uint32_t line, Element check) {
    Element* first = memory_.get() + uint64_t{line} * kLineElements;
    Element* victim = first;
    for (Element* slot = first; slot != first + kLineElements; slot += kSlotElements) {
      if (slot[0] == check) return slot;
      if (Priority(slot) < Priority(victim)) victim = slot;
    }
    std::memset(victim, 0, kSlotElements * sizeof(Element));
    victim[0] = check;
    return victim;
  }

 private:
  // Bit histories are numbered by their total count; of a direct counter the count is its low four bits.
  static int Priority(const Element* slot) { return sizeof(Element) == 1 ? slot[1] : slot[1] & 15; }

  std::unique_ptr<Element, FreeDeleter> memory_;
  uint32_t mask_ = 0;
};

using HistoryTable = SlotTable<uint8_t, 4>;
using CounterTable = SlotTable<uint16_t, 2>;

}  // namespace teacher
