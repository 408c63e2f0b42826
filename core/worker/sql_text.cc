#include "core/worker/sql_text.h"

namespace shardlab::worker {

void append_identifier(std::string& out, std::string_view name) {
  out += '`';
  for (char c : name) {
    if (c == '`') out += '`';
    out += c;
  }
  out += '`';
}

void append_identifiers(std::string& out, const std::vector<std::string>& names,
                        std::string_view separator) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += separator;
    append_identifier(out, names[i]);
  }
}

void append_literal(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else {
    value.append_sql_literal(out);
  }
}

}  // namespace shardlab::worker
