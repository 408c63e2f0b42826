#include "tests/tidy/address_text.h"

namespace shardlab::tidy {
namespace {

void report(const Source& source, int i, Findings& findings, std::string text) {
  findings.push_back({source.path, source.tokens[i].line, std::move(text)});
}

/// `%p`, `{:p}`, `{:>20p}`; not `{name: stop}`.
void look_at_text(const Source& source, int i, Findings& findings) {
  const std::string_view text = source.tokens[i].text;
  for (std::size_t at = text.find('p'); at != text.npos; at = text.find('p', at + 1)) {
    const auto before = [&](std::string_view filler) {
      const std::size_t found = at == 0 ? text.npos : text.find_last_not_of(filler, at - 1);
      return found == text.npos ? '\0' : text[found];
    };
    const bool closed = at + 1 < text.size() && text[at + 1] == '}';
    if (before("-+ #0123456789") == '%' && (at == 0 || text[at - 1] != ' ')) {
      report(source, i, findings, "prints an address: %p");
    } else if (closed && before("-+ #0123456789<>^") == ':' && text[at - 1] != ' ') {
      report(source, i, findings, "prints an address: {:p}");
    }
  }
}

bool is_printed(const Tokens& tokens, int i) {
  if (is(tokens, i - 1, "<") && is(tokens, i - 2, "<")) return true;
  for (--i; i >= 0 && !is_one_of(tokens, i, {";", "{", "}"}); --i) {
    if (tokens[i].match >= 0 && tokens[i].match < i) i = tokens[i].match;
    const bool print = is_one_of(
        tokens, i - 1,
        {"format", "print", "println", "format_to", "to_string", "printf", "fprintf", "snprintf"});
    if (is(tokens, i, "(") && print) return true;
  }
  return false;
}

/// `static_cast<const void*>(x)` and `(void*)x`.
bool casts_to_void(const Tokens& tokens, int i) {
  const bool named = is(tokens, i, "static_cast") && is(tokens, i + 1, "<");
  if (!named && !is(tokens, i, "(")) return false;
  const int type = head_of_type(tokens, i + (named ? 2 : 1));
  return is(tokens, type, "void") && is(tokens, type + 1, "*") &&
         is_one_of(tokens, type + 2, {">", ")"});
}

}  // namespace

void find_printed_addresses(const Source& source, Findings& findings) {
  const Tokens& tokens = source.tokens;
  for (int i = 0; i < count_of(tokens); ++i) {
    if (tokens[i].kind == Kind::string) look_at_text(source, i, findings);
    const bool ptr =
        is(tokens, i, "ptr") && is(tokens, i - 1, "::") && is_one_of(tokens, i - 2, {"fmt", "std"});
    if (ptr) report(source, i, findings, "prints an address: fmt::ptr");
    if (casts_to_void(tokens, i) && is_printed(tokens, i)) {
      report(source, i, findings, "prints an address");
    }
  }
}

}  // namespace shardlab::tidy
