// The trace tells the truth: it leaves the archive alone, its distributions sum to one and its product is
// what the coder used.
#include "trace.h"

#include <cmath>
#include <cstring>

#include "check.h"
#include "crc32.h"

using namespace teacher;

namespace {

constexpr std::size_t kRange = 1200;

struct Stream {
  std::string json;
  std::vector<Bytes> columns;  // all frames joined, column by column
  uint64_t rows = 0, archiveBytes = 0;
};

Stream Parse(const Bytes& bytes, const std::vector<ColumnSpec>& specs) {
  Stream stream;
  stream.columns.resize(specs.size());
  CHECK(bytes[0] == 0x89 && std::memcmp(bytes.data() + 1, "UTR\r\n\x1a\n", 7) == 0 &&
        GetLittle(bytes.data() + 8, 4) == 1);
  const std::size_t head = GetLittle(bytes.data() + 12, 4);
  stream.json.assign(bytes.begin() + 16, bytes.begin() + 16 + static_cast<std::ptrdiff_t>(head));
  CHECK(GetLittle(bytes.data() + 16 + head, 4) == Crc32(bytes.data() + 16, head));
  const uint8_t* at = bytes.data() + 20 + head;
  for (; std::memcmp(at, "ROWS", 4) == 0;) {
    const std::size_t rows = GetLittle(at + 4, 4), payload = GetLittle(at + 8, 4);
    at += 12;
    CHECK(GetLittle(at + payload, 4) == Crc32(at, payload));
    const uint8_t* column = at;
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const std::size_t size = rows * static_cast<std::size_t>(specs[i].length * specs[i].valueBytes);
      stream.columns[i].insert(stream.columns[i].end(), column, column + size);
      column += size;
    }
    CHECK(column == at + payload);
    at += payload + 4;
  }
  CHECK(std::memcmp(at, "END.", 4) == 0 && at + 24 == bytes.data() + bytes.size());
  stream.rows = GetLittle(at + 4, 8);
  stream.archiveBytes = GetLittle(at + 12, 8);
  CHECK(GetLittle(at + 20, 4) == Crc32(at + 4, 16));
  return stream;
}

Stream Traced(const Bytes& text, TraceOptions options, std::size_t chunk = 700) {
  options.megabytes = kMinMegabytes;
  const auto tracer = Tracer::Create(options);
  CHECK(tracer != nullptr);
  for (std::size_t at = options.begin - options.warmUp; at < text.size(); at += chunk)
    tracer->Push(text.data() + at, text.size() - at < chunk ? text.size() - at : chunk);
  CHECK(tracer->Finished());
  if (options.end > options.begin)
    CHECK(tracer->Live().bytes == options.end - options.begin &&
          tracer->Live().symbol == text[options.end - 1]);
  return Parse(tracer->Output(), ColumnsOf(options.profile));
}

const Bytes& Column(const Stream& stream, Profile profile, const std::string& name) {
  const auto specs = ColumnsOf(profile);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (name == specs[i].name) return stream.columns[i];
  }
  CHECK(false);
  std::abort();
}

std::vector<float> Floats(const Bytes& column) {
  std::vector<float> values(column.size() / 4);
  if (!values.empty()) std::memcpy(values.data(), column.data(), column.size());
  return values;
}

