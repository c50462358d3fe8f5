#include "crc32.h"

#include <array>

namespace teacher {
namespace {

// Eight tables: eight bytes a step, since a traced row is kilobytes long.
constexpr std::array<std::array<uint32_t, 256>, 8> MakeTables() {
  std::array<std::array<uint32_t, 256>, 8> t{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
    t[0][i] = c;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (uint32_t i = 0; i < 256; ++i) t[k][i] = t[0][t[k - 1][i] & 255] ^ t[k - 1][i] >> 8;
  }
  return t;
}
constexpr auto kTables = MakeTables();

}  // namespace

uint32_t Crc32(const uint8_t* bytes, std::size_t count, uint32_t crc) {
  crc = ~crc;
  for (; count >= 8; count -= 8, bytes += 8) {
    const uint32_t a = crc ^ (uint32_t{bytes[0]} | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 |
                              uint32_t{bytes[3]} << 24);
    crc = kTables[7][a & 255] ^ kTables[6][a >> 8 & 255] ^ kTables[5][a >> 16 & 255] ^ kTables[4][a >> 24] ^
          kTables[3][bytes[4]] ^ kTables[2][bytes[5]] ^ kTables[1][bytes[6]] ^ kTables[0][bytes[7]];
  }
  for (; count; --count) crc = kTables[0][(crc ^ *bytes++) & 255] ^ crc >> 8;
  return ~crc;
}

}  // namespace teacher
