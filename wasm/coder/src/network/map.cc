#include "network/map.h"

#include <algorithm>

#include "network/simd.h"

namespace understudy {
namespace {

using simd::V4;

template <typename T>
void LoadStrided(const T* from, uint32_t stride, uint32_t count, int32_t* to) {
  for (uint32_t i = 0; i < count; ++i) to[i] = from[size_t{i} * stride];
}

template <typename T>
void StoreStrided(T* to, uint32_t stride, uint32_t count, const int32_t* from) {
  for (uint32_t i = 0; i < count; ++i) to[size_t{i} * stride] = static_cast<T>(from[i]);
}

// Two vectors at a time: scratch has room behind `count`.
template <typename Function>
inline void Each(const int32_t* a, const int32_t* b, int32_t* to, uint32_t count, Function function) {
  for (uint32_t i = 0; i < count; i += 8) {
    const V4 left = function(simd::Load(a + i), simd::Load(b + i));
    const V4 right = function(simd::Load(a + i + 4), simd::Load(b + i + 4));
    simd::Store(to + i, left);
    simd::Store(to + i + 4, right);
  }
}

template <typename Function>
inline void Each(const int32_t* a, int32_t* to, uint32_t count, Function function) {
  for (uint32_t i = 0; i < count; i += 8) {
    const V4 left = function(simd::Load(a + i));
    const V4 right = function(simd::Load(a + i + 4));
    simd::Store(to + i, left);
    simd::Store(to + i + 4, right);
  }
}

template <typename T>
void LookUp(const PlanConstant& table, const int32_t* index, int32_t* to, uint32_t count) {
  const T* values = static_cast<const T*>(table.data);
  // The proof keeps indices within the table; the limit keeps reads within it whatever comes.
  for (uint32_t i = 0; i < count; ++i)
    to[i] = values[std::min(static_cast<uint32_t>(index[i]), table.count - 1)];
}

void Step(const PlanOp& op, uint32_t number, const PlanConstant* constants, int32_t* scratch,
          uint32_t count) {
  const MapStep& step = op.steps[number];
  const int32_t* a = scratch + size_t{kMapRun} * static_cast<uint32_t>(step.a);
  int32_t* to = scratch + size_t{kMapRun} * number;
  if (step.code == MapCode::kLookup) {
    const PlanConstant& table = constants[step.b];
    switch (table.storage) {
      case Storage::kInt8:
        return LookUp<int8_t>(table, a, to, count);
      case Storage::kInt16:
        return LookUp<int16_t>(table, a, to, count);
      case Storage::kInt32:
        return LookUp<int32_t>(table, a, to, count);
    }
  }
  const V4 value = simd::Splat(step.b);
  switch (step.code) {
    case MapCode::kAddValue:
      return Each(a, to, count, [value](V4 x) { return simd::Add(x, value); });
    case MapCode::kMulValue:
      return Each(a, to, count, [value](V4 x) { return simd::Mul(x, value); });
    case MapCode::kMinValue:
      return Each(a, to, count, [value](V4 x) { return simd::Min(x, value); });
    case MapCode::kMaxValue:
      return Each(a, to, count, [value](V4 x) { return simd::Max(x, value); });
    case MapCode::kShiftValue:
      return Each(a, to, count, [&step](V4 x) { return simd::ShiftRight(x, static_cast<uint32_t>(step.b)); });
    case MapCode::kRescale:
      return Each(a, to, count, [value, &step](V4 x) {
        return simd::ShiftRight(simd::Add(x, value), static_cast<uint32_t>(step.c));
      });
    case MapCode::kClip:
      return Each(a, to, count,
                  [value, high = simd::Splat(step.c)](V4 x) { return simd::Min(simd::Max(x, value), high); });
    case MapCode::kAbs:
      return Each(a, to, count, [](V4 x) { return simd::Max(x, simd::Sub(simd::Splat(0), x)); });
    default:
      break;
  }
  const int32_t* b = scratch + size_t{kMapRun} * static_cast<uint32_t>(step.b);
  switch (step.code) {
    case MapCode::kAdd:
      return Each(a, b, to, count, [](V4 x, V4 y) { return simd::Add(x, y); });
    case MapCode::kSub:
      return Each(a, b, to, count, [](V4 x, V4 y) { return simd::Sub(x, y); });
    case MapCode::kMul:
      return Each(a, b, to, count, [](V4 x, V4 y) { return simd::Mul(x, y); });
    case MapCode::kMin:
      return Each(a, b, to, count, [](V4 x, V4 y) { return simd::Min(x, y); });
    case MapCode::kMax:
      return Each(a, b, to, count, [](V4 x, V4 y) { return simd::Max(x, y); });
    case MapCode::kShift:
      for (uint32_t i = 0; i < count; ++i) to[i] = a[i] >> (b[i] & 31);
      return;
    default:
      return;
  }
}

// The form of a step whose second operand (for most: either) is a constant; the step itself where there is
// none.
MapStep WithValue(const MapStep& step, const MapStep* steps) {
  const auto with = [&step, steps](MapCode code, bool either) {
    const auto constant = [steps](int32_t at) { return steps[at].code == MapCode::kConstant; };
    if (constant(step.b)) return MapStep{code, step.a, steps[step.b].a, 0};
    return either && constant(step.a) ? MapStep{code, step.b, steps[step.a].a, 0} : step;
  };
  switch (step.code) {
    case MapCode::kAdd:
      return with(MapCode::kAddValue, true);
    case MapCode::kMul:
      return with(MapCode::kMulValue, true);
    case MapCode::kMin:
      return with(MapCode::kMinValue, true);
    case MapCode::kMax:
      return with(MapCode::kMaxValue, true);
    case MapCode::kShift: {
      MapStep shift = with(MapCode::kShiftValue, false);
      if (shift.code == MapCode::kShiftValue) shift.b &= 31;
      return shift;
    }
    default:
      return step;
  }
}

// A step joined with the one before it, which nobody else uses; the step itself where they do not fit.
MapStep Joined(const MapStep& before, const MapStep& step) {
  if (step.code == MapCode::kShiftValue && before.code == MapCode::kAddValue) {
    return {MapCode::kRescale, before.a, before.b, step.b};
  }
  if (step.code == MapCode::kMinValue && before.code == MapCode::kMaxValue) {
    return {MapCode::kClip, before.a, before.b, step.b};
  }
  if (step.code == MapCode::kMaxValue && before.code == MapCode::kMinValue && step.b <= before.b) {
    return {MapCode::kClip, before.a, step.b, before.b};
  }
  return step;
}

bool HasStepA(MapCode code) {
  return code != MapCode::kLoad && code != MapCode::kConstant && code != MapCode::kNothing;
}

bool HasStepB(MapCode code) { return code >= MapCode::kAdd && code <= MapCode::kShift; }

}  // namespace

void LoadRun(Place place, uint32_t at, uint32_t stride, uint32_t count, int32_t* to) {
  uint32_t i = 0;
  switch (place.storage) {
    case Storage::kInt8: {
      const int8_t* from = static_cast<const int8_t*>(place.data) + at;
      if (stride == 1) {
        for (; i + 4 <= count; i += 4) simd::Store(to + i, simd::LoadInt8(from + i));
      }
      return LoadStrided(from + size_t{i} * stride, stride, count - i, to + i);
    }
    case Storage::kInt16: {
      const int16_t* from = static_cast<const int16_t*>(place.data) + at;
      if (stride == 1) {
        for (; i + 4 <= count; i += 4) simd::Store(to + i, simd::LoadInt16(from + i));
      }
      return LoadStrided(from + size_t{i} * stride, stride, count - i, to + i);
    }
    case Storage::kInt32:
      return LoadStrided(static_cast<const int32_t*>(place.data) + at, stride, count, to);
  }
}

void StoreRun(Place place, uint32_t at, uint32_t stride, uint32_t count, const int32_t* from) {
  switch (place.storage) {
    case Storage::kInt8: {
      int8_t* to = static_cast<int8_t*>(place.data) + at;
      uint32_t i = 0;
      if (stride == 1) {
        for (; i + 8 <= count; i += 8)
          simd::StoreInt8(to + i, simd::Load(from + i), simd::Load(from + i + 4));
      }
      return StoreStrided(to + size_t{i} * stride, stride, count - i, from + i);
    }
    case Storage::kInt16: {
      int16_t* to = static_cast<int16_t*>(place.data) + at;
      uint32_t i = 0;
      if (stride == 1) {
        for (; i + 8 <= count; i += 8)
          simd::StoreInt16(to + i, simd::Load(from + i), simd::Load(from + i + 4));
      }
      return StoreStrided(to + size_t{i} * stride, stride, count - i, from + i);
    }
    case Storage::kInt32:
      return StoreStrided(static_cast<int32_t*>(place.data) + at, stride, count, from);
  }
}

void FuseSteps(MapStep* steps, uint32_t count, const uint32_t* output_steps, uint32_t output_count) {
  uint32_t uses[kMaxMapSteps] = {};
  for (uint32_t i = 0; i < output_count; ++i) ++uses[output_steps[i]];
  for (uint32_t i = 0; i < count; ++i) {
    if (HasStepA(steps[i].code)) ++uses[steps[i].a];
    if (HasStepB(steps[i].code)) ++uses[steps[i].b];
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (!HasStepB(steps[i].code)) continue;
    const MapStep step = WithValue(steps[i], steps);
    if (step.code == steps[i].code) continue;
    --uses[step.a == steps[i].a ? steps[i].b : steps[i].a];  // the constant
    steps[i] = step;
    if (uses[step.a] != 1) continue;
    const MapStep joined = Joined(steps[step.a], step);
    if (joined.code == step.code) continue;
    steps[step.a].code = MapCode::kNothing;
    steps[i] = joined;
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (steps[i].code == MapCode::kConstant && uses[i] == 0) steps[i].code = MapCode::kNothing;
  }
}

void RunMap(const PlanOp& op, const PlanConstant* constants, const Place* inputs, const Place* outputs,
            int32_t* scratch, bool prepared) {
  const View& shape = op.outputs[0];
  const uint32_t inner = shape.rank > 0 ? shape.shape[shape.rank - 1] : 1;
  const uint32_t outer = shape.size() / inner;
  for (uint32_t i = 0; i < op.step_count && !prepared; ++i) {
    if (op.steps[i].code == MapCode::kConstant)
      std::fill_n(scratch + size_t{kMapRun} * i, kMapRun, op.steps[i].a);
  }
  const auto stride = [](const View& view) { return view.rank > 0 ? view.strides[view.rank - 1] : 0; };
  uint32_t position[kMaxRank] = {};
  const auto start = [&position](const View& view) {
    uint32_t at = view.offset;
    for (uint32_t axis = 0; axis + 1 < view.rank; ++axis) at += position[axis] * view.strides[axis];
    return at;
  };
  for (uint32_t row = 0; row < outer; ++row) {
    for (uint32_t first = 0; first < inner; first += kMapRun) {
      const uint32_t count = std::min(kMapRun, inner - first);
      for (uint32_t i = 0; i < op.step_count; ++i) {
        if (op.steps[i].code == MapCode::kLoad) {
          const uint32_t input = static_cast<uint32_t>(op.steps[i].a);
          const View& view = op.inputs[input];
          LoadRun(inputs[input], start(view) + first * stride(view), stride(view), count,
                  scratch + size_t{kMapRun} * i);
        } else if (op.steps[i].code != MapCode::kConstant && op.steps[i].code != MapCode::kNothing) {
          Step(op, i, constants, scratch, count);
        }
      }
      for (uint32_t i = 0; i < op.output_count; ++i) {
        const View& view = op.outputs[i];
        StoreRun(outputs[i], start(view) + first * stride(view), stride(view), count,
                 scratch + size_t{kMapRun} * op.output_steps[i]);
      }
    }
    for (uint32_t axis = shape.rank; axis-- > 1;) {
      if (++position[axis - 1] < shape.shape[axis - 1]) break;
      position[axis - 1] = 0;
    }
  }
}

}  // namespace understudy
