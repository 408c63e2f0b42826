#include <algorithm>
#include <set>

#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

struct Ban {
  std::string_view name;
  std::string_view instead;
};

constexpr std::string_view draw = "every choice is a named draw";
constexpr std::string_view virtual_time = "time comes from the loop or from the clock port";
constexpr std::string_view one_thread = "a run has one thread";

constexpr Ban banned_names[] = {
    {"random_device", draw},
    {"mt19937", draw},
    {"mt19937_64", draw},
    {"default_random_engine", draw},
    {"shuffle", draw},
    {"random_shuffle", draw},
    {"random_bytes_engine", draw},
    {"system_clock", virtual_time},
    {"steady_clock", virtual_time},
    {"high_resolution_clock", virtual_time},
    {"clock_gettime", virtual_time},
    {"gettimeofday", virtual_time},
    {"localtime", virtual_time},
    {"localtime_r", virtual_time},
    {"steady_timer", virtual_time},
    {"system_timer", virtual_time},
    {"io_context", "coroutines run on the executor they were spawned on"},
    {"thread_pool", one_thread},
    {"this_thread", one_thread},
    {"jthread", one_thread},
    {"thread_local", one_thread},
    {"getenv", "the environment decides nothing"},
    {"secure_getenv", "the environment decides nothing"},
    {"setlocale", "fmt is free of locales"},
};

/// Names so short that they are banned only behind `std::` or as a call of their own.
constexpr Ban banned_in_std[] = {
    {"thread", one_thread},
    {"async", one_thread},
    {"locale", "fmt is free of locales"},
    {"rand", draw},
    {"time", virtual_time},
    {"clock", virtual_time},
    {"hash", "its values differ between standard libraries"},
};
constexpr Ban banned_calls[] = {{"rand", draw}, {"srand", draw}, {"time", virtual_time}};

constexpr Ban banned_headers[] = {
    {"random", draw},
    {"thread", one_thread},
    {"future", one_thread},
    {"condition_variable", one_thread},
    {"mutex", one_thread},
    {"ctime", virtual_time},
    {"time.h", virtual_time},
    {"locale", "fmt is free of locales"},
    {"boost/asio.hpp", "it brings real sockets and costs 5 s a file; include what is used"},
    {"boost/asio/steady_timer.hpp", virtual_time},
    {"boost/asio/system_timer.hpp", virtual_time},
    {"boost/asio/high_resolution_timer.hpp", virtual_time},
    {"boost/asio/deadline_timer.hpp", virtual_time},
    {"boost/asio/io_context.hpp", "coroutines run on the executor they were spawned on"},
    {"boost/asio/signal_set.hpp", "real I/O on a simulated context starts a thread"},
    {"boost/asio/thread_pool.hpp", one_thread},
    {"boost/asio/detached.hpp", "children are structured"},
};

std::string_view text_at(const Source& source, std::size_t i) {
  return i < source.tokens.size() ? source.tokens[i].text : std::string_view();
}

template <std::size_t n>
const Ban* find_ban(const Ban (&bans)[n], std::string_view name) {
  const auto found = std::ranges::find(bans, name, &Ban::name);
  return found == std::end(bans) ? nullptr : &*found;
}

const Ban* ban_of(const Source& source, std::size_t i) {
  const std::string_view name = source.tokens[i].text;
  if (const Ban* ban = find_ban(banned_names, name)) return ban;
  static constexpr Ban distribution{"std distributions", draw};
  if (name.ends_with("_distribution") && i >= 2 && text_at(source, i - 2) == "std") {
    return &distribution;
  }
  const std::string_view before = i > 0 ? text_at(source, i - 1) : "";
  if (before == "::" && i >= 2 && text_at(source, i - 2) == "std") {
    return find_ban(banned_in_std, name);
  }
  const bool statement =
      i == 0 || (source.tokens[i - 1].kind == Kind::sign && before != "." && before != "->" &&
                 before != "::" && before != ">" && before != "*" && before != "&");
  if (statement && text_at(source, i + 1) == "(") return find_ban(banned_calls, name);
  return nullptr;
}

bool is_hash_container(std::string_view name) { return name.starts_with("unordered_"); }

