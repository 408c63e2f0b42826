#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/value.h"
#include "core/key/key_range.h"

namespace shardlab::vectors {

/// One case of a vector file. Remembers which fields were asked for, so that a field the test does
/// not know is noticed. A field that is missing or of another kind throws, which fails the case.
class Case {
 public:
  explicit Case(nlohmann::json fields) : fields_(std::move(fields)) {}

  std::string label() const { return fields_.at("case").get<std::string>(); }
  bool is_for_another_profile() const { return fields_.value("profile", "") == "G17"; }
  bool has(const std::string& field) const;
  /// Present and not null.
  bool has_value(const std::string& field) const;

  const nlohmann::json& at(const std::string& field) const;
  std::string text(const std::string& field) const { return at(field).get<std::string>(); }
  std::int64_t number(const std::string& field) const;
  bool flag(const std::string& field) const { return at(field).get<bool>(); }
  std::vector<std::string> texts(const std::string& field) const;
  std::optional<key::KeyRange> range(const std::string& field) const;
  key::KeyspaceId keyspace_id(const std::string& field) const;

  /// Fields nobody has asked for, apart from those that only explain.
  std::vector<std::string> unread() const;

 private:
  nlohmann::json fields_;
  mutable std::set<std::string> read_;
};

/// `{"type": "INT64", "value": "-5"}`.
Value typed_value(const nlohmann::json& json);
/// `"40-80"`, or null for no range.
std::optional<key::KeyRange> range_of(const nlohmann::json& json);
/// Texts as rows of one type per column; null is NULL.
Row row_of(const nlohmann::json& json, const std::vector<Type>& types);
std::vector<Row> rows_of(const nlohmann::json& json, const std::vector<Type>& types);
std::vector<Type> types_of(const Case& c);

/// One vector file. Every group of it must be run; `finish` checks that and tells the counts.
/// The folder is that of SHARDLAB_VECTORS in the environment, or else of the sources.
class VectorFile {
 public:
  explicit VectorFile(const std::string& name);

  /// Runs every case of the group except those of profile G17.
  void run(const std::string& group, const std::function<void(const Case&)>& test);
  void finish();

 private:
  void run_case(const nlohmann::json& fields, const std::function<void(const Case&)>& test);

  std::string name_;
  nlohmann::json groups_;
  std::set<std::string> groups_run_;
  int cases_run_ = 0;
  int cases_left_out_ = 0;
};

/// Checks the error of a case: `error`, `error_prefix`, `error_suffix`, `error_contains` or
/// `invalid`. True when the case expects an error, whatever came of the check.
bool expects_error(const Case& c, const std::optional<Error>& error);

/// The error a call throws, if it does.
std::optional<Error> error_thrown_by(const std::function<void()>& call);
/// The error of a result, if it has one.
template <class T>
std::optional<Error> error_in(const Result<T>& result) {
  return error_thrown_by([&] { (void)result.value(); });
}

}  // namespace shardlab::vectors
