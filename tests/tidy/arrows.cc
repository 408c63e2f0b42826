#include <algorithm>
#include <array>

#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

/// A module includes its own files and those of a lower rank.
int rank_of(std::string_view module) {
  static constexpr std::array<std::string_view, 14> order{
      "base",   "key",          "vindexes", "proto",     "ports",  "sql",      "topo",
      "binlog", "vreplication", "tablet",   "discovery", "vtgate", "wrangler", "vtctl"};
  if (module == "worker") module = "vtgate";  // side by side, and strangers to each other
  const auto found = std::ranges::find(order, module);
  return found == order.end() ? -1 : static_cast<int>(found - order.begin());
}

/// The folders of the house that a folder may include; `core/base` is only its vocabulary.
std::string_view reach_of(std::string_view folder) {
  if (folder == "core") return "core/";
  if (folder == "sim") return "core/base/ sim/";
  if (folder == "fakes") return "core/ sim/ fakes/";
  return folder == "scenarios" ? "core/ sim/ fakes/ scenarios/"
                               : "core/ sim/ fakes/ scenarios/ tools/";
}

bool reaches(std::string_view folder, std::string_view path) {
  std::string_view rest = reach_of(folder);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (path.starts_with(rest.substr(0, end))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::string module_of(std::string_view path) {
  path.remove_prefix(std::string_view("core/").size());
  return std::string(path.substr(0, path.find('/')));
}

void check_module(const Source& source, const Include& include, Findings& findings) {
  const std::string theirs = module_of(include.path);
  const std::string ours = source.module();
  if (rank_of(theirs) < 0 || rank_of(ours) < 0) {
    findings.push_back(
        {source.path, include.line, "core has no module " + (rank_of(ours) < 0 ? ours : theirs)});
  } else if (theirs != ours && rank_of(theirs) >= rank_of(ours)) {
    findings.push_back({source.path, include.line,
                        "core/" + ours + " comes before core/" + theirs + " and may not know it"});
  }
}

/// Libraries that belong to one folder alone.
std::string_view owner_of(std::string_view header) {
  if (header == "sqlite3.h") return "fakes";
  if (header.starts_with("CLI/")) return "tools";
  return "";
}

bool is_plain_path(std::string_view path) {
  return !path.starts_with('/') && !path.starts_with("./") && path.find('\\') == path.npos &&
         path.find("../") == path.npos && path.find("/./") == path.npos &&
         path.find("//") == path.npos;
}

/// The namespaces of folders that `core` and `sim` must not know.
std::string_view strangers_of(std::string_view folder) {
  if (folder == "core") return "sim fakes scenarios tools";
  if (folder == "sim") return "fakes scenarios tools";
  if (folder == "fakes") return "scenarios tools";
  return folder == "scenarios" ? "tools" : "";
}

bool names(std::string_view list, std::string_view word) {
  const std::size_t at = word.empty() ? list.npos : list.find(word);
  if (at == list.npos) return false;
  const std::size_t end = at + word.size();
  return (at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ');
}

std::string fault_in_include(const Source& source, const Include& include) {
  if (include.computed) return "an include says its path itself";
  if (!is_plain_path(include.path)) return "paths begin at the root of the project";
  const bool code = include.path.ends_with(".cc") || include.path.ends_with(".cpp") ||
                    include.path.ends_with(".inc") || include.path.ends_with(".c");
  if (code) return "a source is compiled, not included";
  if (include.angled) {
    const std::string_view owner = owner_of(include.path);
    if (!owner.empty() && owner != source.folder()) {
      return "<" + include.path + "> belongs to " + std::string(owner) + " alone";
    }
    return reaches("tests", include.path) || include.path.starts_with("tests/")
               ? "the house's own headers stand in quotes"
               : "";
  }
  if (include.path.starts_with("google/")) return "";  // imports of the protobuf language
  if (reaches(source.folder(), include.path)) return "";
  return source.folder() + " may not include \"" + include.path + "\"";
}

/// A declaration of one's own reaches what an include may not.
std::string fault_in_words(const Source& source, int i) {
  const Tokens& tokens = source.tokens;
  if (!is_word(tokens, i)) return "";
  const bool template_or_c = is(tokens, i + 1, "template") || tokens[i].in_macro;
  if (is(tokens, i, "extern") && !template_or_c) {
    return "what another file defines is known by its header, not by extern";
  }
  const bool statement = i == 0 || is_one_of(tokens, i - 1, {";", "}", "{", "export"});
  const bool module = is(tokens, i, "import") && statement && source.is_cpp() &&
                      !is_one_of(tokens, i + 1, {"(", ".", "->", "=", "::"});
  if (module) return "headers are included, not imported";
  const bool is_namespace = is(tokens, i + 1, "::") || is(tokens, i - 1, "namespace") ||
                            (is(tokens, i - 1, "::") && is(tokens, i - 2, "shardlab"));
  if (is_namespace && names(strangers_of(source.folder()), tokens[i].text)) {
    return source.folder() + " may not know " + std::string(tokens[i].text);
  }
  return "";
}

}  // namespace

void arrows_are_kept(const Source& source, const Tree&, Findings& findings) {
  for (const Include& include : source.includes) {
    const std::string fault = fault_in_include(source, include);
    if (!fault.empty()) {
      findings.push_back({source.path, include.line, fault});
    } else if (source.folder() == "core" && !include.angled &&
               !include.path.starts_with("google/")) {
      check_module(source, include, findings);
    }
  }
  for (int i = 0; i < count_of(source.tokens) && source.is_cpp(); ++i) {
    const std::string fault = fault_in_words(source, i);
    if (!fault.empty()) findings.push_back({source.path, source.tokens[i].line, fault});
  }
}

}  // namespace shardlab::tidy
