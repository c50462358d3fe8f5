#include "lane_lengths.h"

#include <algorithm>
#include <bit>

namespace understudy {

uint32_t WriteLaneLengths(std::span<const uint32_t> lengths, uint8_t* out) {
  if (lengths.size() < 2) return 0;
  const auto written = lengths.first(lengths.size() - 1);
  const auto [least, most] = std::minmax_element(written.begin(), written.end());
  const uint32_t minimum = *least;
  const uint32_t width = static_cast<uint32_t>(std::bit_width(*most - minimum));

  uint8_t* p = out;
  uint32_t rest = minimum;
  for (; rest >= 0x80; rest >>= 7) *p++ = static_cast<uint8_t>(rest | 0x80);
  *p++ = static_cast<uint8_t>(rest);
  *p++ = static_cast<uint8_t>(width);

  uint64_t bits = 0;
  uint32_t count = 0;
  for (const uint32_t length : written) {
    bits |= uint64_t{length - minimum} << count;
    for (count += width; count >= 8; count -= 8, bits >>= 8) *p++ = static_cast<uint8_t>(bits);
  }
  if (count > 0) *p++ = static_cast<uint8_t>(bits);
  return static_cast<uint32_t>(p - out);
}

int64_t ReadLaneLengths(std::span<const uint8_t> payload, std::span<uint32_t> lengths) {
  if (lengths.size() < 2) {
    if (!lengths.empty()) lengths[0] = static_cast<uint32_t>(payload.size());
    return 0;
  }
  size_t at = 0;
  uint64_t minimum = 0;
  for (uint32_t shift = 0;; shift += 7) {
    if (at == payload.size() || shift > 28) return -1;
    const uint8_t byte = payload[at++];
    minimum |= uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) {
      if (byte == 0 && shift > 0) return -1;
      break;
    }
  }
  if (at == payload.size()) return -1;
  const uint32_t width = payload[at++];
  if (width > 31) return -1;
  const uint64_t packed = (uint64_t{width} * (lengths.size() - 1) + 7) / 8;
  if (packed > payload.size() - at) return -1;

  const size_t head = at + static_cast<size_t>(packed);
  uint64_t left = payload.size() - head;
  uint64_t bits = 0;
  uint32_t count = 0;
  for (uint32_t& length : lengths.first(lengths.size() - 1)) {
    for (; count < width; count += 8) bits |= uint64_t{payload[at++]} << count;
    const uint64_t value = minimum + (bits & ((uint64_t{1} << width) - 1));
    bits >>= width;
    count -= width;
    if (value > left) return -1;
    left -= value;
    length = static_cast<uint32_t>(value);
  }
  if (bits != 0) return -1;
  lengths.back() = static_cast<uint32_t>(left);
  return static_cast<int64_t>(head);
}

}  // namespace understudy
