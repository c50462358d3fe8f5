#include "lane_coder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "lane_lengths.h"

namespace understudy {
bool LaneCoder::SetFront(std::span<const NgramTable> tables) {
  if (tables.size() > kMaxTables) return false;
  uint32_t inputs = 0;
  for (const NgramTable& table : tables) {
    if (!std::has_single_bit(table.rows) || table.order > kHistoryBytes) return false;
    if (table.rows_per_context < 1 || table.rows_per_context > kMaxInputs) return false;
    const uint64_t last = uint64_t{table.first_row} + uint64_t{table.rows} * table.rows_per_context;
    if (last > INT32_MAX) return false;
    inputs += table.rows_per_context;
  }
  if (inputs > kMaxInputs) return false;
  std::copy(tables.begin(), tables.end(), tables_);
  table_count_ = static_cast<uint32_t>(tables.size());
  inputs_per_lane_ = tables.empty() ? kHistoryBytes : inputs;
  block_room_ = lane_room_ = 0;  // inputs have another size now
  return true;
}

bool LaneCoder::SetMethod(Method method, const StepParameters& parameters) {
  if (method != method_) {
    std::unique_ptr<StepCoder> coder(NewStepCoder(method));
    if (coder == nullptr && method != Method::kStudent) return false;
    step_coder_ = std::move(coder);
    method_ = method;
  }
  parameters_ = parameters;
  return true;
}

uint32_t LaneCoder::PayloadRoom(uint32_t bytes, uint32_t lanes) {
  return MaxLaneLengthBytes(lanes) + 2 * bytes + 8 * lanes;
}

bool LaneCoder::Reserve(uint32_t block_bytes, uint32_t lanes) {
  if (block_bytes > kMaxBlockBytes || lanes > kMaxLanes) return false;
  if (block_bytes > block_room_ || lanes > lane_room_) {
    block_room_ = lane_room_ = 0;
    if (!Allocate(block_, block_bytes) || !Allocate(payload_, PayloadRoom(block_bytes, lanes)) ||
        !Allocate(streams_, size_t{2} * block_bytes + size_t{8} * lanes) ||
        !Allocate(inputs_, size_t{lanes} * inputs_per_lane_) ||
        !Allocate(logits_, size_t{lanes} * kSymbols) || !Allocate(frequencies_, size_t{lanes} * kSymbols) ||
        !Allocate(encoders_, lanes) || !Allocate(decoders_, lanes) || !Allocate(lengths_, lanes) ||
        !Allocate(lane_starts_, lanes)) {
      return false;
    }
    block_room_ = block_bytes;
    lane_room_ = lanes;
  }
  if (step_coder_ != nullptr && !step_coder_->Reserve(lanes, block_bytes, parameters_)) return false;
  return !network_.loaded() || network_.Reserve(lanes);
}

bool LaneCoder::Start(uint32_t bytes, uint32_t lanes) {
  if (bytes > block_room_ || lanes > lane_room_ || lanes < 1 || bytes < lanes) return false;
  lanes_ = lanes;
  lane_bytes_ = bytes / lanes;
  longer_ = bytes % lanes;
  steps_ = lane_bytes_ + (longer_ > 0 ? 1 : 0);
  step_ = 0;
  for (uint32_t lane = 0; lane < lanes; ++lane) lane_starts_[lane] = LaneStart(lane);
  if (step_coder_ != nullptr) step_coder_->Start(lanes, bytes, parameters_);
  network_.Reset();
  return true;
}

bool LaneCoder::StartEncode(uint32_t bytes, uint32_t lanes) {
  if (!Start(bytes, lanes)) return false;
  encoding_ = true;
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    const uint32_t room = RangeEncoder::MaxBytes(LaneStart(lane + 1) - LaneStart(lane));
    encoders_[lane].Start(streams_.get() + size_t{2} * LaneStart(lane) + size_t{8} * lane, room);
  }
  return true;
}

bool LaneCoder::StartDecode(uint32_t bytes, uint32_t lanes, uint32_t payload_bytes) {
  if (!Start(bytes, lanes) || payload_bytes > PayloadRoom(bytes, lanes)) return false;
  encoding_ = false;
  const int64_t head = ReadLaneLengths({payload_.get(), payload_bytes}, {lengths_.get(), lanes});
  if (head < 0) return false;
  const uint8_t* stream = payload_.get() + head;
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    decoders_[lane].Start(stream, lengths_[lane]);
    stream += lengths_[lane];
  }
  return true;
}

void LaneCoder::WriteInputs() { WriteInputs(0, lanes_); }

