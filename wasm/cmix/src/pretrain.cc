// Trains the weights that the LSTM byte mixer begins with: `teacher_pretrain TEXT FIRST OUT` learns the first
// FIRST bytes of a file at high rates and the rest at half of that, and writes them as lstm_start.inc. The
// same file gives the same weights on every machine. docs/TEACHER.md says which text it was.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "cli_files.h"
#include "components/lstm.h"

namespace teacher {
namespace {

constexpr LstmRates kEarly = {0.004f, 0.15f, 0.1f, 100000}, kLate = {0.002f, 0.1f, 0.1f, 50000};
constexpr std::size_t kLine = 106, kReport = 500000;

double CostOf(const Lstm& lstm, int byte) {
  double bits = 0;
  for (int k = 0; k < 8; ++k) {
    const int one = lstm.P16(static_cast<uint32_t>((byte | 256) >> (8 - k)));
    bits -= std::log2((byte >> (7 - k) & 1 ? one : 65536 - one) / 65536.0);
  }
  return bits;
}

bool Learn(LstmWeights& weights, const LstmRates& rates, const uint8_t* bytes, std::size_t count) {
  const auto lstm = Lstm::Create(weights, rates);
  if (!lstm) return false;
  double bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    bits += CostOf(*lstm, bytes[i]);
    lstm->Update(bytes[i]);
    if ((i + 1) % kReport != 0) continue;
    std::printf("%zu bytes, %.4f bits a byte in the last %zu\n", i + 1, bits / kReport, kReport);
    std::fflush(stdout);
    bits = 0;
  }
  weights = lstm->Weights();
  return true;
}

int Main(const char* textPath, std::size_t first, const char* outPath) {
  InputFile text;
  OutputFile out;
  if (!text.Read(textPath) || !out.Open(outPath, textPath)) {
    std::fprintf(stderr, "teacher_pretrain: %s%s\n", text.Error().c_str(), out.Error().c_str());
    return 1;
  }
  if (first > text.Size()) first = text.Size();
  static LstmWeights weights;
  Randomise(weights);
  if (!Learn(weights, kEarly, text.Data(), first) ||
      !Learn(weights, kLate, text.Data() + first, text.Size() - first)) {
    std::fprintf(stderr, "teacher_pretrain: not enough memory\n");
    return 3;
  }
  const std::string encoded = EncodeWeights(weights);
  std::string lines;
  for (std::size_t at = 0; at < encoded.size(); at += kLine)
    lines += '"' + encoded.substr(at, kLine) + "\"\n";
  const bool written =
      out.Write(reinterpret_cast<const uint8_t*>(lines.data()), lines.size()) && out.Commit();
  if (!written) std::fprintf(stderr, "teacher_pretrain: %s\n", out.Error().c_str());
  return written ? 0 : 1;
}

}  // namespace
}  // namespace teacher

int main(int argc, char** argv) {
  if (argc == 4) return teacher::Main(argv[1], static_cast<std::size_t>(std::atoll(argv[2])), argv[3]);
  std::fprintf(stderr, "usage: teacher_pretrain TEXT FIRST OUT\n");
  return 2;
}
