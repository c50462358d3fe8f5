#include "slot_table.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace understudy::predictor1 {

void* AllocateLines(uint64_t bytes) {
  if (bytes > SIZE_MAX) return nullptr;
#if defined(__linux__)
  // Huge pages: nearly every look-up would otherwise miss the TLB as well as the caches.
  constexpr uint64_t kHugePage = 1u << 21;
  void* memory = std::aligned_alloc(bytes >= kHugePage ? kHugePage : 64, bytes);
  if (memory && bytes >= kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);
#else
  void* memory = std::aligned_alloc(64, bytes);
#endif
  return memory;
}

}  // namespace understudy::predictor1
