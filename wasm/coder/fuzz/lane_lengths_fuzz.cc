// Any head of lane lengths: read within its bounds or refused; what was read can be written and
// read again. (The format allows other heads than the writer's, such as a smaller minimum.)
#include <cstdlib>
#include <numeric>
#include <vector>

#include "input.h"
#include "lane_lengths.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace understudy;
  fuzz::Input input(data, size);
  const uint32_t lanes = 1 + input.Number(kMaxLanes);
  const std::span<const uint8_t> payload = input.rest();
  std::vector<uint32_t> lengths(lanes);
  const int64_t head = ReadLaneLengths(payload, lengths);
  if (head < 0) return 0;
  const uint64_t streams = std::accumulate(lengths.begin(), lengths.end(), uint64_t{0});
  if (static_cast<uint64_t>(head) + streams != payload.size()) std::abort();
  // The streams themselves do not matter, only their number of bytes.
  std::vector<uint8_t> again(MaxLaneLengthBytes(lanes) + streams);
  const uint32_t written = WriteLaneLengths(lengths, again.data());
  std::vector<uint32_t> lengths_again(lanes);
  if (ReadLaneLengths({again.data(), written + streams}, lengths_again) != written) std::abort();
  if (lengths != lengths_again) std::abort();
  return 0;
}
