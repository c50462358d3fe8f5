// Asks for memory before it is needed. WebAssembly has no prefetch, so this is a load whose result nobody
// waits for.
#ifndef UNDERSTUDY_CODER_BLEND_TOUCH_H_
#define UNDERSTUDY_CODER_BLEND_TOUCH_H_

namespace understudy::blend {

template <typename T>
inline void Touch(const T* place) {
#ifdef __wasm__
  asm volatile("" : : "r"(static_cast<int>(*place)));
#else
  __builtin_prefetch(place);
#endif
}

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_TOUCH_H_
