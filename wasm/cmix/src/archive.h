// The teacher's own archive: a header, the coder's bytes, a checksum. All numbers little-endian.
//
//   0  8  magic 89 55 54 41 0D 0A 1A 0A
//   8  3  version of the predictions: major, minor, patch. Only the same version can read it.
//  11  1  1 with the LSTM byte mixer, else 0
//  12  4  memory in MB (the model's tables, so part of the format)
//  16  8  bytes coded
//  24  8  offset of the first one in its source
//  32  8  bytes before it that the model learnt from (an archive with these can be made and compared, not
//  decompressed) 40  4  CRC-32 of bytes 0 ... 39 44     coder bytes end 4  CRC-32 of the bytes coded
#pragma once

#include <memory>

#include "bytes.h"
#include "coder.h"
#include "predictor.h"

namespace teacher {

inline constexpr int kArchiveHeaderBytes = 44, kArchiveTrailerBytes = 4;

struct ArchiveHeader {
  int megabytes = kDefaultMegabytes;
  uint64_t bytes = 0, start = 0, warmUp = 0;
  bool lstm = false;
  ModelOptions Model() const { return {megabytes, lstm}; }
};

enum class ArchiveError : int {
  kNone = 0,
  kNotAnArchive = 1,
  kTruncated = 2,
  kHeaderDamaged = 3,
  kOtherVersion = 4,
  kNeedsWarmUp = 5,
  kNoMemory = 6,
  kDataDamaged = 7,
};

// A clause for the user: what is wrong and what to do.
const char* Describe(ArchiveError error);

void PutHeader(Bytes& out, const ArchiveHeader& header);
ArchiveError ParseHeader(const uint8_t* bytes, std::size_t count, ArchiveHeader& header);

// Feeds the model one known byte after another; the path holds the byte's eight evaluated decisions.
class KnownBytes {
 public:
  explicit KnownBytes(std::unique_ptr<Predictor> predictor) : predictor_(std::move(predictor)) {}
  const Predictor& Model() const { return *predictor_; }
  const std::array<Decision, 8>& Evaluate(int byte);
  void Learn(int byte) { predictor_->Update(byte, path_); }

 private:
  std::unique_ptr<Predictor> predictor_;
  std::array<Decision, 8> path_;
};

class Compressor {
 public:
  // header.bytes bytes will be coded after header.warmUp ones that are only learnt. Null without memory.
  static std::unique_ptr<Compressor> Create(const ArchiveHeader& header);
  // Takes the next bytes, warm-up included; finishes by itself at the last one. Bytes beyond it are ignored.
  void Push(const uint8_t* bytes, std::size_t count);
  bool Finished() const { return finished_; }
  Bytes& Output() { return output_; }  // the caller takes from it and clears it

 private:
  Compressor(const ArchiveHeader& header, std::unique_ptr<Predictor> predictor);
  void FinishIfDone();

  ArchiveHeader header_;
  KnownBytes model_;
  Bytes output_;
  Encoder encoder_{output_};
  uint64_t taken_ = 0;
  uint32_t crc_ = 0;
  bool finished_ = false;
};

class Decompressor {
 public:
  // The archive must stay alive and whole in memory.
  static ArchiveError Create(const uint8_t* archive, std::size_t count,
                             std::unique_ptr<Decompressor>& decompressor);
  uint64_t ByteCount() const { return header_.bytes; }
  bool Finished() const { return done_ == header_.bytes; }
  // Decodes up to count more bytes to the end of out. At the last one the checksum is compared.
  ArchiveError Step(std::size_t count, Bytes& out);

 private:
  Decompressor(const ArchiveHeader& header, std::unique_ptr<Predictor> predictor, const uint8_t* archive,
               std::size_t count);
  ArchiveError CheckEnd() const;

  ArchiveHeader header_;
  std::unique_ptr<Predictor> predictor_;
  Decoder decoder_;
  std::array<Decision, 8> path_;
  uint64_t done_ = 0;
  uint32_t crc_ = 0, expectedCrc_;
};

}  // namespace teacher
