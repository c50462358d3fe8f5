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

template <typename T>
class Table {
 public:
  // False when the memory cannot be had; contents are not set.
  bool Allocate(std::size_t count) {
    memory_.reset();
    if (count > SIZE_MAX / sizeof(T)) return false;
    // Aligned to cache lines, whole lines.
    memory_.reset(static_cast<T*>(std::aligned_alloc(64, (count * sizeof(T) + 63) / 64 * 64)));
    return memory_ != nullptr;
  }
  T* data() { return memory_.get(); }
  const T* data() const { return memory_.get(); }

 private:
  std::unique_ptr<T, FreeDeleter> memory_;
};

}  // namespace teacher