/// Index behind the template list that opens at `open`, or `open` itself if none does.
std::size_t after_template(const Source& source, std::size_t open) {
  if (text_at(source, open) != "<") return open;
  int depth = 0;
  for (std::size_t i = open; i < source.tokens.size(); ++i) {
    if (source.tokens[i].text == "<") ++depth;
    if (source.tokens[i].text == ">" && --depth == 0) return i + 1;
    if (source.tokens[i].text == ";") break;
  }
  return open;
}

void collect_hash_containers(const Source& source, std::set<std::string_view>& names) {
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    if (!is_hash_container(source.tokens[i].text)) continue;
    std::size_t after = after_template(source, i + 1);
    while (text_at(source, after) == "&" || text_at(source, after) == "const") ++after;
    if (after < source.tokens.size() && source.tokens[after].kind == Kind::word) {
      names.insert(source.tokens[after].text);
    }
  }
}

}  // namespace

void no_banned_names(const Source& source, const Tree&, Findings& findings) {
  if (!source.is_cpp()) return;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const Token& token = source.tokens[i];
    if (token.kind != Kind::word) continue;
    if (const Ban* ban = ban_of(source, i)) {
      findings.push_back(
          {source.path, token.line, std::string(token.text) + ": " + std::string(ban->instead)});
    }
    const bool floating = token.text == "double" || token.text == "float";
    if (source.folder() == "sim" && floating) {
      findings.push_back({source.path, token.line, "floating point differs between compilers"});
    }
  }
}

void no_banned_headers(const Source& source, const Tree&, Findings& findings) {
  for (const Include& include : source.includes) {
    std::string_view why;
    if (const Ban* ban = find_ban(banned_headers, include.path)) why = ban->instead;
    if (include.path.starts_with("boost/asio/ip/") ||
        include.path.starts_with("boost/asio/local/") ||
        include.path.starts_with("boost/asio/posix/")) {
      why = "real I/O on a simulated context starts a thread";
    }
    const bool files =
        include.path == "fstream" || include.path == "filesystem" || include.path == "iostream";
    if (files && source.folder() != "scenarios") why = "a run touches no files and no terminal";
    if (why.empty()) continue;
    findings.push_back({source.path, include.line, "<" + include.path + ">: " + std::string(why)});
  }
}

void no_hash_order(const Source& source, const Tree& tree, Findings& findings) {
  std::set<std::string_view> names;
  collect_hash_containers(source, names);
  const auto header = tree.sources.find(source.stem() + ".h");
  if (header != tree.sources.end()) collect_hash_containers(header->second, names);

  for (std::size_t i = 0; i + 1 < source.tokens.size(); ++i) {
    const Token& token = source.tokens[i];
    const bool ends_range = text_at(source, i + 1) == ")" && source.tokens[i + 1].match > 0 &&
                            text_at(source, source.tokens[i + 1].match - 1) == "for";
    const bool begin = text_at(source, i + 1) == "." &&
                       (text_at(source, i + 2) == "begin" || text_at(source, i + 2) == "cbegin");
    if (!names.contains(token.text) || !(ends_range || begin)) continue;
    findings.push_back({source.path, token.line,
                        "iterates over the hash container " + std::string(token.text) +
                            "; its order differs between libraries"});
  }
}

void no_pointer_order(const Source& source, const Tree&, Findings& findings) {
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const Token& token = source.tokens[i];
    if (token.kind == Kind::string && token.text.find("%p") != token.text.npos) {
      findings.push_back({source.path, token.line, "prints an address: %p"});
    }
    if (token.text == "ptr" && i >= 2 && text_at(source, i - 2) == "fmt") {
      findings.push_back({source.path, token.line, "prints an address: fmt::ptr"});
    }
    if (token.text == "uintptr_t") {
      findings.push_back({source.path, token.line, "an address is not a number here"});
    }
    const bool ordered = token.text == "map" || token.text == "set" || token.text == "multimap" ||
                         token.text == "multiset" || token.text == "less";
    if (!ordered || token.kind != Kind::word || text_at(source, i + 1) != "<") continue;
    for (std::size_t k = i + 2; k < source.tokens.size(); ++k) {
      const std::string_view key = text_at(source, k);
      if (key == "*") findings.push_back({source.path, token.line, "ordered by address"});
      if (source.tokens[k].kind != Kind::word && key != "::") break;
    }
  }
}

}  // namespace shardlab::tidy
