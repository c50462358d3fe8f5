#include "network/network.h"

#include <algorithm>
#include <cstring>

#include "network/simd.h"

namespace understudy {
namespace {

constexpr uint32_t kMostGroup = 32;
constexpr uint32_t kGroupBytes = 192 << 10;  // values of a group of lanes, to stay in the cache
constexpr uint32_t kMostArenaBytes = 512u << 20;
constexpr uint64_t kMostValues = 64u << 20;  // of weights: far above what a model file can hold

uint32_t Align(uint32_t bytes) { return (bytes + 15) / 16 * 16; }

// Of a width that is known, a row is a load and a store instead of a call.
template <uint32_t kBytes>
void CopyRows(const uint8_t* table, const uint32_t* numbers, uint32_t count, uint32_t last, uint8_t* to) {
  for (uint32_t i = 0; i < count; ++i)
    std::memcpy(to + kBytes * i, table + size_t{std::min(numbers[i], last)} * kBytes, kBytes);
}

}  // namespace

bool Network::ReservePlan(uint32_t words, uint32_t data_bytes) {
  loaded_ = false;
  word_count_ = words;
  data_bytes_ = data_bytes;
  return Allocate(words_, words) && Allocate(data_, data_bytes);
}

bool Network::Load() {
  loaded_ = false;
  lanes_ = 0;
  plan_ = Plan();
  if (!ReadPlan({words_.get(), word_count_}, {data_.get(), data_bytes_}, plan_)) return false;
  for (uint32_t i = 0; i < plan_.op_count; ++i) {
    const PlanOp& op = plan_.ops[i];
    if (op.kind == OpKind::kMap) FuseSteps(op.steps, op.step_count, op.output_steps, op.output_count);
  }
  if (!Allocate(places_, plan_.buffer_count) || !PlaceBuffers() || !Pack()) return false;
  loaded_ = true;
  return true;
}

// Lays out weights, and makes room for what products need while they run.
bool Network::Pack() {
  uint64_t weights = 0;
  uint64_t columns = 0;
  uint64_t widest = 1;
  uint32_t deepest = 1;
  uint64_t product = 1;
  uint64_t product_columns = 1;
  const auto padded = [](const PlanOp& op) { return ColumnGroups(op.columns) * kColumnGroup; };
  for (uint32_t i = 0; i < plan_.op_count; ++i) {
    const PlanOp& op = plan_.ops[i];
    if (op.kind != OpKind::kDense && op.kind != OpKind::kMatMul) continue;
    widest = std::max<uint64_t>(widest, DenseScratch(op.depth));
    deepest = std::max(deepest, op.depth);
    if (op.kind == OpKind::kDense) {
      weights += PackedWeights(op.depth, op.columns);
      columns += padded(op);
    } else {
      product = std::max(product, PackedWeights(op.depth, op.columns));
      product_columns = std::max<uint64_t>(product_columns, padded(op));
    }
  }
  if (std::max({weights, columns, widest, product}) > kMostValues || !Allocate(packed_, plan_.op_count) ||
      !Allocate(weights_, weights) || !Allocate(columns_, 3 * columns) || !Allocate(wide_, widest) ||
      !Allocate(rows_, size_t{deepest} * kDenseRows) || !Allocate(packed_b_, product) ||
      !Allocate(zeros_, product_columns) || !Allocate(ones_, product_columns) ||
      !Allocate(scratch_, kMapScratch)) {
    return false;
  }
  std::fill_n(ones_.get(), product_columns, 1);
  int16_t* next_weights = weights_.get();
  int32_t* next_columns = columns_.get();
  for (uint32_t i = 0; i < plan_.op_count; ++i) {
    const PlanOp& op = plan_.ops[i];
    if (op.kind != OpKind::kDense) continue;
    Packed& packed = packed_[i];
    packed.weights = next_weights;
    PackWeights(static_cast<const int8_t*>(plan_.constants[op.constant].data), op.depth, op.columns,
                op.columns, 1, next_weights);
    next_weights += PackedWeights(op.depth, op.columns);
    int32_t* bias = next_columns;
    int32_t* shifts = bias + padded(op);
    int32_t* factor = shifts + padded(op);
    next_columns = factor + padded(op);
    std::copy_n(op.bias, op.columns, bias);
    std::copy_n(op.shifts, op.columns, shifts);
    std::fill_n(factor, padded(op), 1);
    packed.tail = {bias, shifts, factor, 0, op.low, op.high};
    if (!CommonShift(op.shifts, op.columns, factor, &packed.tail.shift)) packed.tail.factor = nullptr;
  }
  return true;
}

// Gives every temporary (and the logits) a place in the arena that no other one with an overlapping life has.
bool Network::PlaceBuffers() {
  if (!Allocate(offsets_, plan_.buffer_count)) return false;
  const auto in_arena = [this](uint32_t i) {
    return plan_.buffers[i].role == Role::kTemporary || plan_.buffers[i].role == Role::kLogits;
  };
  uint64_t lane_bytes = 0;
  for (uint32_t i = 0; i < plan_.buffer_count; ++i) {
    if (in_arena(i)) lane_bytes += uint64_t{plan_.buffers[i].width} * StorageBytes(plan_.buffers[i].storage);
  }
  group_ = static_cast<uint32_t>(
      std::clamp<uint64_t>(kGroupBytes / std::max<uint64_t>(lane_bytes, 1), 1, kMostGroup));
  if (group_ >= 4) group_ = group_ / 4 * 4;
  const auto bytes = [this](uint32_t i) {
    return Align(group_ * plan_.buffers[i].width * StorageBytes(plan_.buffers[i].storage));
  };
  uint64_t arena = 0;
  for (uint32_t i = 0; i < plan_.buffer_count; ++i) {
    if (!in_arena(i)) continue;
    uint32_t at = 0;
    for (bool moved = true; moved;) {
      moved = false;
      for (uint32_t j = 0; j < i; ++j) {
        const bool together = in_arena(j) && plan_.buffers[i].born <= plan_.buffers[j].dies &&
                              plan_.buffers[j].born <= plan_.buffers[i].dies;
        if (!together || at >= offsets_[j] + bytes(j) || offsets_[j] >= at + bytes(i)) continue;
        at = offsets_[j] + bytes(j);
        moved = true;
      }
    }
    offsets_[i] = at;
    arena = std::max(arena, uint64_t{at} + bytes(i));
    if (arena > kMostArenaBytes) return false;
  }
  return Allocate(arena_, arena);
}

bool Network::Reserve(uint32_t lanes) {
  if (lanes > lanes_) {
    lanes_ = 0;
    for (uint32_t i = 0; i < plan_.state_count; ++i) {
      const PlanBuffer& buffer = plan_.buffers[plan_.states[i].state];
      for (Array<uint8_t>& half : state_[i]) {
        if (!Allocate(half, size_t{lanes} * buffer.width * StorageBytes(buffer.storage))) return false;
      }
    }
    lanes_ = lanes;
  }
  Reset();
  return true;
}

void Network::Reset() {
  for (uint32_t i = 0; i < plan_.state_count; ++i) {
    const PlanBuffer& buffer = plan_.buffers[plan_.states[i].state];
    for (Array<uint8_t>& half : state_[i]) {
      std::memset(half.get(), 0, size_t{lanes_} * buffer.width * StorageBytes(buffer.storage));
    }
  }
}

void Network::Advance() { current_ ^= 1; }

uint32_t Network::CopyState(uint32_t entry, uint32_t lane, int32_t* to) const {
  if (entry >= plan_.state_count || lane >= lanes_) return 0;
  const PlanBuffer& buffer = plan_.buffers[plan_.states[entry].state];
  LoadRun({state_[entry][current_].get(), buffer.storage}, lane * buffer.width, 1, buffer.width, to);
  return buffer.width;
}

Place Network::At(const View& view, uint32_t lane) const {
  if (view.constant)
    return {const_cast<void*>(plan_.constants[view.index].data), plan_.constants[view.index].storage};
  const PlanBuffer& buffer = plan_.buffers[view.index];
  return {places_[view.index] + size_t{lane} * buffer.width * StorageBytes(buffer.storage), buffer.storage};
}

const int16_t* Network::Run(const int32_t* inputs, uint32_t first, uint32_t count) {
  for (uint32_t i = 0; i < plan_.buffer_count; ++i) places_[i] = arena_.get() + offsets_[i];
  // Inputs are only read: views of them cannot be written to.
  places_[plan_.input] = reinterpret_cast<uint8_t*>(const_cast<int32_t*>(inputs));
  for (uint32_t i = 0; i < plan_.state_count; ++i) {
    const PlanBuffer& buffer = plan_.buffers[plan_.states[i].state];
    const size_t at = size_t{first} * buffer.width * StorageBytes(buffer.storage);
    places_[plan_.states[i].state] = state_[i][current_].get() + at;
    places_[plan_.states[i].next] = state_[i][current_ ^ 1].get() + at;
  }
  for (uint32_t i = 0; i < plan_.op_count; ++i) {
    const PlanOp& op = plan_.ops[i];
    switch (op.kind) {
      case OpKind::kGather:
        RunGather(op, count);
        break;
      case OpKind::kDense:
        RunDense(op, packed_[i], count);
        break;
      case OpKind::kMatMul:
        for (uint32_t lane = 0; lane < count; ++lane) RunMatMul(op, lane);
        break;
      case OpKind::kReduce:
        for (uint32_t lane = 0; lane < count; ++lane) RunReduce(op, lane);
        break;
      case OpKind::kMap:
        for (uint32_t lane = 0; lane < count; ++lane) {
          Place in[kMaxMapInputs];
          Place out[kMaxMapOutputs];
          for (uint32_t j = 0; j < op.input_count; ++j) in[j] = At(op.inputs[j], lane);
          for (uint32_t j = 0; j < op.output_count; ++j) out[j] = At(op.outputs[j], lane);
          RunMap(op, plan_.constants.get(), in, out, scratch_.get(), lane > 0);
        }
        break;
    }
  }
  return reinterpret_cast<const int16_t*>(places_[plan_.logits]);
}

void Network::RunGather(const PlanOp& op, uint32_t count) {
  const PlanConstant& table = plan_.constants[op.constant];
  const uint32_t row_bytes = op.columns * StorageBytes(table.storage);
  const uint32_t last = table.count / op.columns - 1;
  const uint32_t rows = op.input.size();
  const uint8_t* data = static_cast<const uint8_t*>(table.data);
  for (uint32_t lane = 0; lane < count; ++lane) {
    const Place index = At(op.input, lane);
    const Place output = At(op.output, lane);
    uint8_t* to = static_cast<uint8_t*>(output.data) + op.output.offset * StorageBytes(output.storage);
    // Tables are far larger than caches: nothing may stand between the loads, so that many are under way at
    // once.
    if ((row_bytes == 16 || row_bytes == 8) && index.storage == Storage::kInt32) {
      const uint32_t* numbers = static_cast<const uint32_t*>(index.data) + op.input.offset;
      if (row_bytes == 16) {
        CopyRows<16>(data, numbers, rows, last, to);
      } else {
        CopyRows<8>(data, numbers, rows, last, to);
      }
      continue;
    }
    for (uint32_t i = 0; i < rows; ++i, to += row_bytes) {
      int32_t row;
      LoadRun(index, op.input.offset + i, 1, 1, &row);
      std::memcpy(to, data + size_t{std::min(static_cast<uint32_t>(row), last)} * row_bytes, row_bytes);
    }
  }
}

void Network::RunDense(const PlanOp& op, const Packed& packed, uint32_t count) {
  const Storage storage = plan_.buffers[op.output.index].storage;
  const uint32_t row_bytes = op.columns * StorageBytes(storage);
  const int8_t* rows[kDenseRows];
  void* outputs[kDenseRows];
  uint32_t filled = 0;
  const auto flush = [&] {
    Dense(rows, filled, op.depth, packed.weights, op.columns, packed.tail, storage, outputs, wide_.get());
    filled = 0;
  };
  for (uint32_t lane = 0; lane < count; ++lane) {
    const int8_t* from = static_cast<const int8_t*>(At(op.input, lane).data) + op.input.offset;
    uint8_t* to = static_cast<uint8_t*>(At(op.output, lane).data) + op.output.offset * StorageBytes(storage);
    for (uint32_t row = 0; row < op.rows; ++row) {
      rows[filled] = from + size_t{row} * op.depth;
      outputs[filled] = to + size_t{row} * row_bytes;
      if (++filled == kDenseRows) flush();
    }
  }
  if (filled > 0) flush();
}

void Network::RunMatMul(const PlanOp& op, uint32_t lane) {
  const uint32_t rank = op.output.rank;
  const int8_t* a = static_cast<const int8_t*>(At(op.input, lane).data);
  const int8_t* b = static_cast<const int8_t*>(At(op.second, lane).data);
  const Place output = At(op.output, lane);
  const uint32_t row_bytes = op.columns * StorageBytes(output.storage);
  uint8_t* to = static_cast<uint8_t*>(output.data) + op.output.offset * StorageBytes(output.storage);
  const DenseTail tail = {zeros_.get(), zeros_.get(), ones_.get(), 0, INT32_MIN, INT32_MAX};
  uint32_t position[kMaxRank] = {};
  const uint32_t batches = op.output.size() / (op.rows * op.columns);
  for (uint32_t batch = 0; batch < batches; ++batch) {
    uint32_t a_at = op.input.offset;
    uint32_t b_at = op.second.offset;
    for (uint32_t axis = 0; axis + 2 < rank; ++axis) {
      a_at += position[axis] * op.input.strides[axis];
      b_at += position[axis] * op.second.strides[axis];
    }
    PackWeights(b + b_at, op.depth, op.columns, op.second.strides[rank - 2], op.second.strides[rank - 1],
                packed_b_.get());
    for (uint32_t first = 0; first < op.rows; first += kDenseRows) {
      const uint32_t count = std::min(kDenseRows, op.rows - first);
      const int8_t* rows[kDenseRows];
      void* outputs[kDenseRows];
      for (uint32_t r = 0; r < count; ++r, to += row_bytes) {
        rows[r] = a + a_at + (first + r) * op.input.strides[rank - 2];
        outputs[r] = to;
        const uint32_t step = op.input.strides[rank - 1];
        if (step == 1) continue;
        int8_t* copy = rows_.get() + size_t{r} * op.depth;
        for (uint32_t k = 0; k < op.depth; ++k) copy[k] = rows[r][k * step];
        rows[r] = copy;
      }
      Dense(rows, count, op.depth, packed_b_.get(), op.columns, tail, output.storage, outputs, wide_.get());
    }
    for (uint32_t axis = rank - 2; axis-- > 0;) {
      if (++position[axis] < op.output.shape[axis]) break;
      position[axis] = 0;
    }
  }
}

void Network::RunReduce(const PlanOp& op, uint32_t lane) {
  const Place input = At(op.input, lane);
  const Place output = At(op.output, lane);
  const View& from = op.input;
  const uint32_t inner = from.rank > 0 ? from.shape[from.rank - 1] : 1;
  const uint32_t inner_stride = from.rank > 0 ? from.strides[from.rank - 1] : 0;
  const bool inner_reduced = from.rank > 0 && (op.axes >> (from.rank - 1) & 1) != 0;
  const uint32_t results = op.output.size();
  int32_t* run = scratch_.get();
  // Results are gathered as int32 in the second half of the scratch, a window of them at a time.
  const uint32_t window = kMapScratch / 2;
  int32_t* totals = scratch_.get() + window;
  for (uint32_t begin = 0; begin < results; begin += window) {
    const uint32_t end = std::min(results, begin + window);
    std::fill_n(totals, end - begin, op.sum ? 0 : INT32_MIN);
    uint32_t position[kMaxRank] = {};
    const uint32_t rows = from.size() / inner;
    for (uint32_t row = 0; row < rows; ++row) {
      uint32_t at = from.offset;
      uint32_t to = 0;
      for (uint32_t axis = 0; axis + 1 < from.rank; ++axis) {
        at += position[axis] * from.strides[axis];
        to = to * op.output.shape[axis] + ((op.axes >> axis & 1) != 0 ? 0 : position[axis]);
      }
      if (!inner_reduced) to *= inner;
      for (uint32_t first = 0; first < inner; first += kMapRun) {
        const uint32_t count = std::min(kMapRun, inner - first);
        LoadRun(input, at + first * inner_stride, inner_stride, count, run);
        for (uint32_t i = 0; i < count; ++i) {
          const uint32_t target = inner_reduced ? to : to + first + i;
          if (target < begin || target >= end) continue;
          int32_t& total = totals[target - begin];
          total = op.sum ? static_cast<int32_t>(static_cast<uint32_t>(total) + static_cast<uint32_t>(run[i]))
                         : std::max(total, run[i]);
        }
      }
      for (uint32_t axis = from.rank; axis-- > 1;) {
        if (++position[axis - 1] < from.shape[axis - 1]) break;
        position[axis - 1] = 0;
      }
    }
    StoreRun(output, op.output.offset + begin, 1, end - begin, totals);
  }
}

}  // namespace understudy
