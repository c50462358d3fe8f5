#include "trace_schema.h"

namespace teacher {
namespace {

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 32) {
      constexpr const char* kHex = "0123456789abcdef";
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string Number(uint64_t n) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + n % 10));
  } while (n /= 10);
  return digits;
}

}  // namespace

std::vector<ColumnSpec> ColumnsOf(Profile profile) {
  static constexpr const char* kOrderNames[] = {"order0_prob", "order1_prob", "order2_prob", "order3_prob",
                                                "order4_prob", "order5_prob", "order6_prob"};
  std::vector<ColumnSpec> columns = {{ColumnId::kPosition, "position", "u64", 1, 8},
                                     {ColumnId::kContext, "context", "bytes", 32, 1}};
  if (profile != Profile::kTarget) {
    columns.push_back({ColumnId::kContextHash, "context_hash", "u64", 1, 8});
    for (int order = 0; order <= (profile == Profile::kFull ? 6 : 2); ++order) {
      columns.push_back(
          {ColumnId::kComponentProb, kOrderNames[order], "f32", 256, 4, order ? order - 1 : kOrder0});
    }
  }
  if (profile == Profile::kFull) {
    columns.push_back({ColumnId::kComponentProb, "word_prob", "f32", 256, 4, kWord});
    columns.push_back({ColumnId::kComponentProb, "match_prob", "f32", 256, 4, kMatch});
    columns.push_back({ColumnId::kIcmPath, "icm_path", "f32", 8 * kComponentCount, 4});
    columns.push_back({ColumnId::kIssePath, "isse_path", "f32", 8 * kComponentCount, 4});
  }
  if (profile != Profile::kTarget)
    columns.push_back({ColumnId::kMixerWeights, "mixer_weights", "f32", kMixers, 4});
  columns.push_back({ColumnId::kFinalProb, "final_prob", "f32", 256, 4});
  if (profile != Profile::kTarget) columns.push_back({ColumnId::kFinalPath, "final_path", "bytes", 16, 1});
  columns.push_back({ColumnId::kTargetSymbol, "target_symbol", "u8", 1, 1});
  if (profile != Profile::kTarget) {
    columns.push_back({ColumnId::kCoderLow, "coder_low", "u32", 1, 4});
    columns.push_back({ColumnId::kCoderRange, "coder_range", "u32", 1, 4});
  }
  return columns;
}

std::string HeaderJson(const TraceOptions& options) {
  static constexpr const char* kProfiles[] = {"full", "compact", "target"};
  std::string json = "{\"schema\":1,\"teacher\":{\"name\":\"understudy-teacher\",\"version\":";
  json.append(Quoted(kVersion))
      .append(",\"options\":{\"mem\":")
      .append(Number(static_cast<uint64_t>(options.megabytes)));
  if (options.lstm) json.append(",\"lstm\":true");
  json.append("}},\"profile\":").append(Quoted(kProfiles[static_cast<int>(options.profile)]));
  json.append(",\"range\":[").append(Number(options.begin)).append(",").append(Number(options.end));
  json.append("],\"warmUp\":")
      .append(Number(options.warmUp))
      .append(",\"stride\":")
      .append(Number(options.stride));
  json.append(",\"components\":[");
  const char* separator = "";
  for (const ComponentSpec& component : kComponents) {
    json.append(separator).append(Quoted(component.name));
    separator = ",";
  }
  json.append("],\"source\":{\"name\":")
      .append(Quoted(options.sourceName))
      .append(",\"bytes\":")
      .append(Number(options.sourceBytes));
  json.append("},\"columns\":[");
  separator = "";
  for (const ColumnSpec& column : ColumnsOf(options.profile)) {
    json.append(separator)
        .append("{\"name\":")
        .append(Quoted(column.name))
        .append(",\"type\":")
        .append(Quoted(column.type));
    json.append(",\"length\":").append(Number(static_cast<uint64_t>(column.length))).append("}");
    separator = ",";
  }
  return json.append("]}");
}

}  // namespace teacher
