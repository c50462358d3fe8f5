#include "cli_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace teacher {
namespace {

char g_temporary[4096];  // what a signal has to remove

extern "C" void RemoveAndDie(int signal) {
  if (g_temporary[0]) unlink(g_temporary);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

bool SameFile(const std::string& a, const std::string& b) {
  struct stat x, y;
  return stat(a.c_str(), &x) == 0 && stat(b.c_str(), &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

}  // namespace

bool InputFile::Read(const std::string& path) {
  name_ = path == "-" ? "stdin" : path;
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (!file) {
    error_ = "cannot open " + name_ + ": " + std::strerror(errno);
    return false;
  }
  std::size_t used = 0, got = 0;
  do {
    bytes_.resize(used + (used < (1u << 20) ? 1u << 20 : used));
    got = std::fread(bytes_.data() + used, 1, bytes_.size() - used, file);
    used += got;
  } while (got);
  bytes_.resize(used);
  const bool failed = std::ferror(file);
  if (failed) error_ = "cannot read " + name_ + ": " + std::strerror(errno);
  if (file != stdin) std::fclose(file);
  return !failed;
}

bool OutputFile::Fail(const char* what) {
  error_ = std::string(what) + " " + (path_ == "-" ? "stdout" : path_) + ": " + std::strerror(errno);
  return false;
}

bool OutputFile::Open(const std::string& path, const std::string& input) {
  path_ = path;
  if (path == "-") {
    if (isatty(STDOUT_FILENO)) {
      error_ = "will not write binary data to a terminal; name a file or a pipe";
      return false;
    }
    file_ = stdout;
    return true;
  }
  if (SameFile(path, input)) {
    error_ = path + " is the input; name another output";
    return false;
  }
  struct stat status;
  if (stat(path.c_str(), &status) == 0 &&
      !S_ISREG(status.st_mode)) {  // a device or a pipe must not be replaced by a file
    file_ = std::fopen(path.c_str(), "wb");
    return file_ || Fail("cannot open");
  }
  temporary_ = path + ".tmp-" + std::to_string(getpid());
  file_ = std::fopen(temporary_.c_str(), "wbx");
  if (!file_) return Fail("cannot create");
  if (temporary_.size() < sizeof(g_temporary))
    std::memcpy(g_temporary, temporary_.c_str(), temporary_.size() + 1);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, RemoveAndDie);
  return true;
}

bool OutputFile::Write(const uint8_t* bytes, std::size_t count) {
  return count == 0 || std::fwrite(bytes, 1, count, file_) == count || Fail("cannot write");
}

bool OutputFile::Commit() {
  if (path_ == "-") return std::fflush(stdout) == 0 || Fail("cannot write");
  const bool flushed = std::fflush(file_) == 0 && (temporary_.empty() || fsync(fileno(file_)) == 0);
  const bool closed = std::fclose(file_) == 0;
  file_ = nullptr;
  if (!flushed || !closed) return Fail("cannot write");
  if (temporary_.empty()) return true;
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return Fail("cannot create");
  temporary_.clear();
  g_temporary[0] = 0;
  return true;
}

OutputFile::~OutputFile() {
  if (file_ && file_ != stdout) std::fclose(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
  g_temporary[0] = 0;
}

}  // namespace teacher
