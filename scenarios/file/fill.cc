#include "scenarios/file/fill.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>

#include "scenarios/checks/placement.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/file/topology.h"
#include "scenarios/text/suggest.h"

namespace shardlab::scenarios {
namespace {

constexpr std::string_view small_letters = "abcdefghijklmnopqrstuvwxyz.";

/// A `{word}` in a text.
struct Placeholder {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string word;
};

/// What else stands in braces belongs to somebody else.
std::optional<Placeholder> next_placeholder(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find('{', from); at != text.npos; at = text.find('{', at + 1)) {
    const std::size_t end = text.find_first_not_of(small_letters, at + 1);
    const bool is_word = end != text.npos && end > at + 1 && text[end] == '}';
    if (is_word)
      return Placeholder{at, end + 1 - at, std::string(text.substr(at + 1, end - at - 1))};
  }
  return std::nullopt;
}

std::string listed(const std::vector<std::string>& shards) {
  return fmt::format("['{}']", fmt::join(shards, "', '"));
}

/// The words of one cluster and what they stand for.
class Filling {
 public:
  explicit Filling(const Scenario& cluster) : cluster_(cluster) {
    each_["cell"] = cluster.cluster.cells;
    const auto sources = source_shards(cluster);
    if (sources.size() != 1) return;
    std::vector<std::string> serving = other_shards(cluster);
    const auto& shards = cluster.keyspaces.front().shards;
    add("source", *std::ranges::find(shards, sources.front(), &ShardSpec::name));
    for (const ShardSpec& target : cluster.sharded_template) {
      add("target", target);
      serving.push_back(target.name);
    }
    std::ranges::sort(serving, {},
                      [](const std::string& name) { return ShardRange(name).start(); });
    std::uint64_t tablets = 0;
    for (const ShardSpec& shard : shards) tablets += shard.uids.size();
    for (const ShardSpec& shard : cluster.sharded_template) tablets += shard.uids.size();
    each_["tablets"] = {fmt::format("{}", tablets * cluster.cluster.cells.size())};
    each_["targets"] = {listed(target_shards(cluster))};
    each_["serving"] = {listed(serving)};
  }

  /// As often as the text's words have values. `node` says where a mistake is.
  std::vector<std::string> fill(const Node& node, const std::string& text,
                                std::size_t offset) const {
    std::string family;
    std::size_t times = 1;
    for (auto found = next_placeholder(text, 0); found;
         found = next_placeholder(text, found->offset + found->length)) {
      const std::vector<std::string>& values = values_of(node, *found, offset);
      const std::string own = found->word.substr(0, found->word.find('.'));
      if (own != "target" && own != "cell") continue;
      if (!family.empty() && family != own) {
        fail_inside(node, TextError(offset + found->offset, found->length,
                                    "a line is about new shards or about cells, not both"));
      }
      family = own;
      times = values.size();
    }
    std::vector<std::string> filled;
    for (std::size_t i = 0; i < times; ++i) filled.push_back(fill_once(node, text, offset, i));
    return filled;
  }

  void fill_lines(Node& node) const {
    std::string result;
    for (std::size_t at = 0; at < node.text.size();) {
      const std::size_t end = std::min(node.text.find('\n', at), node.text.size());
      for (const std::string& line : fill(node, node.text.substr(at, end - at), at)) {
        result += line + "\n";
      }
      at = end + 1;
    }
    node.text = std::move(result);
  }

 private:
  void add(const std::string& word, const ShardSpec& shard) {
    const auto& cells = cluster_.cluster.cells;
    each_[word].push_back(cluster_.keyspaces.front().name + "/" + shard.name);
    each_[word + ".shard"].push_back(shard.name);
    const std::uint64_t master = shard.master.value_or(shard.uids.first);
    each_[word + ".master"].push_back(tablet_host(cells.front(), master));
    each_[word + ".rdonly"].push_back(fmt::format("{}", shard.rdonly));
  }

  const std::vector<std::string>& values_of(const Node& node, const Placeholder& placeholder,
                                            std::size_t offset) const {
    constexpr std::array<std::string_view, 12> words{
        "source", "source.shard", "source.master", "source.rdonly",
        "target", "target.shard", "target.master", "target.rdonly",
        "cell",   "tablets",      "targets",       "serving"};
    const auto found = each_.find(placeholder.word);
    if (found != each_.end()) return found->second;
    const TextError error(offset + placeholder.offset, placeholder.length, "", "");
    const bool is_known = std::ranges::find(words, placeholder.word) != words.end();
    fail_inside(node, is_known
                          ? TextError(error.offset, error.length,
                                      fmt::format("nothing says what {{{}}} is", placeholder.word),
                                      "one shard of the first keyspace must be split by "
                                      "[template.sharded]")
                          : TextError(error.offset, error.length,
                                      fmt::format("unknown word {{{}}}", placeholder.word),
                                      did_you_mean(placeholder.word, "words", words)));
  }

  std::string fill_once(const Node& node, const std::string& text, std::size_t offset,
                        std::size_t time) const {
    std::string result;
    std::size_t at = 0;
    for (auto found = next_placeholder(text, 0); found; found = next_placeholder(text, at)) {
      const std::vector<std::string>& values = values_of(node, *found, offset);
      result += text.substr(at, found->offset - at) + values[values.size() > 1 ? time : 0];
      at = found->offset + found->length;
    }
    return result + text.substr(at);
  }

  const Scenario& cluster_;
  std::map<std::string, std::vector<std::string>> each_;
};

/// A text that is one whatever it is about.
void fill_text(const Filling& filling, Node* node) {
  if (!node || node->kind != Node::Kind::text || !next_placeholder(node->text, 0)) return;
  std::vector<std::string> filled = filling.fill(*node, node->text, 0);
  if (filled.size() > 1) {
    fail_at(node->place, "this is about each new shard or cell, and can be only one",
            "write {targets} for the list of new shards");
  }
  node->text = std::move(filled.front());
}

void fill_list(const Filling& filling, Node* node) {
  if (!node || node->kind != Node::Kind::array) return;
  std::vector<Node> items;
  for (const Node& item : node->items) {
    if (item.kind != Node::Kind::text || !next_placeholder(item.text, 0)) {
      items.push_back(item);
      continue;
    }
    for (std::string& text : filling.fill(item, item.text, 0)) {
      items.push_back(item);
      items.back().text = std::move(text);
    }
  }
  node->items = std::move(items);
}

}  // namespace

Node filled(Node step, const Scenario& cluster) {
  if (step.kind != Node::Kind::table) return step;
  const Filling filling(cluster);
  Node* run = step.find("run");
  const bool has_lines = run && run->kind == Node::Kind::text && next_placeholder(run->text, 0);
  if (has_lines) filling.fill_lines(*run);
  fill_text(filling, step.find("done_when"));
  Node* expect = step.find("expect");
  if (!expect || expect->kind != Node::Kind::table) return step;
  fill_text(filling, expect->find("that"));
  fill_text(filling, expect->find("eventually"));
  fill_list(filling, expect->find("output"));
  return step;
}

}  // namespace shardlab::scenarios
