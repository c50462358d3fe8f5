// Round trips of all kinds of input, and bad archives: an error, never a crash and never a wrong text.
#include "archive.h"

#include "check.h"

using namespace teacher;

namespace {

Bytes Compressed(const Bytes& text, ArchiveHeader header = {}, std::size_t chunk = 1 << 20) {
  header.megabytes = kMinMegabytes;
  if (header.bytes == 0) header.bytes = text.size() - header.warmUp;
  const auto compressor = Compressor::Create(header);
  CHECK(compressor != nullptr);
  for (std::size_t at = 0; at < text.size(); at += chunk)
    compressor->Push(text.data() + at, text.size() - at < chunk ? text.size() - at : chunk);
  CHECK(compressor->Finished());
  return compressor->Output();
}

ArchiveError Decompressed(const Bytes& archive, Bytes& text) {
  std::unique_ptr<Decompressor> decompressor;
  ArchiveError error = Decompressor::Create(archive.data(), archive.size(), decompressor);
  while (error == ArchiveError::kNone && !decompressor->Finished()) error = decompressor->Step(1000, text);
  return error;
}

void RoundTrip(const Bytes& text, double mostBytes, bool lstm = false) {
  ArchiveHeader header;
  header.lstm = lstm;
  const Bytes archive = Compressed(text, header);
  CHECK(static_cast<double>(archive.size()) <= mostBytes);
  Bytes back;
  CHECK(Decompressed(archive, back) == ArchiveError::kNone);
  CHECK(back == text);
}

void BadArchives() {
  const Bytes text = TextBytes(1200, 3);
  const Bytes archive = Compressed(text);
  Bytes out;
  CHECK(Decompressed({}, out) == ArchiveError::kNotAnArchive);
  CHECK(Decompressed(RandomBytes(500, 1), out) == ArchiveError::kNotAnArchive);
  for (std::size_t cut = 1; cut < archive.size(); cut += cut < 60 ? 1 : 97) {
    out.clear();
    const ArchiveError error =
        Decompressed(Bytes(archive.begin(), archive.begin() + static_cast<std::ptrdiff_t>(cut)), out);
    CHECK(error == ArchiveError::kTruncated || error == ArchiveError::kDataDamaged);
  }
  for (std::size_t at = 0; at < archive.size(); at += at < 50 ? 1 : 53) {
    Bytes changed = archive;
    changed[at] ^= 0x10;
    out.clear();
    CHECK(Decompressed(changed, out) != ArchiveError::kNone);
  }
  Bytes longer = archive;
  longer.push_back(0);
  CHECK(Decompressed(longer, out) == ArchiveError::kDataDamaged);
  for (int e = 0; e <= 7; ++e) CHECK(Describe(static_cast<ArchiveError>(e))[0] != 0);
}

void RangesAndChunks() {
  const Bytes text = TextBytes(4500, 9);
  CHECK(Compressed(text, {}, 1) == Compressed(text));  // chunks do not matter
  const ArchiveHeader range{kMinMegabytes, 1500, 3000, 3000};
  const Bytes warm = Compressed(text, range);
  const Bytes cold = Compressed(Bytes(text.begin() + 3000, text.end()));
  CHECK(warm.size() < cold.size());  // warming up helps
  Bytes out;
  CHECK(Decompressed(warm, out) == ArchiveError::kNeedsWarmUp);
}

}  // namespace

int main() {
  RoundTrip({}, 52);
  RoundTrip({'x'}, 54);
  RoundTrip(Bytes(9000, 0), 150);
  RoundTrip(RandomBytes(5000, 2), 5250);
  RoundTrip(TextBytes(24000, 4), 24000 * 0.3);
  RoundTrip(TextBytes(5000, 4), 5000 * 0.5, true);
  BadArchives();
  RangesAndChunks();
}
