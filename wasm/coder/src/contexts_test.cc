// Row numbers equal those of Python in tests/vectors/ngram_rows.json (first argument); windows are the last
// 32 bytes.
#include "contexts.h"

#include <algorithm>

#include "testing.h"

namespace understudy {
namespace {

using testing::ReadNumbers;

// Value of a field of the JSON object that starts at `at`.
std::string Field(const std::string& json, size_t at, const std::string& key) {
  size_t start = json.find("\"" + key + "\":", at) + key.size() + 3;
  if (json[start] == '"') ++start;
  return json.substr(start, json.find_first_of(",\"}", start) - start);
}

uint32_t Number(const std::string& json, size_t at, const std::string& key) {
  return static_cast<uint32_t>(std::strtoul(Field(json, at, key).c_str(), nullptr, 10));
}

ContextKind Kind(const std::string& name) {
  if (name == "byte") return ContextKind::kByte;
  if (name == "order") return ContextKind::kOrder;
  if (name == "word") return ContextKind::kWord;
  CHECK(name == "words");
  return ContextKind::kWords;
}

std::vector<NgramTable> ReadTables(const std::string& json, size_t& at) {
  const uint32_t row_dim = Number(json, at, "rowDim");
  at = json.find("\"tables\"", at);
  const size_t end = json.find(']', at);
  std::vector<NgramTable> tables;
  for (at = json.find('{', at); at < end; at = json.find('{', at + 1)) {
    tables.push_back({Kind(Field(json, at, "context")), Number(json, at, "order"), Number(json, at, "rows"),
                      Number(json, at, "firstRow"), Number(json, at, "dim") / row_dim});
  }
  at = end;
  return tables;
}

void EqualsVectors(const char* path) {
  const std::string json = testing::ReadText(path);
  size_t at = json.find("\"text\"");
  const std::vector<int64_t> text = ReadNumbers(json, at);
  std::vector<uint8_t> bytes(kHistoryBytes);
  bytes.insert(bytes.end(), text.begin(), text.end());

  int fronts = 0;
  for (at = json.find("\"rowDim\""); at != std::string::npos; at = json.find("\"rowDim\"", at), ++fronts) {
    const std::vector<NgramTable> tables = ReadTables(json, at);
    CHECK(!tables.empty());
    at = json.find("\"rows\":", at);
    const std::vector<int64_t> expected = ReadNumbers(json, at);
    size_t inputs = 0;
    for (const NgramTable& table : tables) inputs += table.rows_per_context;
    CHECK(expected.size() % inputs == 0 && expected.size() / inputs >= text.size());
    std::vector<int32_t> rows(inputs);
    for (size_t step = 0; step < expected.size() / inputs; ++step) {
      NgramRows(tables, bytes.data() + kHistoryBytes + step, rows.data());
      CHECK(std::equal(rows.begin(), rows.end(), expected.begin() + static_cast<long>(step * inputs)));
    }
  }
  CHECK(fronts >= 2);
}

void WindowIsOldestFirst() {
  uint8_t bytes[kHistoryBytes];
  for (uint32_t i = 0; i < kHistoryBytes; ++i) bytes[i] = static_cast<uint8_t>(200 + i);
  int32_t window[kHistoryBytes];
  Window(bytes + kHistoryBytes, window);
  for (uint32_t i = 0; i < kHistoryBytes; ++i) CHECK(window[i] == static_cast<int32_t>((200 + i) & 0xFF));
}

}  // namespace
}  // namespace understudy

int main(int argc, char** argv) {
  CHECK(argc == 2);
  understudy::EqualsVectors(argv[1]);
  understudy::WindowIsOldestFirst();
}
