#include "lane_coder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "lane_lengths.h"

namespace understudy {
namespace {

template <typename T>
bool Allocate(Array<T>& target, size_t count) {
  target.reset();  // first: old and new together would double the peak
  target.reset(static_cast<T*>(std::calloc(count > 0 ? count : 1, sizeof(T))));
  return target != nullptr;
}

}  // namespace

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

uint32_t LaneCoder::PayloadRoom(uint32_t bytes, uint32_t lanes) {
  return MaxLaneLengthBytes(lanes) + 2 * bytes + 8 * lanes;
}

bool LaneCoder::Reserve(uint32_t block_bytes, uint32_t lanes) {
  if (block_bytes > kMaxBlockBytes || lanes > kMaxLanes) return false;
  if (block_bytes <= block_room_ && lanes <= lane_room_) return true;
  block_room_ = lane_room_ = 0;
  if (!Allocate(block_, block_bytes) || !Allocate(payload_, PayloadRoom(block_bytes, lanes)) ||
      !Allocate(streams_, size_t{2} * block_bytes + size_t{8} * lanes) ||
      !Allocate(inputs_, size_t{lanes} * inputs_per_lane_) || !Allocate(logits_, size_t{lanes} * kSymbols) ||
      !Allocate(encoders_, lanes) || !Allocate(decoders_, lanes) || !Allocate(lengths_, lanes)) {
    return false;
  }
  block_room_ = block_bytes;
  lane_room_ = lanes;
  return true;
}

bool LaneCoder::Start(uint32_t bytes, uint32_t lanes) {
  if (bytes > block_room_ || lanes > lane_room_ || lanes < 1 || bytes < lanes) return false;
  lanes_ = lanes;
  lane_bytes_ = bytes / lanes;
  longer_ = bytes % lanes;
  steps_ = lane_bytes_ + (longer_ > 0 ? 1 : 0);
  step_ = 0;
  return true;
}

bool LaneCoder::StartEncode(uint32_t bytes, uint32_t lanes) {
  if (!Start(bytes, lanes)) return false;
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    encoders_[lane].Start(streams_.get() + size_t{2} * LaneStart(lane) + size_t{8} * lane);
  }
  return true;
}

bool LaneCoder::StartDecode(uint32_t bytes, uint32_t lanes, uint32_t payload_bytes) {
  if (!Start(bytes, lanes) || payload_bytes > PayloadRoom(bytes, lanes)) return false;
  const int64_t head = ReadLaneLengths({payload_.get(), payload_bytes}, {lengths_.get(), lanes});
  if (head < 0) return false;
  const uint8_t* stream = payload_.get() + head;
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    decoders_[lane].Start(stream, lengths_[lane]);
    stream += lengths_[lane];
  }
  return true;
}

void LaneCoder::WriteInputs() {
  int32_t* out = inputs_.get();
  const std::span<const NgramTable> tables(tables_, table_count_);
  // Early in a lane its past is shorter than a history: zeros stand before the first byte.
  uint8_t padded[2 * kHistoryBytes] = {};
  for (uint32_t lane = 0; lane < lanes_; ++lane) {
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

void LaneCoder::EncodeStep() {
  uint32_t frequencies[kSymbols];
  for (uint32_t lane = 0; lane < ActiveLanes(); ++lane) {
    Frequencies(logits_.get() + size_t{lane} * kSymbols, frequencies);
    const uint8_t symbol = block_[LaneStart(lane) + step_];
    uint32_t cumulative = 0;
    for (uint32_t i = 0; i < symbol; ++i) cumulative += frequencies[i];
    encoders_[lane].Encode(cumulative, frequencies[symbol]);
  }
  ++step_;
}

void LaneCoder::DecodeStep() {
  uint32_t frequencies[kSymbols];
  for (uint32_t lane = 0; lane < ActiveLanes(); ++lane) {
    Frequencies(logits_.get() + size_t{lane} * kSymbols, frequencies);
    block_[LaneStart(lane) + step_] = static_cast<uint8_t>(decoders_[lane].Decode(frequencies));
  }
  ++step_;
}

uint32_t LaneCoder::StreamBytes() const {
  uint32_t bytes = 0;
  for (uint32_t lane = 0; lane < lanes_; ++lane) bytes += encoders_[lane].bytes();
  return bytes;
}

uint32_t LaneCoder::FinishEncode() {
  for (uint32_t lane = 0; lane < lanes_; ++lane) lengths_[lane] = encoders_[lane].Finish();
  uint32_t bytes = WriteLaneLengths({lengths_.get(), lanes_}, payload_.get());
  for (uint32_t lane = 0; lane < lanes_; ++lane) {
    std::memcpy(payload_.get() + bytes, streams_.get() + size_t{2} * LaneStart(lane) + size_t{8} * lane,
                lengths_[lane]);
    bytes += lengths_[lane];
  }
  return bytes;
}

}  // namespace understudy
