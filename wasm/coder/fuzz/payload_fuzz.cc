// Any payload of method `student`; thousands a second.
#include "payload.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace understudy;
  fuzz::Input input(data, size);
  fuzz::DecodeAnything(input, Method::kStudent);
  return 0;
}
