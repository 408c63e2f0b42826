#include "tests/contracts/etcd/arbitrary_line.h"

#include <fmt/format.h>
#include <set>
#include <vector>

namespace shardlab::fakes::etcd {
namespace {

class Line {
 public:
  explicit Line(std::uint64_t number) : state_(number) {}

  std::string text() {
    const int kind = below(100);
    if (kind < 30) return put(pick({"a", "b", "c", "d"}));
    if (kind < 42) return del();
    if (kind < 60) return get();
    if (kind < 77) return txn(2);
    // Until the history is gone from the disk a real etcd may still tell a deletion at that point.
    if (kind < 81) return fmt::format("compact {} physical", revision());
    if (kind < 93) return lease();
    return watch();
  }

 private:
  std::uint64_t next() {  // splitmix64
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  int below(int limit) { return static_cast<int>(next() % static_cast<std::uint64_t>(limit)); }
  bool often(int percent) { return below(100) < percent; }
  std::string pick(std::vector<std::string> texts) {
    return texts[static_cast<std::size_t>(below(static_cast<int>(texts.size())))];
  }
  std::string maybe(int percent, std::string text) { return often(percent) ? " " + text : ""; }

  int revision() { return 1 + below(often(70) ? 8 : 20); }
  std::string id() { return pick({"7", "8", "9"}); }
  std::string value() { return pick({"1", "2", "3", "''"}); }
  std::string keys() {
    if (often(50)) return pick({"a", "b", "c", "d"});
    return pick({"a..c", "b..d", "a..", "c..", "*", "a*", "b..b", "c..a", "a..e"});
  }

  std::string put(std::string key) {
    const bool ignores = often(6);
    std::string line = fmt::format("put {} {}", key, ignores && often(90) ? "''" : value());
    if (ignores) line += " ignore_value";
    if (often(15)) line += " lease=" + id();
    return line + maybe(5, "ignore_lease") + maybe(20, "prev");
  }

  std::string del() { return "del " + keys() + maybe(25, "prev"); }

  std::string get() {
    std::string line = "get " + keys();
    if (often(25)) line += fmt::format(" rev={}", revision());
    if (often(20)) line += fmt::format(" limit={}", below(4));
    if (often(30)) line += " sort=" + pick({"key", "version", "create", "mod", "value"});
    if (often(25)) line += pick({" asc", " desc"});
    for (const char* bound : {"min_mod", "max_mod", "min_create", "max_create"}) {
      if (often(7)) line += fmt::format(" {}={}", bound, revision());
    }
    return line + maybe(10, "keys_only") + maybe(10, "count_only") + maybe(10, "serializable");
  }

  std::string compare() {
    const std::string target = pick({"version", "create", "mod", "value", "lease"});
    const std::string sign = pick({"=", "!=", "<", ">"});
    std::string with = fmt::format("{}", below(target == "version" ? 3 : 8));
    if (target == "lease" && often(50)) with = id();
    if (target == "value") with = value();
    return fmt::format("{} {} {} {}", target, keys(), sign, with);
  }

  std::string op(int depth, std::vector<std::string>& free_keys) {
    const int kind = below(100);
    if (depth > 0 && kind < 15) return txn(depth - 1);
    if (kind < 40) return get();
    if (kind < 52) return del();
    if (free_keys.empty() || often(3)) return put(pick({"a", "b", "c", "d"}));
    const std::string key = free_keys.back();
    free_keys.pop_back();
    return put(key);
  }

  std::string branch(int depth) {
    std::vector<std::string> free_keys{"d", "c", "b", "a"};
    if (often(50)) free_keys = {"a", "c", "d", "b"};
    std::string text;
    for (int ops = below(4); ops > 0; --ops) {
      text += (text.empty() ? "" : " ; ") + op(depth, free_keys);
    }
    return text;
  }

  std::string txn(int depth) {
    std::string compares;
    for (int count = below(3); count > 0; --count) {
      compares += (compares.empty() ? "" : " , ") + compare();
    }
    return fmt::format("txn [ {} ? {} : {} ]", compares, branch(depth), branch(depth));
  }

  std::string lease() {
    const int kind = below(100);
    if (kind < 45) return fmt::format("grant {} {}", id(), pick({"1000", "2000", "5000"}));
    if (kind < 60) return "keepalive " + id();
    if (kind < 75) return "revoke " + id();
    if (kind < 92) return "ttl " + id() + maybe(70, "keys");
    return "leases";
  }

  std::string watch() {
    const int kind = below(100);
    if (kind < 12) return "progress";
    if (kind < 25) return fmt::format("cancel {}", below(4));
    std::string line = fmt::format("watch {} {}", below(4), keys());
    if (often(25)) line += fmt::format(" from={}", 1 + revision());
    return line + maybe(30, "prev") + maybe(12, "noput") + maybe(12, "nodelete") +
           maybe(20, "fragment");
  }

  std::uint64_t state_;
};

/// A transaction that deletes a key by a range without end, which is not noticed, and then puts it
/// with `ignore_value` ends a real etcd 3.4.
std::string without_what_kills_etcd(std::string line) {
  bool has_endless_delete = false;
  for (const char* text : {"del a..", "del c..", "del *"}) {
    const std::size_t at = line.find(std::string(text) + " ");
    has_endless_delete |= at != line.npos;
  }
  if (!has_endless_delete) return line;
  for (const std::string option : {" ignore_value", " ignore_lease"}) {
    for (std::size_t at; (at = line.find(option)) != line.npos;) line.erase(at, option.size());
  }
  return line;
}

}  // namespace

std::string arbitrary_line(std::uint64_t number) {
  const std::string line = Line(number).text();
  return line.starts_with("txn") ? without_what_kills_etcd(line) : line;
}

}  // namespace shardlab::fakes::etcd
