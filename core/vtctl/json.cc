#include "core/vtctl/json.h"

#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace shardlab::vtctl {

std::string to_json(const google::protobuf::Message& record) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  options.always_print_enums_as_ints = true;
  std::string compact;
  const auto status = google::protobuf::util::MessageToJsonString(record, &compact, options);
  check(status.ok(), "a record cannot be printed as JSON");
  return nlohmann::ordered_json::parse(compact).dump(2);
}

std::string result_json(const QueryResult& result) {
  nlohmann::ordered_json json;
  json["fields"] = nlohmann::ordered_json::array();
  for (const Field& field : result.fields) {
    json["fields"].push_back({{"name", field.name}, {"type", std::string(to_string(field.type))}});
  }
  json["rows_affected"] = result.rows_affected;
  json["rows"] = nlohmann::ordered_json::array();
  for (const Row& row : result.rows) {
    auto line = nlohmann::ordered_json::array();
    for (const Value& value : row) {
      value.is_null() ? line.push_back(nullptr) : line.push_back(value.text());
    }
    json["rows"].push_back(std::move(line));
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace shardlab::vtctl
