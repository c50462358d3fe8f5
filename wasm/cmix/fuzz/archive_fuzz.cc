// Any archive of the teacher, with a header as it comes or a valid one before any coder bytes: refused, or
// decoded to the end within its memory.
#include <cstdlib>

#include "archive.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teacher;
  if (size < 2) return 0;
  Bytes archive;
  if (data[0] % 2 == 0) {
    ArchiveHeader header;
    header.megabytes = kMinMegabytes;
    header.bytes = data[1];
    PutHeader(archive, header);
  }
  archive.insert(archive.end(), data + 2, data + size);

  ArchiveHeader header;
  if (ParseHeader(archive.data(), archive.size(), header) == ArchiveError::kNone) {
    // What it asks for is bounded; the real sizes are not needed to find out.
    if (header.megabytes < kMinMegabytes || header.megabytes > kMaxMegabytes) std::abort();
    if (header.megabytes > kMinMegabytes || header.bytes > 4096) return 0;
  }
  std::unique_ptr<Decompressor> decompressor;
  if (Decompressor::Create(archive.data(), archive.size(), decompressor) != ArchiveError::kNone) return 0;
  Bytes out;
  ArchiveError error = ArchiveError::kNone;
  while (error == ArchiveError::kNone && !decompressor->Finished()) error = decompressor->Step(100, out);
  if (out.size() > decompressor->ByteCount()) std::abort();
  if (error == ArchiveError::kNone && out.size() != decompressor->ByteCount()) std::abort();
  return 0;
}
