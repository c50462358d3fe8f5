// Little-endian reading and writing of the archive's and the trace's fields.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace teacher {

using Bytes = std::vector<uint8_t>;

inline void PutLittle(Bytes& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

inline uint64_t GetLittle(const uint8_t* at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= uint64_t{at[i]} << (8 * i);
  return value;
}

}  // namespace teacher
