// Hashes of contexts: any build gives the same.
#pragma once

#include <cstddef>
#include <cstdint>

namespace teacher {

// A 64-bit hash of two values.
inline uint64_t Combine(uint64_t a, uint64_t b) {
  uint64_t h = (a ^ (b + 0x9E3779B97F4A7C15u)) * 0xD6E8FEB86659FD93u;
  h ^= h >> 32;
  h *= 0xCF1BBCDCB7A56463u;
  return h ^ h >> 29;
}

// Takes the hashes of hashed components in the registry's order; each gets its number mixed in, so that equal
// contexts of two components do not meet.
class HashSink {
 public:
  explicit HashSink(uint64_t* hashes) : hashes_(hashes) {}
  void Put(uint64_t a, uint64_t b = 0) {
    hashes_[count_] = Combine(Combine(a, b), count_);
    ++count_;
  }
  std::size_t Count() const { return count_; }

 private:
  uint64_t* hashes_;
  std::size_t count_ = 0;
};

}  // namespace teacher
