// For tests only: a check that prints where it failed, reproducible random numbers, and the numbers of a JSON
// file.
#ifndef UNDERSTUDY_CODER_TESTING_H_
#define UNDERSTUDY_CODER_TESTING_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
      std::exit(1);                                                                \
    }                                                                              \
  } while (false)

namespace understudy::testing {

// xorshift64*
class Random {
 public:
  explicit Random(uint64_t seed) : x_(seed * 0x9E3779B97F4A7C15 + 1) {}
  uint32_t Below(uint32_t limit) {
    x_ ^= x_ >> 12;
    x_ ^= x_ << 25;
    x_ ^= x_ >> 27;
    return static_cast<uint32_t>(((x_ * 0x2545F4914F6CDD1D) >> 32) % limit);
  }

 private:
  uint64_t x_;
};

inline std::string ReadText(const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  CHECK(file != nullptr);
  std::string text;
  char buffer[65536];
  for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, n);
  std::fclose(file);
  return text;
}

// All integers in the array that starts at or after `at`, inner arrays flattened; moves `at` behind it.
inline std::vector<int64_t> ReadNumbers(const std::string& json, size_t& at) {
  std::vector<int64_t> numbers;
  at = json.find('[', at);
  CHECK(at != std::string::npos);
  int depth = 0;
  do {
    const char c = json[at];
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == '-' || (c >= '0' && c <= '9')) {
      char* end;
      numbers.push_back(std::strtoll(json.c_str() + at, &end, 10));
      at = static_cast<size_t>(end - json.c_str());
    } else {
      ++at;
    }
  } while (depth > 0);
  return numbers;
}

}  // namespace understudy::testing

#endif  // UNDERSTUDY_CODER_TESTING_H_
