#include "trace.h"

#include <bit>
#include <cstring>
#include <utility>

#include "crc32.h"

namespace teacher {
namespace {

static_assert(std::endian::native == std::endian::little, "columns are copied as they lie in memory");

constexpr uint8_t kMagic[8] = {0x89, 0x55, 0x54, 0x52, 0x0D, 0x0A, 0x1A, 0x0A};

// A frame is about half a megabyte: small enough to stream from a worker, large enough to make its head
// vanish.
uint32_t RowsPerFrame(Profile profile) {
  return profile == Profile::kFull ? 48 : profile == Profile::kCompact ? 128 : 512;
}

template <typename T>
void Append(Bytes& out, const T* values, std::size_t count) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(values);
  out.insert(out.end(), bytes, bytes + count * sizeof(T));
}

}  // namespace

std::unique_ptr<Tracer> Tracer::Create(const TraceOptions& options) {
  auto predictor = Predictor::Create({options.megabytes, options.lstm});
  if (!predictor) return nullptr;
  return std::unique_ptr<Tracer>(new Tracer(options, std::move(predictor)));
}

Tracer::Tracer(const TraceOptions& options, std::unique_ptr<Predictor> predictor)
    : options_(options),
      model_(std::move(predictor)),
      specs_(ColumnsOf(options.profile)),
      columns_(specs_.size()),
      position_(options.begin - options.warmUp),
      rowsPerFrame_(RowsPerFrame(options.profile)) {
  WriteHeader();
  FinishIfDone();
}

void Tracer::WriteHeader() {
  const std::string json = HeaderJson(options_);
  Append(output_, kMagic, 8);
  PutLittle(output_, 1, 4);
  PutLittle(output_, json.size(), 4);
  Append(output_, json.data(), json.size());
  PutLittle(output_, Crc32(reinterpret_cast<const uint8_t*>(json.data()), json.size()), 4);
}

void Tracer::Push(const uint8_t* bytes, std::size_t count) {
  const uint64_t stop = position_ + count < options_.end ? position_ + count : options_.end;
  for (std::size_t i = 0; i < count && !finished_; ++i) {
    const int byte = bytes[i];
    if (position_ >= options_.begin) {
      const bool traced = (position_ - options_.begin) % options_.stride == 0;
      if (traced) distribution_.Walk(model_.Model());
      const auto& path = model_.Evaluate(byte);
      if (traced) AppendRow(byte, path);
      live_.Count(byte, path);
      // Nobody can look before this call returns, so only its last row is shown.
      if (traced && stop - position_ <= options_.stride) live_.Show(model_.Model(), path, distribution_);
      for (int k = 0; k < 8; ++k) encoder_.Encode((byte >> (7 - k)) & 1, path[static_cast<unsigned>(k)].p16);
      archiveBytes_ += coded_.size();
      coded_.clear();
    } else {
      model_.Evaluate(byte);
    }
    model_.Learn(byte);
    recent_[position_ % 32] = recent_[position_ % 32 + 32] = static_cast<uint8_t>(byte);
    ++position_;
    FinishIfDone();
  }
}

void Tracer::AppendRow(int byte, const std::array<Decision, 8>& path) {
  for (std::size_t i = 0; i < specs_.size(); ++i) AppendColumn(specs_[i], columns_[i], byte, path);
  ++rows_;
  if (++frameRows_ == rowsPerFrame_) WriteFrame();
}

void Tracer::AppendColumn(const ColumnSpec& spec, Bytes& out, int byte, const std::array<Decision, 8>& path) {
  const Predictor& model = model_.Model();
  std::array<float, 256> row;
  switch (spec.id) {
    case ColumnId::kPosition:
      return Append(out, &position_, 1);
    case ColumnId::kContext:
      return Append(out, recent_.data() + position_ % 32, 32);
    case ColumnId::kContextHash:
      return Append(out, &model.State().Hashes()[kOrder6], 1);
    case ColumnId::kComponentProb:
      ComponentProbabilities(spec.component, row.data());
      return Append(out, row.data(), 256);
    case ColumnId::kIcmPath:
    case ColumnId::kIssePath: {
      int partial = 1;
      for (int k = 0; k < 8; ++k) {
        const NibbleSlots& slots = distribution_.Slots(partial);
        for (int c = 0; c < kComponentCount; ++c) {
          const int p16 = spec.id == ColumnId::kIcmPath
                              ? model.IcmP16(c, slots.histories[static_cast<unsigned>(c)][NodeOf(partial)])
                              : Squash(path[static_cast<unsigned>(k)]
                                           .inputs[static_cast<unsigned>(Predictor::IsseInput(c))]);
          row[static_cast<unsigned>(c)] = static_cast<float>(p16) * (1.0f / 65536);
        }
        Append(out, row.data(), kComponentCount);
        partial = partial * 2 + ((byte >> (7 - k)) & 1);
      }
      return;
    }
    case ColumnId::kMixerWeights: {
      const int32_t* weights = model.Final().Row(path[0].rows.final);
      for (unsigned m = 0; m < kMixers; ++m) row[m] = static_cast<float>(weights[m]) * (1.0f / 65536);
      return Append(out, row.data(), kMixers);
    }
    case ColumnId::kFinalProb:
      Distribution::Multiply(distribution_.Nodes(), row.data());
      return Append(out, row.data(), 256);
    case ColumnId::kFinalPath:
      for (const Decision& d : path) PutLittle(out, static_cast<uint64_t>(d.p16), 2);
      return;
    case ColumnId::kTargetSymbol:
      return out.push_back(static_cast<uint8_t>(byte));
    case ColumnId::kCoderLow:
      return PutLittle(out, encoder_.Low(), 4);
    case ColumnId::kCoderRange:
      return PutLittle(out, encoder_.Range(), 4);
  }
}

void Tracer::ComponentProbabilities(int component, float* out) const {
  const Predictor& model = model_.Model();
  NodeProbabilities nodes;
  for (int partial = 1; partial < 256; ++partial) {
    int p16;
    if (component == kOrder0) {
      p16 = model.Order0P16(partial);
    } else if (component == kMatch) {
      p16 = model.MatchP16(partial);
    } else {
      p16 = model.IcmP16(
          component,
          distribution_.Slots(partial).histories[static_cast<unsigned>(component)][NodeOf(partial)]);
    }
    nodes[static_cast<unsigned>(partial)] = static_cast<uint16_t>(p16);
  }
  Distribution::Multiply(nodes, out);
}

void Tracer::WriteFrame() {
  if (frameRows_ == 0) return;
  std::size_t payload = 0;
  for (const Bytes& column : columns_) payload += column.size();
  Append(output_, "ROWS", 4);
  PutLittle(output_, frameRows_, 4);
  PutLittle(output_, payload, 4);
  uint32_t crc = 0;
  for (Bytes& column : columns_) {
    Append(output_, column.data(), column.size());
    crc = Crc32(column.data(), column.size(), crc);
    column.clear();
  }
  PutLittle(output_, crc, 4);
  frameRows_ = 0;
}

void Tracer::FinishIfDone() {
  if (position_ < options_.end) return;
  WriteFrame();
  encoder_.Flush();
  archiveBytes_ += coded_.size();
  const std::size_t start = output_.size() + 4;
  Append(output_, "END.", 4);
  PutLittle(output_, rows_, 8);
  PutLittle(output_, archiveBytes_, 8);
  PutLittle(output_, Crc32(output_.data() + start, 16), 4);
  finished_ = true;
}

}  // namespace teacher
