// For tests only: runs a plan for one lane, one element at a time, in 64-bit integers: what the network is
// compared with.
#ifndef UNDERSTUDY_CODER_NETWORK_PLAN_REFERENCE_H_
#define UNDERSTUDY_CODER_NETWORK_PLAN_REFERENCE_H_

#include <algorithm>
#include <vector>

#include "network/plan_testing.h"

namespace understudy::testing {

class Reference {
 public:
  explicit Reference(const TestPlan& test) {
    CHECK(ReadPlan(test.words, test.data, plan_));
    for (uint32_t i = 0; i < plan_.buffer_count; ++i) values_.emplace_back(plan_.buffers[i].width, 0);
  }

  std::vector<int64_t> Step(const std::vector<int32_t>& input) {
    values_[plan_.input].assign(input.begin(), input.end());
    for (uint32_t i = 0; i < plan_.op_count; ++i) Run(plan_.ops[i]);
    for (uint32_t i = 0; i < plan_.state_count; ++i)
      values_[plan_.states[i].state] = values_[plan_.states[i].next];
    return values_[plan_.logits];
  }

  const Plan& plan() const { return plan_; }
  const std::vector<int64_t>& State() const { return values_[plan_.states[0].state]; }

 private:
  using Index = std::vector<uint32_t>;

  template <typename Visit>
  static void ForEach(const View& view, Visit visit) {
    Index index(view.rank, 0);
    for (uint32_t i = 0; i < view.size(); ++i) {
      visit(index);
      for (uint32_t axis = view.rank; axis-- > 0;) {
        if (++index[axis] < view.shape[axis]) break;
        index[axis] = 0;
      }
    }
  }

  static size_t At(const View& view, const Index& index) {
    size_t at = view.offset;
    for (uint32_t axis = 0; axis < view.rank; ++axis) at += size_t{index[axis]} * view.strides[axis];
    return at;
  }

  int64_t Constant(uint32_t number, size_t at) const {
    const PlanConstant& c = plan_.constants[number];
    if (c.storage == Storage::kInt8) return static_cast<const int8_t*>(c.data)[at];
    if (c.storage == Storage::kInt16) return static_cast<const int16_t*>(c.data)[at];
    return static_cast<const int32_t*>(c.data)[at];
  }

  int64_t Load(const View& view, const Index& index) const {
    return view.constant ? Constant(view.index, At(view, index)) : values_[view.index][At(view, index)];
  }

  void Run(const PlanOp& op) {
    switch (op.kind) {
      case OpKind::kGather:
        for (uint32_t i = 0; i < op.input.size(); ++i) {
          for (uint32_t j = 0; j < op.columns; ++j) {
            values_[op.output.index][op.output.offset + i * op.columns + j] =
                Constant(op.constant,
                         static_cast<size_t>(values_[op.input.index][op.input.offset + i]) * op.columns + j);
          }
        }
        break;
      case OpKind::kDense:
        for (uint32_t r = 0; r < op.rows; ++r) {
          for (uint32_t n = 0; n < op.columns; ++n) {
            int64_t sum = op.bias[n];
            for (uint32_t k = 0; k < op.depth; ++k) {
              sum += values_[op.input.index][op.input.offset + r * op.depth + k] *
                     Constant(op.constant, k * op.columns + n);
            }
            values_[op.output.index][op.output.offset + r * op.columns + n] =
                std::clamp<int64_t>(sum >> op.shifts[n], op.low, op.high);
          }
        }
        break;
      case OpKind::kMatMul:
        ForEach(op.output, [&](const Index& index) {
          Index a = index;
          Index b = index;
          int64_t sum = 0;
          for (uint32_t k = 0; k < op.depth; ++k) {
            a[op.output.rank - 1] = k;
            b[op.output.rank - 2] = k;
            sum += Load(op.input, a) * Load(op.second, b);
          }
          values_[op.output.index][At(op.output, index)] = sum;
        });
        break;
      case OpKind::kReduce:
        ForEach(op.output, [&](const Index& index) {
          values_[op.output.index][At(op.output, index)] = op.sum ? 0 : INT64_MIN;
        });
        ForEach(op.input, [&](const Index& index) {
          Index to = index;
          for (uint32_t axis = 0; axis < op.input.rank; ++axis) {
            if ((op.axes >> axis & 1) != 0) to[axis] = 0;
          }
          int64_t& total = values_[op.output.index][At(op.output, to)];
          total = op.sum ? total + Load(op.input, index) : std::max(total, Load(op.input, index));
        });
        break;
      case OpKind::kMap:
        ForEach(op.outputs[0], [&](const Index& index) {
          std::vector<int64_t> steps;
          for (uint32_t i = 0; i < op.step_count; ++i)
            steps.push_back(Evaluate(op, op.steps[i], steps, index));
          for (uint32_t i = 0; i < op.output_count; ++i) {
            values_[op.outputs[i].index][At(op.outputs[i], index)] = steps[op.output_steps[i]];
          }
        });
        break;
    }
  }

  int64_t Evaluate(const PlanOp& op, const MapStep& step, const std::vector<int64_t>& steps,
                   const Index& index) const {
    if (step.code == kLoad) return Load(op.inputs[step.a], index);
    if (step.code == kConstant) return step.a;
    const int64_t a = steps[static_cast<size_t>(step.a)];
    if (step.code == kAbs) return a < 0 ? -a : a;
    if (step.code == kLookup) return Constant(static_cast<uint32_t>(step.b), static_cast<size_t>(a));
    const int64_t b = steps[static_cast<size_t>(step.b)];
    switch (step.code) {
      case kAdd:
        return a + b;
      case kSub:
        return a - b;
      case kMul:
        return a * b;
      case kMin:
        return std::min(a, b);
      case kMax:
        return std::max(a, b);
      default:
        return a >> b;
    }
  }

  Plan plan_;
  std::vector<std::vector<int64_t>> values_;
};

}  // namespace understudy::testing

#endif  // UNDERSTUDY_CODER_NETWORK_PLAN_REFERENCE_H_
