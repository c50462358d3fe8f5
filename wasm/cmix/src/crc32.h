// CRC-32 (IEEE 802.3, reflected, as in zip and PNG) of the archive's text and of the trace's frames.
#pragma once

#include <cstddef>
#include <cstdint>

namespace teacher {

// Continue with the value of the bytes before; start with 0.
uint32_t Crc32(const uint8_t* bytes, std::size_t count, uint32_t crc = 0);

}  // namespace teacher
