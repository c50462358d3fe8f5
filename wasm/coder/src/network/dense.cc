#include "network/dense.h"

#include <algorithm>
#include <cstring>

#include "network/simd.h"

namespace understudy {
namespace {

using simd::V4;

// Eight results of a row, from column `first` on; fewer at the right end.
void StoreGroup(V4 left, V4 right, uint32_t count, Storage storage, void* row, uint32_t first) {
  if (count >= kColumnGroup) {
    switch (storage) {
      case Storage::kInt8:
        return simd::StoreInt8(static_cast<int8_t*>(row) + first, left, right);
      case Storage::kInt16:
        return simd::StoreInt16(static_cast<int16_t*>(row) + first, left, right);
      case Storage::kInt32:
        simd::Store(static_cast<int32_t*>(row) + first, left);
        return simd::Store(static_cast<int32_t*>(row) + first + 4, right);
    }
  }
  int32_t values[kColumnGroup];
  simd::Store(values, left);
  simd::Store(values + 4, right);
  for (uint32_t i = 0; i < count; ++i) {
    switch (storage) {
      case Storage::kInt8:
        static_cast<int8_t*>(row)[first + i] = static_cast<int8_t>(values[i]);
        break;
      case Storage::kInt16:
        static_cast<int16_t*>(row)[first + i] = static_cast<int16_t>(values[i]);
        break;
      case Storage::kInt32:
        static_cast<int32_t*>(row)[first + i] = values[i];
        break;
    }
  }
}

inline V4 Shifted(V4 sums, const DenseTail& tail, uint32_t column) {
  if (tail.factor != nullptr)
    return simd::ShiftRight(simd::Mul(sums, simd::Load(tail.factor + column)), tail.shift);
  int32_t values[4];
  simd::Store(values, sums);
  for (uint32_t i = 0; i < 4; ++i) values[i] >>= tail.shifts[column + i];
  return simd::Load(values);
}

// kRows rows, of which `wide` holds pair by pair the rows' pairs, times kGroups groups of eight columns from
// `group` on.
template <uint32_t kRows, uint32_t kGroups>
inline void Block(const int16_t* wide, uint32_t pairs, const int16_t* packed, uint32_t columns,
                  uint32_t group, const DenseTail& tail, Storage storage, void* const* outputs) {
  V4 sums[kRows][2 * kGroups];
  const size_t group_values = size_t{pairs} * (2 * kColumnGroup);
  const int16_t* weights = packed + group * group_values;
  for (uint32_t v = 0; v < 2 * kGroups; ++v) {
    const V4 bias = simd::Load(tail.bias + group * kColumnGroup + 4 * v);
    for (uint32_t r = 0; r < kRows; ++r) sums[r][v] = bias;
  }
  for (uint32_t pair = 0; pair < pairs; ++pair) {
    V4 w[2 * kGroups];
    for (uint32_t v = 0; v < 2 * kGroups; ++v)
      w[v] = simd::Load(weights + v / 2 * group_values + v % 2 * kColumnGroup);
    for (uint32_t r = 0; r < kRows; ++r) {
      const V4 a = simd::SplatPair(wide + 2 * r);
      for (uint32_t v = 0; v < 2 * kGroups; ++v) sums[r][v] = simd::Add(sums[r][v], simd::Dot(a, w[v]));
    }
    weights += 2 * kColumnGroup;
    wide += 2 * kRows;
  }
  const V4 low = simd::Splat(tail.low);
  const V4 high = simd::Splat(tail.high);
  for (uint32_t g = 0; g < kGroups; ++g) {
    const uint32_t first = (group + g) * kColumnGroup;
    for (uint32_t r = 0; r < kRows; ++r) {
      const V4 x = simd::Min(simd::Max(Shifted(sums[r][2 * g], tail, first), low), high);
      const V4 y = simd::Min(simd::Max(Shifted(sums[r][2 * g + 1], tail, first + 4), low), high);
      StoreGroup(x, y, std::min(kColumnGroup, columns - first), storage, outputs[r], first);
    }
  }
}

// Widens four rows, their pairs of depths side by side; zeros behind an odd depth.
void WidenFour(const int8_t* const* rows, uint32_t depth, int16_t* wide) {
  uint32_t k = 0;
  for (; k + 8 <= depth; k += 8, wide += 32) {
    V4 x[4];
    for (uint32_t r = 0; r < 4; ++r) x[r] = simd::WidenInt8(rows[r] + k);
    simd::Transpose(x);
    for (uint32_t i = 0; i < 4; ++i) simd::Store(wide + 8 * i, x[i]);
  }
  for (; k < depth; k += 2) {
    for (uint32_t r = 0; r < 4; ++r) {
      *wide++ = rows[r][k];
      *wide++ = k + 1 < depth ? rows[r][k + 1] : int16_t{0};
    }
  }
}

void WidenOne(const int8_t* row, uint32_t depth, int16_t* wide) {
  uint32_t k = 0;
  for (; k + 8 <= depth; k += 8) simd::Store(wide + k, simd::WidenInt8(row + k));
  for (; k < depth; ++k) wide[k] = row[k];
  if (k % 2 != 0) wide[k] = 0;
}

}  // namespace

void PackWeights(const int8_t* weights, uint32_t depth, uint32_t columns, uint32_t depth_stride,
                 uint32_t column_stride, int16_t* packed) {
  for (uint32_t group = 0; group < ColumnGroups(columns); ++group) {
    for (uint32_t pair = 0; pair < DepthPairs(depth); ++pair) {
      for (uint32_t c = 0; c < kColumnGroup; ++c) {
        const uint32_t n = group * kColumnGroup + c;
        for (uint32_t k = 2 * pair; k < 2 * pair + 2; ++k) {
          *packed++ = n < columns && k < depth ? weights[size_t{k} * depth_stride + size_t{n} * column_stride]
                                               : int16_t{0};
        }
      }
    }
  }
}

bool CommonShift(const int32_t* shifts, uint32_t columns, int32_t* factor, uint32_t* shift) {
  constexpr int32_t kMostSpread = 7;  // 2^24 * 2^7 = 2^31
  const auto [least, most] = std::minmax_element(shifts, shifts + columns);
  if (*most - *least > kMostSpread) return false;
  for (uint32_t n = 0; n < columns; ++n) factor[n] = 1 << (*most - shifts[n]);
  *shift = static_cast<uint32_t>(*most);
  return true;
}

void Dense(const int8_t* const* rows, uint32_t row_count, uint32_t depth, const int16_t* packed,
           uint32_t columns, const DenseTail& tail, Storage storage, void* const* outputs, int16_t* scratch) {
  const uint32_t pairs = DepthPairs(depth);
  const uint32_t groups = ColumnGroups(columns);
  const uint32_t fours = row_count / 4 * 4;
  const size_t block = size_t{8} * pairs;
  for (uint32_t row = 0; row < fours; row += 4) WidenFour(rows + row, depth, scratch + row / 4 * block);
  // A group of columns stays in the nearest cache while all rows go by.
  for (uint32_t group = 0; fours > 0 && group < groups; ++group) {
    for (uint32_t row = 0; row < fours; row += 4) {
      Block<4, 1>(scratch + row / 4 * block, pairs, packed, columns, group, tail, storage, outputs + row);
    }
  }
  for (uint32_t row = fours; row < row_count; ++row) {
    WidenOne(rows[row], depth, scratch);
    uint32_t group = 0;
    for (; group + 4 <= groups; group += 4) {
      Block<1, 4>(scratch, pairs, packed, columns, group, tail, storage, outputs + row);
    }
    for (; group < groups; ++group)
      Block<1, 1>(scratch, pairs, packed, columns, group, tail, storage, outputs + row);
  }
}

}  // namespace understudy
