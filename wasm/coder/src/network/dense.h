// Dot products of int8 values, exact in int32: rows of activations times a matrix of weights, with bias,
// shift and clip behind. Weights are widened to int16 and laid out once, so that one vector instruction
// multiplies a pair of depths for four columns; a block of four rows and eight columns stays in registers.
#ifndef UNDERSTUDY_CODER_NETWORK_DENSE_H_
#define UNDERSTUDY_CODER_NETWORK_DENSE_H_

#include <cstdint>

namespace understudy {

enum class Storage : uint32_t { kInt8 = 0, kInt16 = 1, kInt32 = 2 };

constexpr uint32_t StorageBytes(Storage storage) { return 1u << static_cast<uint32_t>(storage); }

inline constexpr uint32_t kColumnGroup = 8;

constexpr uint32_t DepthPairs(uint32_t depth) { return (depth + 1) / 2; }
constexpr uint32_t ColumnGroups(uint32_t columns) { return (columns + kColumnGroup - 1) / kColumnGroup; }

// int16 values that packed weights take.
constexpr uint64_t PackedWeights(uint32_t depth, uint32_t columns) {
  return uint64_t{ColumnGroups(columns)} * DepthPairs(depth) * (2 * kColumnGroup);
}

// Most rows of one Dense, and int16 values of scratch that it needs.
inline constexpr uint32_t kDenseRows = 64;
constexpr uint64_t DenseScratch(uint32_t depth) { return uint64_t{kDenseRows} * ((depth + 7) / 8 * 8); }

// Packs weights of which element [k, n] is weights[k * depth_stride + n * column_stride]: groups of eight
// columns, in each the pairs of depths, in each the columns' two weights; zeros where columns or depths are
// missing.
void PackWeights(const int8_t* weights, uint32_t depth, uint32_t columns, uint32_t depth_stride,
                 uint32_t column_stride, int16_t* packed);

// What comes behind the sums, by column; arrays have ColumnGroups(columns) * 8 entries. With shifts that
// differ little, `factor` is 2^(shift - s) for a column with shift s, so that all columns shift by the same;
// otherwise it is null and `shifts` count. Sums, and their products with the factor, must stay within int32.
struct DenseTail {
  const int32_t* bias;
  const int32_t* shifts;
  const int32_t* factor;
  uint32_t shift;
  int32_t low;
  int32_t high;
};

// Fills `factor` and `shift` from `shifts` if proven sums (below 2^24) allow that; false where they do not.
bool CommonShift(const int32_t* shifts, uint32_t columns, int32_t* factor, uint32_t* shift);

// rows[r] points to the `depth` activations of row r, outputs[r] to where its `columns` results go, of type
// `storage`.
void Dense(const int8_t* const* rows, uint32_t row_count, uint32_t depth, const int16_t* packed,
           uint32_t columns, const DenseTail& tail, Storage storage, void* const* outputs, int16_t* scratch);

}  // namespace understudy

#endif  // UNDERSTUDY_CODER_NETWORK_DENSE_H_
