// A plain array of a fixed size on the heap. Allocation can say no (a WebAssembly module would end with
// operator new), and all contents are set by whoever starts a model, so that a model can be started again in
// the same memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace teacher {

struct FreeDeleter {
  void operator()(void* p) const { std::free(p); }
};

// Memory aligned to cache lines, whole lines; null when there is none. Large pieces lie in huge pages where
// the system has them: nearly every look-up would otherwise miss the TLB as well as the caches.
void* AllocateLines(uint64_t bytes);

// Brings a cache line closer. WebAssembly cannot prefetch: there it is a load, and the caller adds the value
// to something that lives on, so that the load is not dropped.
inline uint32_t Touch(const void* at) {
#if defined(__wasm__)
  return *static_cast<const uint8_t*>(at);
#else
  __builtin_prefetch(at);
  return 0;
#endif
}

template <typename T>
class Table {
 public:
  // False when the memory cannot be had; contents are not set.
  bool Allocate(std::size_t count) {
    memory_.reset();
    if (count > SIZE_MAX / sizeof(T)) return false;
    memory_.reset(static_cast<T*>(AllocateLines(count * sizeof(T))));
    return memory_ != nullptr;
  }
  T* data() { return memory_.get(); }
  const T* data() const { return memory_.get(); }

 private:
  std::unique_ptr<T, FreeDeleter> memory_;
};

}  // namespace teacher
