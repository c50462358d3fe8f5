// Files of the command line: the whole input in memory, and an output that appears only when complete.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "bytes.h"

namespace teacher {

class InputFile {
 public:
  // "-" is standard input. False with Error() set.
  bool Read(const std::string& path);
  const uint8_t* Data() const { return bytes_.data(); }
  uint64_t Size() const { return bytes_.size(); }
  const std::string& Name() const { return name_; }
  std::string BaseName() const { return name_.substr(name_.find_last_of('/') + 1); }
  const std::string& Error() const { return error_; }

 private:
  Bytes bytes_;
  std::string name_, error_;
};

// Writes beside the target and renames at Commit; without it, also after SIGINT or SIGTERM, nothing is left.
class OutputFile {
 public:
  OutputFile() = default;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();
  // "-" is standard output. Refuses to write over the input.
  bool Open(const std::string& path, const std::string& input);
  bool Write(const uint8_t* bytes, std::size_t count);
  bool Commit();
  const std::string& Error() const { return error_; }

 private:
  bool Fail(const char* what);

  std::FILE* file_ = nullptr;
  std::string path_, temporary_, error_;
};

}  // namespace teacher
