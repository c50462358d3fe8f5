#include "lstm_weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace teacher {
namespace {

static_assert(std::endian::native == std::endian::little, "floats are copied as they lie in memory");

// Made by pretrain_mix.py and teacher_pretrain: docs/TEACHER.md.
constexpr char kStart[] =
#include "lstm_start.inc"
    ;

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr float kMost = 127;

// Uniform in +-range, from a 32-bit linear congruence.
class Seeds {
 public:
  float Next(float range) {
    state_ = state_ * 1664525u + 1013904223u;
    return (static_cast<float>(state_ >> 8) * (1.0f / 8388608) - 1.0f) * range;
  }

 private:
  uint32_t state_ = 1;
};

class Writer {
 public:
  template <std::size_t kSize>
  void Floats(const std::array<float, kSize>& values) {
    for (const float value : values) Float(value);
  }
  template <std::size_t kSize>
  void Row(const std::array<float, kSize>& row) {
    float most = 0;
    for (const float w : row) most = std::max(most, std::fabs(w));
    const float scale = most > 0 ? most / kMost : 1.0f;
    Float(scale);
    for (const float w : row) Byte(static_cast<uint8_t>(static_cast<int>(std::round(w / scale))));
  }
  std::string Finish() {
    if (bits_ > 0) text_.push_back(kDigits[held_ << (6 - bits_) & 63]);
    return text_;
  }

 private:
  void Float(float value) {
    uint8_t bytes[sizeof(value)];
    std::memcpy(bytes, &value, sizeof(value));
    for (const uint8_t byte : bytes) Byte(byte);
  }
  void Byte(uint8_t byte) {
    held_ = held_ << 8 | byte;
    for (bits_ += 8; bits_ >= 6; bits_ -= 6) text_.push_back(kDigits[held_ >> (bits_ - 6) & 63]);
  }

  std::string text_;
  uint32_t held_ = 0;
  int bits_ = 0;
};

class Reader {
 public:
  Reader(const char* text, std::size_t length) : at_(text), end_(text + length) {}
  template <std::size_t kSize>
  void Floats(std::array<float, kSize>& values) {
    for (float& value : values) value = Float();
  }
  template <std::size_t kSize>
  void Row(std::array<float, kSize>& row) {
    const float scale = Float();
    for (float& w : row) w = static_cast<float>(static_cast<int8_t>(Byte())) * scale;
  }
  bool Good() const { return good_ && at_ == end_; }

 private:
  float Float() {
    uint8_t bytes[sizeof(float)];
    for (uint8_t& byte : bytes) byte = Byte();
    float value;
    std::memcpy(&value, bytes, sizeof(value));
    return value;
  }
  uint8_t Byte() {
    for (; bits_ < 8; bits_ += 6) {
      const char* digit = at_ < end_ && *at_ ? std::strchr(kDigits, *at_) : nullptr;
      if (!digit) {
        good_ = false;
        return 0;
      }
      ++at_;
      held_ = held_ << 6 | static_cast<uint32_t>(digit - kDigits);
    }
    bits_ -= 8;
    return static_cast<uint8_t>(held_ >> bits_);
  }

  const char* at_;
  const char* end_;
  uint32_t held_ = 0;
  int bits_ = 0;
  bool good_ = true;
};

template <typename Coder, typename Weights>
void CodeAll(Coder& coder, Weights& weights) {
  coder.Floats(weights.recurrent.gain);
  coder.Floats(weights.recurrent.bias);
  coder.Floats(weights.outputBias);
  for (auto& row : weights.recurrent.hidden) coder.Row(row);
  for (auto& row : weights.recurrent.input) coder.Row(row);
  for (auto& row : weights.output) coder.Row(row);
}

}  // namespace

void Randomise(LstmWeights& weights) {
  Seeds seeds;
  for (auto& row : weights.recurrent.hidden) {
    for (float& w : row) w = seeds.Next(0.1f);
  }
  for (auto& row : weights.recurrent.input) {
    for (float& w : row) w = seeds.Next(0.3f);
  }
  for (auto& row : weights.output) {
    for (float& w : row) w = seeds.Next(0.1f);
  }
  weights.recurrent.gain.fill(1.0f);
  weights.recurrent.bias.fill(0.0f);
  std::fill_n(weights.recurrent.bias.begin(), kLstmCells, 0.5f);
  weights.outputBias.fill(0.0f);
}

std::string EncodeWeights(const LstmWeights& weights) {
  Writer writer;
  CodeAll(writer, weights);
  return writer.Finish();
}

bool DecodeWeights(const char* text, std::size_t length, LstmWeights& weights) {
  Reader reader(text, length);
  CodeAll(reader, weights);
  return reader.Good();
}

void StartingWeights(LstmWeights& weights) {
  if (!DecodeWeights(kStart, sizeof(kStart) - 1, weights)) __builtin_trap();  // the build is broken
}

}  // namespace teacher
