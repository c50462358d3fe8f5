// What the teacher says of files, in bits and seconds, with any families of components left out:
// `teacher_ablation [--mem MB] [--lstm] [--without NAME[,NAME...]] FILE...` prints for each file its name,
// its bytes, the bytes an archive of it would take, and the processor's seconds, one line a file. No archive
// is written: one made with components left out could not be read. `teacher_ablation --families` prints their
// names.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "archive.h"
#include "cli_files.h"

namespace teacher {
namespace {

// Families of a list of names; false and a message for a name that is none.
bool ParseFamilies(const std::string& names, uint32_t& families) {
  std::size_t at = 0;
  while (at <= names.size()) {
    const std::size_t comma = names.find(',', at);
    const std::string name = names.substr(at, comma == std::string::npos ? comma : comma - at);
    int found = -1;
    for (int f = 0; f < static_cast<int>(Family::kCount); ++f) {
      if (name == kFamilyNames[f]) found = f;
    }
    if (found < 0) {
      std::fprintf(stderr,
                   "teacher_ablation: no family of components is called '%s'; there are:", name.c_str());
      for (const char* known : kFamilyNames) std::fprintf(stderr, " %s", known);
      std::fputc('\n', stderr);
      return false;
    }
    families |= 1u << found;
    if (comma == std::string::npos) break;
    at = comma + 1;
  }
  return true;
}

int Measure(const std::string& path, const ModelOptions& options) {
  InputFile input;
  if (!input.Read(path)) {
    std::fprintf(stderr, "teacher_ablation: %s\n", input.Error().c_str());
    return 1;
  }
  auto predictor = Predictor::Create(options);
  if (!predictor) {
    std::fprintf(stderr, "teacher_ablation: %s\n", Describe(ArchiveError::kNoMemory));
    return 3;
  }
  Bytes coded;
  Encoder encoder(coded);
  std::array<Decision, 8> path8;
  uint64_t bytes = 0;
  const std::clock_t start = std::clock();
  for (std::size_t i = 0; i < input.Size(); ++i) {
    const int byte = input.Data()[i];
    predictor->EvaluateByte(byte, path8);
    for (int k = 0; k < 8; ++k) encoder.Encode((byte >> (7 - k)) & 1, path8[static_cast<unsigned>(k)].p16);
    bytes += coded.size();
    coded.clear();
    predictor->Update(byte, path8);
  }
  encoder.Flush();
  bytes += coded.size() + kArchiveHeaderBytes + kArchiveTrailerBytes;
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%s\t%zu\t%llu\t%.3f\n", path.c_str(), static_cast<std::size_t>(input.Size()),
              static_cast<unsigned long long>(bytes), seconds);
  std::fflush(stdout);
  return 0;
}

int Main(int argc, char** argv) {
  ModelOptions options;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--mem" && i + 1 < argc) {
      options.megabytes = std::atoi(argv[++i]);
    } else if (word == "--lstm") {
      options.lstm = true;
    } else if (word == "--families") {
      for (const char* name : kFamilyNames) std::puts(name);
      return 0;
    } else if (word == "--without" && i + 1 < argc) {
      if (!ParseFamilies(argv[++i], options.without)) return 2;
    } else {
      files.push_back(word);
    }
  }
  if (files.empty() || options.megabytes < kMinMegabytes || options.megabytes > kMaxMegabytes) {
    std::fprintf(stderr,
                 "teacher_ablation: usage: teacher_ablation [--mem 16...4096] [--lstm] [--without "
                 "NAME[,NAME...]] FILE...\n");
    return 2;
  }
  for (const std::string& file : files) {
    if (const int code = Measure(file, options)) return code;
  }
  return 0;
}

}  // namespace
}  // namespace teacher

int main(int argc, char** argv) { return teacher::Main(argc, argv); }
