#include "table.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace teacher {

void* AllocateLines(uint64_t bytes) {
  if (bytes > SIZE_MAX - 63) return nullptr;
  bytes = (bytes + 63) / 64 * 64;
#if defined(__linux__)
  constexpr uint64_t kHugePage = 1u << 21;
  void* memory = std::aligned_alloc(bytes >= kHugePage ? kHugePage : 64, bytes);
  if (memory && bytes >= kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);
#else
  void* memory = std::aligned_alloc(64, bytes);
#endif
  return memory;
}

}  // namespace teacher
