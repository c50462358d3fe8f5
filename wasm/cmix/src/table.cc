#include "table.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace teacher {

void* AllocateLines(uint64_t bytes) {
  constexpr uint64_t kHugePage = 1u << 21;
#if defined(__linux__)
  const uint64_t alignment = bytes >= kHugePage ? kHugePage : 64;
#else
  const uint64_t alignment = 64;
#endif
  if (bytes > SIZE_MAX - kHugePage) return nullptr;
  // aligned_alloc wants a multiple of the alignment.
  bytes = (bytes + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, bytes);
#if defined(__linux__)
  if (memory && alignment == kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

}  // namespace teacher
