#include <algorithm>

#include "network/plan.h"

namespace understudy {
namespace {

// Takes words one by one; once something was wrong, everything is 0 and ok() false.
class Reader {
 public:
  Reader(std::span<const int32_t> words, std::span<const uint8_t> data, Plan& plan)
      : words_(words), data_(data), plan_(plan) {}

  bool ok() const { return ok_ && at_ == words_.size(); }

  void Read() {
    plan_.buffer_count = Below(kMaxBuffers + 1);
    plan_.constant_count = Below(kMaxBuffers + 1);
    plan_.op_count = Below(kMaxOps + 1);
    plan_.state_count = Below(kMaxStates + 1);
    Require(Allocate(plan_.buffers, plan_.buffer_count) && Allocate(plan_.constants, plan_.constant_count) &&
            Allocate(plan_.ops, plan_.op_count) && Allocate(plan_.views, words_.size() / 4) &&
            Allocate(plan_.steps, words_.size() / 3) && Allocate(plan_.output_steps, words_.size()));
    if (!ok_) return;
    plan_.input = Below(plan_.buffer_count);
    plan_.logits = Below(plan_.buffer_count);
    for (uint32_t i = 0; i < plan_.buffer_count && ok_; ++i) ReadBuffer(plan_.buffers[i]);
    for (uint32_t i = 0; i < plan_.constant_count && ok_; ++i) ReadConstant(plan_.constants[i]);
    for (uint32_t i = 0; i < plan_.state_count && ok_; ++i) ReadState(plan_.states[i]);
    for (uint32_t i = 0; i < plan_.op_count && ok_; ++i) ReadOp(plan_.ops[i]);
    if (!ok_) return;
    const PlanBuffer& logits = plan_.buffers[plan_.logits];
    Require(logits.role == Role::kLogits && logits.width == 256 && logits.storage == Storage::kInt16);
    const PlanBuffer& input = plan_.buffers[plan_.input];
    Require(input.role == Role::kInput && input.storage == Storage::kInt32);
  }

 private:
  void Require(bool condition) { ok_ = ok_ && condition; }

  int32_t Word() {
    Require(at_ < words_.size());
    return ok_ ? words_[at_++] : 0;
  }

  // A word within 0 .. limit-1.
  uint32_t Below(uint32_t limit) {
    const uint32_t word = static_cast<uint32_t>(Word());
    Require(word < limit);
    return ok_ ? word : 0;
  }

  void ReadBuffer(PlanBuffer& buffer) {
    buffer.width = Below(kMaxWidth + 1);
    buffer.storage = static_cast<Storage>(Below(3));
    buffer.role = static_cast<Role>(Below(5));
    buffer.born = Word();
    buffer.dies = Word();
    Require(buffer.width >= 1);
  }

  void ReadConstant(PlanConstant& constant) {
    constant.storage = static_cast<Storage>(Below(3));
    constant.count = static_cast<uint32_t>(Word());
    const uint32_t at = static_cast<uint32_t>(Word());
    Require(at % 16 == 0 && constant.count >= 1 &&
            uint64_t{at} + uint64_t{constant.count} * StorageBytes(constant.storage) <= data_.size());
    constant.data = ok_ ? data_.data() + at : nullptr;
  }

  void ReadState(PlanState& state) {
    state.state = Below(plan_.buffer_count);
    state.next = Below(plan_.buffer_count);
    if (!ok_) return;
    const PlanBuffer& from = plan_.buffers[state.state];
    const PlanBuffer& to = plan_.buffers[state.next];
    Require(from.role == Role::kState && to.role == Role::kNext && from.width == to.width &&
            from.storage == to.storage);
  }

