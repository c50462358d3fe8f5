// For tests only: plans as words, written as shared/codec/src/engines/plan-words.ts does, of random sizes and
// with values at their extremes.
#ifndef UNDERSTUDY_CODER_NETWORK_PLAN_TESTING_H_
#define UNDERSTUDY_CODER_NETWORK_PLAN_TESTING_H_

#include <utility>
#include <vector>

#include "network/plan.h"
#include "testing.h"

namespace understudy::testing {

struct TestBuffer {
  int32_t width;
  Storage storage;
  Role role;
};

struct TestView {
  bool constant;
  int32_t index;
  int32_t offset;
  std::vector<int32_t> shape;
  std::vector<int32_t> strides;
};

inline TestView Whole(int32_t index, std::vector<int32_t> shape, bool constant = false) {
  std::vector<int32_t> strides(shape.size());
  int32_t stride = 1;
  for (size_t axis = shape.size(); axis-- > 0; stride *= shape[axis]) strides[axis] = stride;
  return {constant, index, 0, shape, strides};
}

class Writer {
 public:
  int32_t Buffer(int32_t width, Storage storage, Role role = Role::kTemporary) {
    buffers_.push_back({width, storage, role});
    return static_cast<int32_t>(buffers_.size() - 1);
  }

  template <typename T>
  int32_t Constant(Storage storage, const std::vector<T>& values) {
    data_.resize((data_.size() + 15) / 16 * 16);
    constants_.insert(constants_.end(), {static_cast<int32_t>(storage), static_cast<int32_t>(values.size()),
                                         static_cast<int32_t>(data_.size())});
    const auto* bytes = reinterpret_cast<const uint8_t*>(values.data());
    data_.insert(data_.end(), bytes, bytes + values.size() * sizeof(T));
    return static_cast<int32_t>(constants_.size() / 3 - 1);
  }

  void State(int32_t state, int32_t next) { states_.insert(states_.end(), {state, next}); }

  void Op(OpKind kind, std::vector<int32_t> head, const std::vector<TestView>& views,
          std::vector<int32_t> tail = {}) {
    ops_.push_back(static_cast<int32_t>(kind));
    ops_.insert(ops_.end(), head.begin(), head.end());
    for (const TestView& view : views) Add(view);
    ops_.insert(ops_.end(), tail.begin(), tail.end());
    ++op_count_;
  }

  void Map(const std::vector<TestView>& inputs, const std::vector<MapStep>& steps,
           const std::vector<std::pair<int32_t, TestView>>& outputs) {
    const auto count = [](const auto& list) { return static_cast<int32_t>(list.size()); };
    ops_.insert(ops_.end(),
                {static_cast<int32_t>(OpKind::kMap), count(inputs), count(steps), count(outputs)});
    for (const TestView& view : inputs) Add(view);
    for (const MapStep& s : steps) ops_.insert(ops_.end(), {static_cast<int32_t>(s.code), s.a, s.b});
    for (const auto& [step, view] : outputs) {
      ops_.push_back(step);
      Add(view);
    }
    ++op_count_;
  }

  std::vector<int32_t> Words(int32_t input, int32_t logits) const {
    std::vector<int32_t> words = {static_cast<int32_t>(buffers_.size()),
                                  static_cast<int32_t>(constants_.size() / 3),
                                  op_count_,
                                  static_cast<int32_t>(states_.size() / 2),
                                  input,
                                  logits};
    for (const TestBuffer& b : buffers_) {
      // All live all the time: the reuse of places is the affair of real plans.
      words.insert(words.end(),
                   {b.width, static_cast<int32_t>(b.storage), static_cast<int32_t>(b.role), -1, op_count_});
    }
    for (const auto* part : {&constants_, &states_, &ops_})
      words.insert(words.end(), part->begin(), part->end());
    return words;
  }
  const std::vector<uint8_t>& data() const { return data_; }

 private:
  void Add(const TestView& view) {
    ops_.insert(ops_.end(),
                {view.constant ? 1 : 0, view.index, view.offset, static_cast<int32_t>(view.shape.size())});
    ops_.insert(ops_.end(), view.shape.begin(), view.shape.end());
    ops_.insert(ops_.end(), view.strides.begin(), view.strides.end());
  }

