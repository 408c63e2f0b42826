#include "tests/vectors/vector_file.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "core/key/key_range.h"

namespace shardlab::vectors {
namespace {

std::string folder() {
  const char* chosen = std::getenv("SHARDLAB_VECTORS");
  return chosen != nullptr && *chosen != '\0' ? chosen : SHARDLAB_VECTORS_DIR;
}

}  // namespace

bool Case::has(const std::string& field) const {
  read_.insert(field);
  return fields_.contains(field);
}

bool Case::has_value(const std::string& field) const {
  return has(field) && !fields_.at(field).is_null();
}

const nlohmann::json& Case::at(const std::string& field) const {
  read_.insert(field);
  if (!fields_.contains(field)) throw std::runtime_error("the field " + field + " is missing");
  return fields_.at(field);
}

std::int64_t Case::number(const std::string& field) const {
  const auto& value = at(field);
  return value.is_string() ? std::stoll(value.get<std::string>()) : value.get<std::int64_t>();
}

std::vector<std::string> Case::texts(const std::string& field) const {
  return at(field).get<std::vector<std::string>>();
}

std::optional<key::KeyRange> Case::range(const std::string& field) const {
  return range_of(at(field));
}

key::KeyspaceId Case::keyspace_id(const std::string& field) const {
  return key::parse_keyspace_id(text(field)).value();
}

std::vector<std::string> Case::unread() const {
  const std::set<std::string> explaining{"case", "name", "note", "profile", "spelling"};
  std::vector<std::string> fields;
  for (const auto& item : fields_.items()) {
    if (!read_.contains(item.key()) && !explaining.contains(item.key())) {
      fields.push_back(item.key());
    }
  }
  return fields;
}

Value typed_value(const nlohmann::json& json) {
  if (json.at("value").is_null()) return Value::null();
  return Value(parse_type(json.at("type").get<std::string>()), json.at("value").get<std::string>());
}

std::optional<key::KeyRange> range_of(const nlohmann::json& json) {
  if (json.is_null()) return std::nullopt;
  return key::parse_key_range(json.get<std::string>()).value();
}

Row row_of(const nlohmann::json& json, const std::vector<Type>& types) {
  Row row;
  for (const auto& item : json) {
    row.push_back(item.is_null() ? Value::null()
                                 : Value(types.at(row.size()), item.get<std::string>()));
  }
  return row;
}

std::vector<Row> rows_of(const nlohmann::json& json, const std::vector<Type>& types) {
  std::vector<Row> rows;
  for (const auto& item : json) rows.push_back(row_of(item, types));
  return rows;
}

std::vector<Type> types_of(const Case& c) {
  std::vector<Type> types;
  for (const auto& name : c.texts("types")) types.push_back(parse_type(name));
  return types;
}

VectorFile::VectorFile(const std::string& name) : name_(name) {
  const std::string path = folder() + "/" + name + ".json";
  INFO("reading " << path);
  std::ifstream in(path);
  REQUIRE(in.good());
  const auto document = nlohmann::json::parse(in);
  REQUIRE(document.at("file") == name);
  groups_ = document.at("groups");
}

void VectorFile::run(const std::string& group, const std::function<void(const Case&)>& test) {
  INFO("file " << name_ << ", group " << group);
  REQUIRE(groups_.contains(group));
  groups_run_.insert(group);
  for (const auto& fields : groups_.at(group)) run_case(fields, test);
}

void VectorFile::run_case(const nlohmann::json& fields,
                          const std::function<void(const Case&)>& test) {
  const Case c(fields);
  INFO("case " << c.label());
  if (c.is_for_another_profile()) {
    ++cases_left_out_;
    return;
  }
  ++cases_run_;
  try {
    test(c);
  } catch (const std::exception& error) {
    FAIL_CHECK("threw: " << error.what());
    return;
  }
  for (const auto& field : c.unread()) FAIL_CHECK("the field " << field << " is not tested");
}

void VectorFile::finish() {
  for (const auto& group : groups_.items()) {
    INFO("group " << group.key() << " of " << name_ << " is run");
    CHECK(groups_run_.contains(group.key()));
  }
  WARN(name_ << ": " << cases_run_ << " cases run, " << cases_left_out_ << " left out");
  REQUIRE(cases_run_ > 0);
}

bool expects_error(const Case& c, const std::optional<Error>& error) {
  const std::string message = error ? error->message() : "";
  bool expected = false;
  if (c.has_value("error")) {
    expected = true;
    CHECK(message == c.text("error"));
  }
  if (c.has("error_prefix")) {
    expected = true;
    CHECK_THAT(message, Catch::StartsWith(c.text("error_prefix")));
  }
  if (c.has("error_suffix")) {
    expected = true;
    CHECK_THAT(message, Catch::EndsWith(c.text("error_suffix")));
  }
  if (c.has("error_contains")) {
    expected = true;
    CHECK_THAT(message, Catch::Contains(c.text("error_contains")));
  }
  if (c.has("invalid") && c.flag("invalid")) expected = true;
  CHECK(error.has_value() == expected);
  if (!expected && error) FAIL_CHECK("unexpected error: " << message);
  return expected;
}

std::optional<Error> error_thrown_by(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

}  // namespace shardlab::vectors