  void ReadView(View& view, bool writable) {
    view.constant = Below(2) != 0;
    Require(!(writable && view.constant));
    view.index = Below(view.constant ? plan_.constant_count : plan_.buffer_count);
    view.offset = Below(INT32_MAX);
    view.rank = Below(kMaxRank + 1);
    uint64_t last = view.offset;
    uint64_t size = 1;
    for (uint32_t axis = 0; axis < view.rank; ++axis) {
      view.shape[axis] = Below(kMaxWidth + 1);
      Require(view.shape[axis] >= 1);
      size *= view.shape[axis];
      Require(size <= kMaxWidth);
    }
    for (uint32_t axis = 0; axis < view.rank; ++axis) {
      view.strides[axis] = Below(kMaxWidth + 1);
      if (ok_) last += uint64_t{view.shape[axis] - 1} * view.strides[axis];
    }
    if (!ok_) return;
    Require(last < (view.constant ? plan_.constants[view.index].count : plan_.buffers[view.index].width));
    if (writable) {
      const Role role = plan_.buffers[view.index].role;
      Require(role != Role::kInput && role != Role::kState);
    }
  }

  Storage StorageOf(const View& view) const {
    return view.constant ? plan_.constants[view.index].storage : plan_.buffers[view.index].storage;
  }

  static bool Contiguous(const View& view) {
    uint32_t expected = 1;
    for (uint32_t axis = view.rank; axis-- > 0;) {
      if (view.shape[axis] != 1 && view.strides[axis] != expected) return false;
      expected *= view.shape[axis];
    }
    return true;
  }

  static bool SameShape(const View& a, const View& b) {
    return a.rank == b.rank && std::equal(a.shape, a.shape + a.rank, b.shape);
  }

  void ReadOp(PlanOp& op) {
    op.kind = static_cast<OpKind>(Below(5));
    switch (op.kind) {
      case OpKind::kGather:
        op.constant = Below(plan_.constant_count);
        op.columns = Below(kMaxWidth + 1);
        ReadView(op.input, false);
        ReadView(op.output, true);
        Require(op.columns >= 1 && Contiguous(op.input) && Contiguous(op.output));
        if (!ok_) return;
        Require(StorageOf(op.output) == plan_.constants[op.constant].storage && !op.input.constant);
        Require(plan_.constants[op.constant].count >= op.columns);
        return Require(uint64_t{op.input.size()} * op.columns == op.output.size());
      case OpKind::kDense:
        return ReadDense(op);
      case OpKind::kMatMul:
        return ReadMatMul(op);
      case OpKind::kReduce:
        op.sum = Below(2) != 0;
        op.axes = Below(1u << kMaxRank);
        ReadView(op.input, false);
        ReadView(op.output, true);
        Require(op.input.rank == op.output.rank && Contiguous(op.output));
        for (uint32_t axis = 0; axis < op.input.rank && ok_; ++axis) {
          Require(op.output.shape[axis] == ((op.axes >> axis & 1) != 0 ? 1 : op.input.shape[axis]));
        }
        return;
      case OpKind::kMap:
        return ReadMap(op);
    }
  }

  void ReadDense(PlanOp& op) {
    op.rows = Below(kMaxWidth + 1);
    op.depth = Below(kMaxWidth + 1);
    op.columns = Below(kMaxWidth + 1);
    op.constant = Below(plan_.constant_count);
    op.low = Word();
    op.high = Word();
    ReadView(op.input, false);
    ReadView(op.output, true);
    Require(Contiguous(op.input) && Contiguous(op.output) && op.low <= op.high);
    Require(op.rows >= 1 && op.depth >= 1 && op.columns >= 1 &&
            words_.size() - at_ >= uint64_t{2} * op.columns);
    if (!ok_) return;
    Require(StorageOf(op.input) == Storage::kInt8 && plan_.constants[op.constant].storage == Storage::kInt8);
    Require(uint64_t{op.depth} * op.columns <= plan_.constants[op.constant].count);
    Require(uint64_t{op.rows} * op.depth == op.input.size() &&
            uint64_t{op.rows} * op.columns == op.output.size());
    op.bias = words_.data() + at_;
    op.shifts = op.bias + op.columns;
    at_ += size_t{2} * op.columns;
    for (uint32_t n = 0; n < op.columns; ++n) Require(op.shifts[n] >= 0 && op.shifts[n] < 24);
  }