  std::vector<TestBuffer> buffers_;
  std::vector<int32_t> constants_;
  std::vector<int32_t> states_;
  std::vector<int32_t> ops_;
  std::vector<uint8_t> data_;
  int32_t op_count_ = 0;
};

struct TestPlan {
  std::vector<int32_t> words;
  std::vector<uint8_t> data;
};

// Half of all values at the ends.
inline int32_t Extreme(Random& random, int32_t most) {
  switch (random.Below(4)) {
    case 0:
      return most;
    case 1:
      return -most;
    default:
      return static_cast<int32_t>(random.Below(static_cast<uint32_t>(2 * most + 1))) - most;
  }
}

inline std::vector<int8_t> Bytes(Random& random, size_t count) {
  std::vector<int8_t> values(count);
  for (int8_t& value : values) value = static_cast<int8_t>(Extreme(random, 127));
  return values;
}

// Bias and shifts of a dense op; sometimes shifts that no common factor covers.
inline std::vector<int32_t> Tail(Random& random, int32_t columns) {
  std::vector<int32_t> tail(static_cast<size_t>(2 * columns));
  const uint32_t least = random.Below(9);
  const uint32_t spread = random.Below(4) == 0 ? 12 : 1 + random.Below(8);
  for (int32_t n = 0; n < columns; ++n) {
    tail[static_cast<size_t>(n)] = Extreme(random, 1 << 20);
    tail[static_cast<size_t>(columns + n)] = static_cast<int32_t>(least + random.Below(spread));
  }
  return tail;
}

inline constexpr MapCode kLoad = MapCode::kLoad, kConstant = MapCode::kConstant, kAdd = MapCode::kAdd,
                         kSub = MapCode::kSub, kMul = MapCode::kMul, kMin = MapCode::kMin,
                         kMax = MapCode::kMax, kShift = MapCode::kShift, kAbs = MapCode::kAbs,
                         kLookup = MapCode::kLookup;

// Every kind of op, in the shapes that students have and odd ones: rows of a table, two dense layers, a gated
// state within +-32767, products of views of the activations, reductions, look-ups, logits.
inline TestPlan RandomPlan(Random& random) {
  Writer w;
  const int32_t rows = 1 + static_cast<int32_t>(random.Below(random.Below(3) == 0 ? 33 : 4));
  const int32_t heads = 1 + static_cast<int32_t>(random.Below(3));
  const int32_t channels = 1 + static_cast<int32_t>(random.Below(20));
  const int32_t depth = heads * channels;
  const int32_t table_rows = 50;
  const int32_t input = w.Buffer(rows, Storage::kInt32, Role::kInput);
  const int32_t e = w.Buffer(rows * depth, Storage::kInt8);
  w.Op(OpKind::kGather,
       {w.Constant(Storage::kInt8, Bytes(random, static_cast<size_t>(table_rows * depth))), depth},
       {Whole(input, {rows}), Whole(e, {rows, depth})});

  const int32_t width = 1 + static_cast<int32_t>(random.Below(40));
  const auto dense = [&](TestView from, int32_t r, int32_t k, int32_t n, int32_t low, int32_t high,
                         TestView to) {
    const int32_t weights = w.Constant(Storage::kInt8, Bytes(random, static_cast<size_t>(k * n)));
    w.Op(OpKind::kDense, {r, k, n, weights, low, high}, {from, to}, Tail(random, n));
  };
  const int32_t gate = w.Buffer(rows * width, Storage::kInt16);
  dense(Whole(e, {rows, depth}), rows, depth, width, 0, 256, Whole(gate, {rows, width}));
  const int32_t candidate = w.Buffer(rows * width, Storage::kInt8);
  dense(Whole(e, {rows, depth}), rows, depth, width, -127, 127, Whole(candidate, {rows, width}));
  const int32_t raw = w.Buffer(rows * width, Storage::kInt32);
  dense(Whole(e, {rows, depth}), rows, depth, width, INT32_MIN, INT32_MAX, Whole(raw, {rows, width}));

  // h <- clip(h + (gate * (256 * candidate - h) + 128 >> 8)); h8 <- clip(h + 128 >> 8), into a part of a
  // wider buffer.
  const int32_t state = w.Buffer(rows * width, Storage::kInt16, Role::kState);
  const int32_t next = w.Buffer(rows * width, Storage::kInt16, Role::kNext);
  const int32_t wide = w.Buffer(rows * (width + depth) + 3, Storage::kInt8);
  const TestView h8 = {false, wide, 3, {rows, width}, {width + depth, 1}};
  const TestView copy = {false, wide, 3 + width, {rows, depth}, {width + depth, 1}};
  const std::vector<int32_t> shape = {rows, width};
  w.State(state, next);
  w.Map({Whole(gate, shape), Whole(candidate, shape), Whole(state, shape)},
        {{kLoad, 0, 0},          {kLoad, 1, 0},     {kLoad, 2, 0},         {kConstant, 256, 0},
         {kMul, 1, 3},           {kSub, 4, 2},      {kMul, 0, 5},          {kConstant, 128, 0},
         {kAdd, 6, 7},           {kConstant, 8, 0}, {kShift, 8, 9},        {kAdd, 2, 10},
         {kConstant, -32767, 0}, {kMax, 11, 12},    {kConstant, 32767, 0}, {kMin, 13, 14},
         {kAdd, 15, 7},          {kShift, 16, 9},   {kConstant, 127, 0},   {kMin, 17, 18},
         {kConstant, -127, 0},   {kMax, 19, 20}},
        {{15, Whole(next, shape)}, {21, h8}});
  w.Map({Whole(e, {rows, depth})}, {{kLoad, 0, 0}}, {{0, copy}});

  // Scores of all rows with all rows, head by head, both sides views of the embeddings.
  const int32_t scores = w.Buffer(heads * rows * rows, Storage::kInt32);
  w.Op(OpKind::kMatMul, {},
       {{false, e, 0, {heads, rows, channels}, {channels, depth, 1}},
        {false, e, 0, {heads, channels, rows}, {channels, 1, depth}},
        Whole(scores, {heads, rows, rows})});
  const int32_t largest = w.Buffer(heads * rows, Storage::kInt32);
  w.Op(OpKind::kReduce, {0, 4}, {Whole(scores, {heads, rows, rows}), Whole(largest, {heads, rows, 1})});
  // Distances from the largest, by channel-wise shifts, through a table.
  std::vector<int16_t> table(129);
  for (int16_t& value : table) value = static_cast<int16_t>(Extreme(random, 127));
  const int32_t lookup = w.Constant(Storage::kInt16, table);
  std::vector<int8_t> shifts(static_cast<size_t>(rows));
  for (int8_t& shift : shifts) shift = static_cast<int8_t>(4 + random.Below(8));
  const int32_t by_row = w.Constant(Storage::kInt8, shifts);
  const int32_t shares = w.Buffer(heads * rows * rows, Storage::kInt8);
  w.Map({{false, largest, 0, {heads, rows, rows}, {rows, 1, 0}},
         Whole(scores, {heads, rows, rows}),
         {true, by_row, 0, {heads, rows, rows}, {0, 0, 1}}},
        {{kLoad, 0, 0},
         {kLoad, 1, 0},
         {kSub, 0, 1},
         {kLoad, 2, 0},
         {kShift, 2, 3},
         {kConstant, 128, 0},
         {kMin, 4, 5},
         {kLookup, 6, lookup}},
        {{7, Whole(shares, {heads, rows, rows})}});
  const int32_t mixed = w.Buffer(heads * rows * channels, Storage::kInt32);
  w.Op(OpKind::kMatMul, {},
       {Whole(shares, {heads, rows, rows}),
        {false, e, 0, {heads, rows, channels}, {channels, depth, 1}},
        Whole(mixed, {heads, rows, channels})});
  // Sums over the rows of magnitudes, an axis that is not the last.
  const int32_t sums = w.Buffer(heads * channels, Storage::kInt32);
  w.Op(OpKind::kReduce, {1, 2}, {Whole(mixed, {heads, rows, channels}), Whole(sums, {heads, 1, channels})});
  const int32_t last = w.Buffer(depth + width, Storage::kInt8);
  const auto squash = [&](TestView from, TestView to) {
    w.Map({from},
          {{kLoad, 0, 0}, {kAbs, 0, 0}, {kConstant, 6, 0}, {kShift, 1, 2}, {kConstant, 127, 0}, {kMin, 3, 4}},
          {{5, to}});
  };
  squash(Whole(sums, {depth}), {false, last, 0, {depth}, {1}});
  squash({false, raw, (rows - 1) * width, {width}, {1}}, {false, last, depth, {width}, {1}});

  const int32_t hidden = w.Buffer(rows * 24, Storage::kInt8);
  // Rows of the wider buffer are apart by its row length, so it goes through a contiguous copy.
  const int32_t joined = w.Buffer(rows * (width + depth), Storage::kInt8);
  w.Map({{false, wide, 3, {rows, width + depth}, {width + depth, 1}}}, {{kLoad, 0, 0}},
        {{0, Whole(joined, {rows, width + depth})}});
  dense(Whole(joined, {rows, width + depth}), rows, width + depth, 24, 0, 127, Whole(hidden, {rows, 24}));
  const int32_t logits = w.Buffer(256, Storage::kInt16, Role::kLogits);
  const int32_t all = w.Buffer(depth + width + rows * 24, Storage::kInt8);
  w.Map({Whole(last, {depth + width})}, {{kLoad, 0, 0}}, {{0, {false, all, 0, {depth + width}, {1}}}});
  w.Map({Whole(hidden, {rows * 24})}, {{kLoad, 0, 0}}, {{0, {false, all, depth + width, {rows * 24}, {1}}}});
  const int32_t total = depth + width + rows * 24;
  dense(Whole(all, {1, total}), 1, total, 256, -32767, 32767, Whole(logits, {1, 256}));
  return {w.Words(input, logits), w.data()};
}

}  // namespace understudy::testing

#endif  // UNDERSTUDY_CODER_NETWORK_PLAN_TESTING_H_
