// The teacher's tests are plain programs: CHECK prints the first failure with its place and ends with
// status 1.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::exit(1);                                                                \
    }                                                                              \
  } while (false)

namespace teacher {

// Reproducible noise for tests (a 64-bit linear congruence, high bits).
class Noise {
 public:
  explicit Noise(uint64_t seed) : state_(seed) {}
  uint32_t Next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state_ >> 33);
  }

 private:
  uint64_t state_;
};

inline std::vector<uint8_t> RandomBytes(std::size_t count, uint64_t seed) {
  Noise noise(seed);
  std::vector<uint8_t> bytes(count);
  for (auto& byte : bytes) byte = static_cast<uint8_t>(noise.Next() >> 8);
  return bytes;
}

// Text-like bytes: sentences of a small vocabulary with markup, numbers and some UTF-8.
inline std::vector<uint8_t> TextBytes(std::size_t count, uint64_t seed) {
  static const char* const kWords[] = {"the",
                                       "history",
                                       "of",
                                       "[[compression]]",
                                       "and",
                                       "its",
                                       "teacher",
                                       "''student''",
                                       "in",
                                       "1984",
                                       "was",
                                       "a",
                                       "m\xC3\xBCller",
                                       "{{cite|year=",
                                       "2001}}",
                                       "\n* ",
                                       "probability",
                                       "network",
                                       "==\n",
                                       "&quot;"};
  Noise noise(seed);
  std::vector<uint8_t> bytes;
  while (bytes.size() < count) {
    const uint32_t choice = noise.Next() % 20;
    const std::string word = kWords[(choice * (noise.Next() % 4 + 1)) % 20];
    bytes.insert(bytes.end(), word.begin(), word.end());
    bytes.push_back(noise.Next() % 9 ? ' ' : '.');
  }
  bytes.resize(count);
  return bytes;
}

}  // namespace teacher