void FullTraceAgreesWithTheArchive(const Bytes& text) {
  const Stream stream =
      Traced(text, {Profile::kFull, kMinMegabytes, 0, kRange, 0, 1, "a \"name\"\n", text.size()});
  CHECK(stream.rows == kRange && stream.json.find("a \\\"name\\\"\\u000a") != std::string::npos);
  const auto compressor = Compressor::Create({kMinMegabytes, kRange, 0, 0});
  compressor->Push(text.data(), kRange);
  const Bytes& archive = compressor->Output();
  CHECK(stream.archiveBytes == archive.size());

  const auto finals = Floats(Column(stream, Profile::kFull, "final_prob"));
  const Bytes& paths = Column(stream, Profile::kFull, "final_path");
  const Bytes& symbols = Column(stream, Profile::kFull, "target_symbol");
  const Bytes& lows = Column(stream, Profile::kFull, "coder_low");
  const Bytes& ranges = Column(stream, Profile::kFull, "coder_range");
  const Bytes& contexts = Column(stream, Profile::kFull, "context");
  Bytes code;
  Encoder encoder(code);
  for (std::size_t row = 0; row < kRange; ++row) {
    const uint8_t symbol = symbols[row];
    CHECK(symbol == text[row] && GetLittle(lows.data() + 4 * row, 4) == encoder.Low() &&
          GetLittle(ranges.data() + 4 * row, 4) == encoder.Range());
    CHECK(contexts[32 * row + 31] == (row ? text[row - 1] : 0) &&
          contexts[32 * row] == (row >= 32 ? text[row - 32] : 0));
    double product = 1;
    for (int k = 0; k < 8; ++k) {
      const int bit = (symbol >> (7 - k)) & 1;
      const auto p16 =
          static_cast<int>(GetLittle(paths.data() + 16 * row + 2 * static_cast<std::size_t>(k), 2));
      CHECK(p16 > 0);
      product *= (bit ? p16 : 65536 - p16) / 65536.0;
      encoder.Encode(bit, p16);
    }
    CHECK(std::fabs(finals[256 * row + symbol] / product - 1) < 1e-5);  // the walk is what was coded
  }
  encoder.Flush();
  CHECK(Bytes(archive.begin() + kArchiveHeaderBytes, archive.end() - kArchiveTrailerBytes) ==
        code);  // replay

  for (const ColumnSpec& spec : ColumnsOf(Profile::kFull)) {
    if (spec.id != ColumnId::kComponentProb && spec.id != ColumnId::kFinalProb) continue;
    const auto values = Floats(Column(stream, Profile::kFull, spec.name));
    double cost = 0;
    for (std::size_t row = 0; row < kRange; ++row) {
      double sum = 0;
      for (std::size_t i = 0; i < 256; ++i) sum += values[256 * row + i];
      CHECK(std::fabs(sum - 1) < 1e-4);
      cost -= std::log2(values[256 * row + symbols[row]]);
    }
    CHECK(cost < 9 * kRange);  // a component may be wrong about noise, but not much
  }
  for (const char* name : {"icm_path", "isse_path"}) {
    for (const float p : Floats(Column(stream, Profile::kFull, name))) CHECK(p > 0 && p < 1);
  }
  CHECK(Floats(Column(stream, Profile::kFull, "mixer_weights")).size() == 8 * kRange);
}

void RangeWarmUpAndStride(const Bytes& text) {
  const TraceOptions all{Profile::kTarget, kMinMegabytes, 1000, 2500, 600, 1, "", text.size()};
  TraceOptions some = all;
  some.stride = 7;
  const Stream every = Traced(text, all), seventh = Traced(text, some, 13);
  CHECK(every.rows == 1500 && seventh.rows == (1500 + 6) / 7 && every.archiveBytes == seventh.archiveBytes);
  const Bytes& dense = Column(every, Profile::kTarget, "final_prob");
  const Bytes& sparse = Column(seventh, Profile::kTarget, "final_prob");
  for (std::size_t row = 0; row < seventh.rows; ++row) {
    CHECK(GetLittle(Column(seventh, Profile::kTarget, "position").data() + 8 * row, 8) == 1000 + 7 * row);
    CHECK(std::memcmp(sparse.data() + 1024 * row, dense.data() + 7 * 1024 * row, 1024) ==
          0);  // stride does not change the model
  }
  CHECK(Column(every, Profile::kTarget, "context")[31] == text[999]);
  const auto compressor = Compressor::Create({kMinMegabytes, 1500, 1000, 600});
  compressor->Push(text.data() + 400, text.size() - 400);
  CHECK(compressor->Output().size() == every.archiveBytes);
  const Stream empty = Traced(text, {Profile::kCompact, kMinMegabytes, 50, 50, 0, 1, "", text.size()});
  CHECK(empty.rows == 0 && empty.archiveBytes == kArchiveHeaderBytes + kArchiveTrailerBytes + 4);
}

}  // namespace

int main() {
  const Bytes text = TextBytes(2600, 21);
  FullTraceAgreesWithTheArchive(text);
  FullTraceAgreesWithTheArchive(RandomBytes(1300, 22));
  RangeWarmUpAndStride(text);
}
