#include "cli_options.h"

#include <vector>

namespace teacher {

const char* const kUsage =
    "Understudy's teacher: a strong, slow context-mixing compressor that can explain every decision.\n"
    "\n"
    "  teacher compress   IN OUT [--mem MB] [--lstm] [--range A:B] [--warm-up N]\n"
    "  teacher decompress IN OUT\n"
    "  teacher trace      IN OUT [--mem MB] [--lstm] [--range A:B] [--warm-up N] [--stride S] [--profile "
    "full|compact|target]\n"
    "\n"
    "IN and OUT may be - for a standard stream.\n"
    "  --mem MB        memory for the model, 16 to 4096 (default 1024); part of the archive\n"
    "  --lstm          add the LSTM byte mixer: stronger and slower; part of the archive\n"
    "  --range A:B     only the bytes A <= n < B (either may be left out)\n"
    "  --warm-up N     learn the N bytes before the range first, without coding them (default 0)\n"
    "  --stride S      trace every S-th byte of the range (default 1)\n"
    "  --profile P     columns to trace: full (default, about 13 kB a row), compact (4.2 kB), target (1.1 "
    "kB)\n"
    "Exit codes: 0 done, 1 bad data or file trouble, 2 usage, 3 not enough memory.\n";

namespace {

bool ParseNumber(const std::string& text, uint64_t& value) {
  if (text.empty() || text.size() > 18) return false;
  value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return true;
}

std::string ParseValue(const std::string& name, const std::string& text, Options& options) {
  uint64_t number = 0;
  if (name == "--mem") {
    if (!ParseNumber(text, number) || number < kMinMegabytes || number > kMaxMegabytes)
      return "--mem takes a whole number of megabytes from 16 to 4096, not '" + text + "'";
    options.megabytes = static_cast<int>(number);
  } else if (name == "--warm-up") {
    if (!ParseNumber(text, options.warmUp)) return "--warm-up takes a number of bytes, not '" + text + "'";
  } else if (name == "--stride") {
    if (!ParseNumber(text, options.stride) || options.stride == 0)
      return "--stride takes a number of bytes of at least 1, not '" + text + "'";
  } else if (name == "--range") {
    const std::size_t colon = text.find(':');
    const std::string begin = text.substr(0, colon),
                      end = colon == std::string::npos ? "" : text.substr(colon + 1);
    if (colon == std::string::npos || (!begin.empty() && !ParseNumber(begin, options.begin)) ||
        (!end.empty() && !ParseNumber(end, options.end))) {
      return "--range takes A:B in bytes, not '" + text + "'";
    }
    options.hasRange = !end.empty();
  } else if (name == "--profile") {
    if (text != "full" && text != "compact" && text != "target")
      return "--profile is full, compact or target, not '" + text + "'";
    options.profile = text == "full"      ? Profile::kFull
                      : text == "compact" ? Profile::kCompact
                                          : Profile::kTarget;
  } else {
    return "unknown option " + name;
  }
  return "";
}

bool Belongs(const std::string& name, Command command) {
  if (command == Command::kTrace) return true;
  return command == Command::kCompress && name != "--stride" && name != "--profile";
}

}  // namespace

std::string ParseOptions(int argc, char** argv, Options& options) {
  std::vector<std::string> words;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "--help" || word == "-h") {
      options.help = true;
      return "";
    }
    if (word.rfind("--", 0) != 0) {
      words.push_back(word);
      continue;
    }
    if (word == "--lstm") {
      options.lstm = true;
      names.push_back(word);
      continue;
    }
    std::string value;
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
      word.resize(equals);
    } else if (i + 1 < argc) {
      value = argv[++i];
    } else {
      return word + " needs a value";
    }
    const std::string problem = ParseValue(word, value, options);
    if (!problem.empty()) return problem;
    names.push_back(word);
  }
  if (words.size() != 3) return "expected a command, an input and an output";
  if (words[0] == "compress") {
    options.command = Command::kCompress;
  } else if (words[0] == "decompress") {
    options.command = Command::kDecompress;
  } else if (words[0] == "trace") {
    options.command = Command::kTrace;
  } else {
    return "unknown command '" + words[0] + "'";
  }
  for (const std::string& name : names) {
    if (!Belongs(name, options.command)) return name + " does not belong to " + words[0];
  }
  options.input = words[1];
  options.output = words[2];
  return "";
}

std::string FitRange(Options& options, uint64_t size) {
  if (!options.hasRange) options.end = size;
  if (options.begin > options.end || options.end > size) {
    return "--range " + std::to_string(options.begin) + ":" + std::to_string(options.end) +
           " does not lie in the file's " + std::to_string(size) + " bytes";
  }
  if (options.warmUp > options.begin) options.warmUp = options.begin;
  return "";
}

}  // namespace teacher