// Inputs of lanes first .. first + count - 1, to the start of inputs().
void LaneCoder::WriteInputs(uint32_t first, uint32_t count) {
  int32_t* out = inputs_.get();
  const std::span<const NgramTable> tables(tables_, table_count_);
  // Early in a lane its past is shorter than a history: zeros stand before the first byte.
  uint8_t padded[2 * kHistoryBytes] = {};
  for (uint32_t lane = first; lane < first + count; ++lane) {
    // Lanes that are through keep their last place: their inputs stay valid, their logits are not looked at.
    const uint32_t done = lane < ActiveLanes() ? step_ : lane_bytes_;
    const uint8_t* end = block_.get() + LaneStart(lane) + done;
    if (done < kHistoryBytes) {
      std::memset(padded, 0, kHistoryBytes);
      std::memcpy(padded + kHistoryBytes - done, end - done, done);
      end = padded + kHistoryBytes;
    }
    if (table_count_ > 0) {
      NgramRows(tables, end, out);
    } else {
      Window(end, out);
    }
    out += inputs_per_lane_;
  }
}

// What the logits of some lanes are good for: a byte coded at once, or frequencies for the step coder.
template <typename T>
void LaneCoder::CodeLanes(const T* logits, uint32_t first, uint32_t count) {
  for (uint32_t lane = first; lane < first + count; ++lane, logits += kSymbols) {
    if (step_coder_ != nullptr) {
      Frequencies(logits, frequencies_.get() + size_t{lane} * kSymbols);
      continue;
    }
    uint8_t& byte = block_[lane_starts_[lane] + step_];
    uint32_t frequencies[kSymbols];
    Frequencies(logits, frequencies);
    if (encoding_) {
      encoders_[lane].Encode(Cumulative(frequencies, byte), frequencies[byte]);
    } else {
      byte = static_cast<uint8_t>(decoders_[lane].Decode(frequencies));
    }
  }
}

void LaneCoder::FinishStep(bool with_frequencies) {
  if (step_coder_ != nullptr) {
    const StepView view = {with_frequencies ? frequencies_.get() : nullptr, block_.get(), lane_starts_.get(),
                           ActiveLanes(), step_};
    if (encoding_) {
      step_coder_->EncodeStep(view, encoders_.get());
    } else {
      step_coder_->DecodeStep(view, decoders_.get());
    }
  }
  ++step_;
}

void LaneCoder::EncodeStep() {
  encoding_ = true;
  CodeLanes(logits_.get(), 0, ActiveLanes());
  FinishStep(true);
}

void LaneCoder::DecodeStep() {
  encoding_ = false;
  CodeLanes(logits_.get(), 0, ActiveLanes());
  FinishStep(true);
}

uint32_t LaneCoder::RunSteps(uint32_t count) {
  const bool student = NeedsStudent();
  if (student && !HasNetwork()) return 0;
  const uint32_t steps = std::min(count, steps_left());
  for (uint32_t i = 0; i < steps; ++i) {
    const uint32_t active = ActiveLanes();
    for (uint32_t first = 0; student && first < active; first += network_.group()) {
      const uint32_t lanes = std::min(network_.group(), active - first);
      WriteInputs(first, lanes);
      CodeLanes(network_.Run(inputs_.get(), first, lanes), first, lanes);
    }
    if (student) network_.Advance();
    FinishStep(student);
  }
  return steps;
}

bool LaneCoder::RunNetwork(uint32_t lanes) {
  if (!HasNetwork() || lanes > lane_room_) return false;
  for (uint32_t first = 0; first < lanes; first += network_.group()) {
    const uint32_t count = std::min(network_.group(), lanes - first);
    const int16_t* logits = network_.Run(inputs_.get() + size_t{first} * inputs_per_lane_, first, count);
    std::copy_n(logits, size_t{count} * kSymbols, logits_.get() + size_t{first} * kSymbols);
  }
  network_.Advance();
  return true;
}

uint32_t LaneCoder::StreamBytes() const {
  uint32_t bytes = 0;
  for (uint32_t lane = 0; lane < lanes_; ++lane) {
    if (encoders_[lane].overflowed()) return UINT32_MAX;
    bytes += encoders_[lane].bytes();
  }
  return bytes;
}

uint32_t LaneCoder::FinishEncode() {
  for (uint32_t lane = 0; lane < lanes_; ++lane) {
    lengths_[lane] = encoders_[lane].Finish();
    if (encoders_[lane].overflowed()) return UINT32_MAX;
  }
  uint32_t bytes = WriteLaneLengths({lengths_.get(), lanes_}, payload_.get());
  for (uint32_t lane = 0; lane < lanes_; ++lane) {
    std::memcpy(payload_.get() + bytes, streams_.get() + size_t{2} * LaneStart(lane) + size_t{8} * lane,
                lengths_[lane]);
    bytes += lengths_[lane];
  }
  return bytes;
}

}  // namespace understudy
