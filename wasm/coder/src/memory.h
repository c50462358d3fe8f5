// Zeroed plain arrays; C allocation, because operator new would end the WASM module where it should say "no
// memory".
#ifndef UNDERSTUDY_CODER_MEMORY_H_
#define UNDERSTUDY_CODER_MEMORY_H_

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace understudy {

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
template <typename T>
using Array = std::unique_ptr<T[], Free>;

// False without memory; the array is empty then.
template <typename T>
bool Allocate(Array<T>& target, size_t count) {
  target.reset();  // first: old and new together would double the peak
  if (count > (size_t{1} << 31) / sizeof(T)) return false;
  target.reset(static_cast<T*>(std::calloc(count > 0 ? count : 1, sizeof(T))));
  return target != nullptr;
}

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_MEMORY_H_