  void ReadMatMul(PlanOp& op) {
    ReadView(op.input, false);
    ReadView(op.second, false);
    ReadView(op.output, true);
    const uint32_t rank = op.output.rank;
    Require(rank >= 2 && op.input.rank == rank && op.second.rank == rank && Contiguous(op.output));
    if (!ok_) return;
    for (uint32_t axis = 0; axis + 2 < rank; ++axis) {
      Require(op.input.shape[axis] == op.output.shape[axis] &&
              op.second.shape[axis] == op.output.shape[axis]);
    }
    op.rows = op.output.shape[rank - 2];
    op.columns = op.output.shape[rank - 1];
    op.depth = op.input.shape[rank - 1];
    Require(op.input.shape[rank - 2] == op.rows && op.second.shape[rank - 2] == op.depth &&
            op.second.shape[rank - 1] == op.columns);
    Require(StorageOf(op.input) == Storage::kInt8 && StorageOf(op.second) == Storage::kInt8);
  }

  void ReadMap(PlanOp& op) {
    op.input_count = Below(kMaxMapInputs + 1);
    op.step_count = Below(kMaxMapSteps + 1);
    op.output_count = Below(kMaxMapOutputs + 1);
    Require(op.output_count >= 1);
    // Words bound what is taken: 4 at least for a view, 3 for a step, more than one for an output.
    View* inputs = plan_.views.get() + views_;
    for (uint32_t i = 0; i < op.input_count && ok_; ++i) {
      View view;
      ReadView(view, false);
      if (ok_) plan_.views[views_++] = view;
    }
    op.steps = plan_.steps.get() + steps_;
    for (uint32_t i = 0; i < op.step_count && ok_; ++i) {
      const MapStep step = ReadStep(op, i);
      if (ok_) plan_.steps[steps_++] = step;
    }
    View* outputs = plan_.views.get() + views_;
    op.output_steps = plan_.output_steps.get() + output_steps_;
    for (uint32_t i = 0; i < op.output_count && ok_; ++i) {
      View view;
      const uint32_t step = Below(op.step_count);
      ReadView(view, true);
      if (!ok_) return;
      plan_.views[views_++] = view;
      plan_.output_steps[output_steps_++] = step;
    }
    op.inputs = inputs;
    op.outputs = outputs;
    if (!ok_) return;
    for (uint32_t i = 0; i < op.input_count; ++i) Require(SameShape(op.inputs[i], op.outputs[0]));
    for (uint32_t i = 1; i < op.output_count; ++i) Require(SameShape(op.outputs[i], op.outputs[0]));
  }

  MapStep ReadStep(const PlanOp& op, uint32_t number) {
    MapStep step = {};
    step.code = static_cast<MapCode>(Below(10));
    if (step.code == MapCode::kConstant) {
      step.a = Word();
      step.b = Word();
      return step;
    }
    step.a = static_cast<int32_t>(Below(step.code == MapCode::kLoad ? op.input_count : number));
    const uint32_t others = step.code == MapCode::kLookup ? plan_.constant_count : std::max(number, 1u);
    step.b = static_cast<int32_t>(Below(others));
    return step;
  }

  std::span<const int32_t> words_;
  std::span<const uint8_t> data_;
  Plan& plan_;
  size_t at_ = 0;
  size_t views_ = 0;
  size_t steps_ = 0;
  size_t output_steps_ = 0;
  bool ok_ = true;
};

}  // namespace

bool ReadPlan(std::span<const int32_t> words, std::span<const uint8_t> data, Plan& plan) {
  Reader reader(words, data, plan);
  reader.Read();
  return reader.ok();
}

}  // namespace understudy
