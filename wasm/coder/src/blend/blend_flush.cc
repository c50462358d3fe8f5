// The end of a step of the blend: what the lanes have taught moves the state.
#include "blend/blend.h"
#include "blend/stretch.h"

namespace understudy::blend {
namespace {

constexpr uint32_t kHistoryLimit = 255, kOrder0Limit = 255;

// A learning rate that falls from start + floor to floor as bytes go by; halfway after `half` bytes.
int32_t Decaying(uint64_t start, uint64_t floor, uint64_t half, uint64_t bytes) {
  return static_cast<int32_t>(floor + start * half / (half + bytes));
}

}  // namespace

void Blend::Flush(const StepView& view) {
  const auto coded = [&view](uint32_t lane) -> uint32_t {
    return view.block[view.lane_starts[lane] + view.step];
  };
  const auto path = [&coded](uint32_t lane, uint32_t half) {
    return SlotTable::Path(half ? coded(lane) & 15 : coded(lane) >> 4);
  };
  for (uint32_t i = 0; i < view.active; ++i) {
    for (uint32_t half = 0; half < 2; ++half) SlotTable::Settle(lanes_[i].halves[half], path(i, half));
    long_.Follow(i, view);
    short_.Follow(i, view);
  }
  long_.Expect(view.active);
  short_.Expect(view.active);
  for (uint32_t i = 0; i < view.active; ++i) {
    for (uint32_t half = 0; half < 2; ++half) SlotTable::Apply(lanes_[i].halves[half], path(i, half));
    long_.Look(i, view);
    short_.Look(i, view);
    lanes_[i].contexts.Push(view.block + view.lane_starts[i] + view.step, view.step, followers_.get());
  }
  for (uint32_t k = 0; k < touchedCount_; ++k) {
    AdaptiveProbability& history = histories_[touched_[k]];
    history.Move(hits_[touched_[k]], kHistoryLimit);
    stretched_[touched_[k]] = static_cast<int16_t>(Stretch(static_cast<uint32_t>(history.P16())));
  }
  touchedCount_ = 0;
  if (kind_ == Kind::kBinary) {
    for (uint32_t i = 0; i < 256; ++i) order0_[i].Move(order0Hits_[i], kOrder0Limit);
  }
  const int32_t rate = Decaying(1500, 120, 16384, coded_);
  for (auto& mixer : mixers_) mixer.Flush(rate);
  final_.Flush(Decaying(1000, 125, 8192, coded_));
  for (auto& apm : apms_) apm.Flush();
  long_.Flush(view);
  short_.Flush(view);
  coded_ += view.active;
}

}  // namespace understudy::blend
