// The match model finds a repetition, trusts it more as it lasts, goes on behind a break, and gives up
// after several.
#include "match_model.h"

#include "check.h"

using namespace teacher;

int main() {
  RingHistory history;
  CHECK(history.Allocate(16));
  history.Start(16);
  std::vector<uint32_t> buckets(1 << 12);
  MatchModel match;
  match.Start(6, buckets.data(), 12);
  const auto push = [&](int byte) {
    history.Push(byte);
    match.Update(history, byte);
  };
  const auto phrase = RandomBytes(300, 8);
  for (const int byte : phrase) {
    push(byte);
    CHECK(match.Expected() < 0);
  }
  CHECK(match.ExpectedBit(1, 0) == -1);
  for (std::size_t i = 0; i < 200; ++i) {
    push(phrase[i]);
    if (i < 5) CHECK(match.Expected() < 0);
    if (i >= 5) CHECK(match.Expected() == phrase[i + 1]);
  }
  CHECK(match.Length() == 200 && match.Bucket() > 20);
  const int expected = match.Expected();
  CHECK(match.ExpectedBit(1, 0) == expected >> 7);
  CHECK(match.ExpectedBit(2 | (1 - (expected >> 7)), 1) == -1);  // off the expected path
  CHECK(match.Confidence16() > 50000);
  const int trust = match.Confidence16();
  push(expected ^ 1);
  CHECK(match.Length() == 0 && match.Expected() == phrase[201] && match.Confidence16() < trust);
  push(phrase[201]);
  CHECK(match.Length() == 1 && match.Expected() == phrase[202]);
  for (int i = 0; i < 5; ++i) push(match.Expected() ^ 1);
  CHECK(match.Expected() < 0);
  for (int i = 0; i < (1 << 17); ++i)
    push((i ^ i >> 3) * 37 & 255);  // round the ring: no stale match may be read past its end
  CHECK(match.Bucket() < MatchModel::kBuckets);
}
