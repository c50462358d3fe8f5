// What a student sees of the past (docs/MODEL.md §3): the last 32 bytes of a lane become either a window of
// bytes or row numbers of hashed n-gram tables. Pure functions of those 32 bytes; Python and TypeScript hold
// the same through tests/vectors/ngram_rows.json.
#ifndef UNDERSTUDY_CODER_CONTEXTS_H_
#define UNDERSTUDY_CODER_CONTEXTS_H_

#include <cstdint>
#include <span>

namespace understudy {

inline constexpr uint32_t kHistoryBytes = 32;

enum class ContextKind : uint32_t { kByte = 0, kOrder = 1, kWord = 2, kWords = 3 };

// One table of embeddings. `rows` is a power of two; a row number r stands for the `rows_per_context` rows of
// the graph's table that start at first_row + r * rows_per_context.
struct NgramTable {
  ContextKind kind;
  uint32_t order;  // 1..32, for kOrder only
  uint32_t rows;
  uint32_t first_row;
  uint32_t rows_per_context;
};

// Row number (0 .. rows-1) of `table`, the `index`-th of its front. `end` points behind the newest byte;
// end[-1] .. end[-32] are read.
uint32_t NgramRow(const NgramTable& table, uint32_t index, const uint8_t* end);

// Writes the row numbers of all tables in order: the sum of rows_per_context values.
void NgramRows(std::span<const NgramTable> tables, const uint8_t* end, int32_t* out);

// Writes b[32] … b[1], oldest first: 32 values.
void Window(const uint8_t* end, int32_t* out);

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_CONTEXTS_H_
