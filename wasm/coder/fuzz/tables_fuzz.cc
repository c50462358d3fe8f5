// Any payload of the methods with tables, which take most of the time to set up.
#include "payload.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace understudy;
  fuzz::Input input(data, size);
  const Method method = fuzz::MethodOf(input.Number(3));
  fuzz::DecodeAnything(input, method);
  return 0;
}
