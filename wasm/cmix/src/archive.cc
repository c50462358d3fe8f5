#include "archive.h"

#include <utility>

#include "crc32.h"

namespace teacher {
namespace {

constexpr uint8_t kMagic[8] = {0x89, 0x55, 0x54, 0x41, 0x0D, 0x0A, 0x1A, 0x0A};

// "1.0.0" as 1 | 0 << 8 | 0 << 16
uint32_t VersionNumber() {
  uint32_t number = 0, part = 0, shift = 0;
  for (const char* c = kVersion; *c; ++c) {
    if (*c == '.') {
      number |= part << shift;
      shift += 8;
      part = 0;
    } else {
      part = part * 10 + static_cast<uint32_t>(*c - '0');
    }
  }
  return number | part << shift;
}

}  // namespace

const char* Describe(ArchiveError error) {
  switch (error) {
    case ArchiveError::kNone:
      return "no error";
    case ArchiveError::kNotAnArchive:
      return "not an archive of the teacher; give a file that `teacher compress` made";
    case ArchiveError::kTruncated:
      return "the archive ends too early; get a whole copy";
    case ArchiveError::kHeaderDamaged:
      return "the archive's header is damaged; get another copy";
    case ArchiveError::kOtherVersion:
      return "the archive was made by another version of the teacher, whose predictions differ; use that "
             "version";
    case ArchiveError::kNeedsWarmUp:
      return "the archive was made with --warm-up, so it needs the bytes before its range and cannot be "
             "decompressed alone";
    case ArchiveError::kNoMemory:
      return "not enough memory for the model; free some or make the archive with a smaller --mem";
    case ArchiveError::kDataDamaged:
      return "the archive's data are damaged: checksum differs; get another copy";
  }
  return "unknown error";
}

void PutHeader(Bytes& out, const ArchiveHeader& header) {
  const std::size_t start = out.size();
  out.insert(out.end(), kMagic, kMagic + 8);
  PutLittle(out, VersionNumber() | uint32_t{header.lstm} << 24, 4);
  PutLittle(out, static_cast<uint64_t>(header.megabytes), 4);
  PutLittle(out, header.bytes, 8);
  PutLittle(out, header.start, 8);
  PutLittle(out, header.warmUp, 8);
  PutLittle(out, Crc32(out.data() + start, kArchiveHeaderBytes - 4), 4);
}

ArchiveError ParseHeader(const uint8_t* bytes, std::size_t count, ArchiveHeader& header) {
  for (std::size_t i = 0; i < 8; ++i) {
    if (i < count && bytes[i] != kMagic[i]) return ArchiveError::kNotAnArchive;
  }
  if (count == 0) return ArchiveError::kNotAnArchive;
  if (count < kArchiveHeaderBytes) return ArchiveError::kTruncated;
  if (GetLittle(bytes + 40, 4) != Crc32(bytes, kArchiveHeaderBytes - 4)) return ArchiveError::kHeaderDamaged;
  if (GetLittle(bytes + 8, 3) != VersionNumber() || bytes[11] > 1) return ArchiveError::kOtherVersion;
  const uint64_t megabytes = GetLittle(bytes + 12, 4);
  if (megabytes < kMinMegabytes || megabytes > kMaxMegabytes) return ArchiveError::kHeaderDamaged;
  header = {static_cast<int>(megabytes), GetLittle(bytes + 16, 8), GetLittle(bytes + 24, 8),
            GetLittle(bytes + 32, 8), bytes[11] == 1};
  return ArchiveError::kNone;
}

const std::array<Decision, 8>& KnownBytes::Evaluate(int byte) {
  predictor_->EvaluateByte(byte, path_);
  return path_;
}

std::unique_ptr<Compressor> Compressor::Create(const ArchiveHeader& header) {
  auto predictor = Predictor::Create(header.Model());
  if (!predictor) return nullptr;
  return std::unique_ptr<Compressor>(new Compressor(header, std::move(predictor)));
}

Compressor::Compressor(const ArchiveHeader& header, std::unique_ptr<Predictor> predictor)
    : header_(header), model_(std::move(predictor)) {
  PutHeader(output_, header_);
  FinishIfDone();
}

void Compressor::Push(const uint8_t* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count && !finished_; ++i) {
    const int byte = bytes[i];
    const auto& path = model_.Evaluate(byte);
    if (taken_ >= header_.warmUp) {
      for (int k = 0; k < 8; ++k) encoder_.Encode((byte >> (7 - k)) & 1, path[static_cast<unsigned>(k)].p16);
      crc_ = Crc32(bytes + i, 1, crc_);
    }
    ++taken_;
    model_.Learn(byte);
    FinishIfDone();
  }
}

void Compressor::FinishIfDone() {
  if (taken_ < header_.warmUp || taken_ - header_.warmUp < header_.bytes) return;
  encoder_.Flush();
  PutLittle(output_, crc_, 4);
  finished_ = true;
}

ArchiveError Decompressor::Create(const uint8_t* archive, std::size_t count,
                                  std::unique_ptr<Decompressor>& decompressor) {
  ArchiveHeader header;
  const ArchiveError error = ParseHeader(archive, count, header);
  if (error != ArchiveError::kNone) return error;
  if (header.warmUp) return ArchiveError::kNeedsWarmUp;
  if (count < kArchiveHeaderBytes + 4 + kArchiveTrailerBytes) return ArchiveError::kTruncated;
  auto predictor = Predictor::Create(header.Model());
  if (!predictor) return ArchiveError::kNoMemory;
  decompressor.reset(new Decompressor(header, std::move(predictor), archive, count));
  return header.bytes ? ArchiveError::kNone : decompressor->CheckEnd();
}

Decompressor::Decompressor(const ArchiveHeader& header, std::unique_ptr<Predictor> predictor,
                           const uint8_t* archive, std::size_t count)
    : header_(header),
      predictor_(std::move(predictor)),
      decoder_(archive + kArchiveHeaderBytes, count - kArchiveHeaderBytes - kArchiveTrailerBytes),
      expectedCrc_(static_cast<uint32_t>(GetLittle(archive + count - 4, 4))) {}

ArchiveError Decompressor::Step(std::size_t count, Bytes& out) {
  for (std::size_t i = 0; i < count && !Finished(); ++i) {
    const int symbol = predictor_->FollowByte(path_, [this](int p16) { return decoder_.Decode(p16); });
    if (decoder_.Overrun()) return ArchiveError::kTruncated;
    const auto byte = static_cast<uint8_t>(symbol);
    out.push_back(byte);
    crc_ = Crc32(&byte, 1, crc_);
    predictor_->Update(byte, path_);
    ++done_;
  }
  return Finished() ? CheckEnd() : ArchiveError::kNone;
}

ArchiveError Decompressor::CheckEnd() const {
  return decoder_.Left() == 0 && crc_ == expectedCrc_ ? ArchiveError::kNone : ArchiveError::kDataDamaged;
}

}  // namespace teacher
