#include "scenarios/checks/position_means_content.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "scenarios/checks/everything_settles.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {

/// A stream as it was stored by the last change that was judged.
struct PositionMeansContent::Stream {
  std::uint64_t id;
  Shard& source;
  ShardRange from;  ///< messages of the source
  ShardRange to;    ///< messages of the destination
  std::uint64_t position = 0;
  bool stands = false;
  std::size_t next = 0;  ///< of the source's changes: the first behind the position
  MessageMap expected;   ///< of both ranges, at the position

  /// Does it say anything about that page on the destination.
  bool covers(std::uint64_t page) const { return from.contains_page(page); }
  bool brings(std::uint64_t page) const { return covers(page) && to.contains_page(page); }
  const std::string* expected_at(const MessageKey& key) const {
    const auto found = expected.find(key);
    return found == expected.end() ? nullptr : &found->second;
  }
};

struct PositionMeansContent::Shard {
  Shard(Place place, std::string alias, ShardHistory history)
      : place(std::move(place)),
        alias(std::move(alias)),
        history(std::move(history)),
        messages(this->history.oldest_messages()) {}

  Place place;
  std::string alias;  ///< the server that committed last
  ShardHistory history;
  std::size_t judged = 0;  ///< of its changes
  MessageMap messages;     ///< after those
  std::map<std::uint64_t, Stream> streams;
  std::set<std::uint64_t> given_up;  ///< streams of which enough was said
  bool is_lost = false;              ///< its log could not be followed
};

namespace {

std::string describe(const MessageKey& key, const std::string* expected, const std::string* found) {
  const auto told = [](const std::string* text) {
    return text ? fmt::format("\"{}\"", *text) : std::string("nothing");
  };
  return fmt::format("page {} time {}: {}, and {} by the position", key.first, key.second,
                     told(found), told(expected));
}

void put(MessageMap& messages, const MessageKey& key, const std::optional<std::string>& text) {
  if (text) {
    messages.insert_or_assign(key, *text);
  } else {
    messages.erase(key);
  }
}

const std::string* text_at(const MessageMap& messages, const MessageKey& key) {
  const auto found = messages.find(key);
  return found == messages.end() ? nullptr : &found->second;
}

bool are_equal(const std::string* a, const std::string* b) { return a && b ? *a == *b : a == b; }

}  // namespace

PositionMeansContent::PositionMeansContent(const Observation& world) : Check(check_name, world) {}
PositionMeansContent::~PositionMeansContent() = default;

void PositionMeansContent::on_event(const sim::TraceEvent& event) {
  if (event.kind != "TransactionCommitted") return;
  const Place* place = place_of(event.host);
  if (!place) return;
  const auto known = shards_.find(*place);
  const std::string_view gtid = event.text("gtid");
  // A replica follows: its master has told it already.
  if (known != shards_.end() && gtid_sequence(gtid) <= known->second->history.newest()) return;
  committed(std::string(event.host), gtid);
}

const PositionMeansContent::Place* PositionMeansContent::place_of(std::string_view alias) {
  const auto known = places_.find(alias);
  if (known != places_.end()) return &known->second;
  for (const topodata::Tablet& tablet : tablet_records(world())) {
    places_.try_emplace(alias_of(tablet.alias()), Place{tablet.keyspace(), tablet.shard()});
  }
  const auto found = places_.find(alias);
  return found == places_.end() ? nullptr : &found->second;
}

void PositionMeansContent::committed(const std::string& alias, std::string_view gtid) {
  const Place& place = *place_of(alias);
  std::unique_ptr<Shard>& shard = shards_[place];
  if (shard) {
    shard->alias = alias;
    judge_new_changes(*shard);
    if (!shard->is_lost || is_used(*shard)) return;
    // InitShardMaster, done again, began a new log, and nothing had been said of the old one.
  }
  ShardHistory history(world(), alias, place.keyspace, std::string(gtid));
  shard = std::make_unique<Shard>(place, alias, std::move(history));
}

bool PositionMeansContent::is_used(const Shard& shard) const {
  if (!shard.streams.empty()) return true;
  return std::ranges::any_of(shards_, [&](const auto& other) {
    return std::ranges::any_of(other.second->streams,
                               [&](const auto& stream) { return &stream.second.source == &shard; });
  });
}

void PositionMeansContent::judge_new_changes(Shard& shard) {
  if (shard.is_lost) return;
  if (!shard.history.read_on(shard.alias)) {
    shard.is_lost = true;
    if (!is_used(shard)) return;
    leave_open(fmt::format("the log of {} does not continue what was known of {}/{}", shard.alias,
                           shard.place.keyspace, shard.place.shard));
    return;
  }
  const auto& changes = shard.history.changes();
  while (shard.judged < changes.size()) apply(shard, changes[shard.judged++]);
}

void PositionMeansContent::apply(Shard& shard, const LoggedChange& change) {
  std::set<MessageKey> touched;
  for (const auto& [key, text] : change.messages) {
    put(shard.messages, key, text);
    if (!shard.streams.empty()) touched.insert(key);
  }
  std::map<std::uint64_t, std::set<MessageKey>> touched_by;
  for (const auto& [id, stored] : change.streams) {
    const auto known = shard.streams.find(id);
    if (!stored) {
      shard.streams.erase(id);
      shard.given_up.erase(id);
    } else if (shard.given_up.contains(id)) {
      continue;
    } else if (known == shard.streams.end()) {
      create_stream(shard, id, *stored);
    } else if (!advance(shard, known->second, stored->position, touched_by[id])) {
      give_up(shard, id);
    } else if (std::exchange(known->second.stands, stored->stands) && !stored->stands) {
      judge_all(shard, known->second, shard.messages, "when it started");
    }
  }
  for (auto next = shard.streams.begin(); next != shard.streams.end();) {
    Stream& stream = (next++)->second;  // which is gone after a difference
    if (stream.stands && !touched_by.contains(stream.id)) continue;
    std::set<MessageKey>& keys = touched_by[stream.id];
    keys.insert(touched.begin(), touched.end());
    judge(shard, stream, keys);
  }
}

void PositionMeansContent::create_stream(Shard& shard, std::uint64_t id,
                                         const StoredStream& stored) {
  const auto source = shards_.find(Place{stored.keyspace, stored.shard});
  const bool is_known = source != shards_.end() && !source->second->is_lost;
  if (!is_known || stored.position < source->second->history.oldest()) {
    leave_open(fmt::format("stream {} on {} begins before what is known of {}/{}", id, shard.alias,
                           stored.keyspace, stored.shard));
    return give_up(shard, id);
  }
  Stream stream{id, *source->second, ShardRange(stored.shard), ShardRange(shard.place.shard)};
  for (const auto& [key, text] : source->second->history.oldest_messages()) {
    if (stream.brings(key.first)) stream.expected.emplace(key, text);
  }
  std::set<MessageKey> touched;
  if (!advance(shard, stream, stored.position, touched)) return give_up(shard, id);
  stream.stands = stored.stands;
  Stream& created = shard.streams.emplace(id, std::move(stream)).first->second;
  judge_all(shard, created, shard.messages, "when it was created");
}

bool PositionMeansContent::advance(Shard& shard, Stream& stream, std::uint64_t position,
                                   std::set<MessageKey>& touched) {
  Shard& source = stream.source;
  if (position > source.history.newest()) judge_new_changes(source);
  if (source.is_lost) return false;
  if (position > source.history.newest()) {
    violate(fmt::format("stream {} on {} stands at transaction {}, {}/{} has none after {}",
                        stream.id, shard.alias, position, source.place.keyspace, source.place.shard,
                        source.history.newest()));
    return false;
  }
  if (position < stream.position) {
    violate(fmt::format("stream {} on {} went back from transaction {} to {}", stream.id,
                        shard.alias, stream.position, position));
    return false;
  }
  stream.position = position;
  const auto& changes = source.history.changes();
  for (; stream.next < changes.size(); ++stream.next) {
    if (changes[stream.next].sequence > position) break;
    for (const auto& [key, text] : changes[stream.next].messages) {
      if (!stream.brings(key.first)) continue;
      put(stream.expected, key, text);
      touched.insert(key);
    }
  }
  return true;
}

void PositionMeansContent::judge(Shard& shard, Stream& stream,
                                 const std::set<MessageKey>& touched) {
  Findings wrong;
  for (const MessageKey& key : touched) {
    const std::string* found = text_at(shard.messages, key);
    const std::string* expected = stream.expected_at(key);
    if (!stream.covers(key.first) || are_equal(found, expected)) continue;
    wrong.add([&] { return describe(key, expected, found); });
  }
  if (wrong.count > 0) report(shard, stream, wrong, "at a commit");
}

void PositionMeansContent::judge_all(Shard& shard, Stream& stream, const MessageMap& rows,
                                     std::string_view when) {
  Findings wrong;
  for (const auto& [key, text] : rows) {
    const std::string* expected = stream.expected_at(key);
    if (!stream.covers(key.first) || are_equal(&text, expected)) continue;
    wrong.add([&] { return describe(key, expected, &text); });
  }
  for (const auto& [key, text] : stream.expected) {
    if (rows.contains(key)) continue;
    wrong.add([&] { return describe(key, &text, nullptr); });
  }
  if (wrong.count > 0) report(shard, stream, wrong, when);
}

void PositionMeansContent::report(Shard& shard, Stream& stream, const Findings& wrong,
                                  std::string_view when) {
  violate(
      fmt::format("{} {} of {} {} not as {}/{} had {} at transaction {}, where stream {} "
                  "stands, {}",
                  wrong.count, wrong.count == 1 ? "message" : "messages", shard.alias,
                  is_or_are(wrong.count), stream.source.place.keyspace, stream.source.place.shard,
                  wrong.count == 1 ? "it" : "them", stream.position, stream.id, when),
      wrong.examples);
  give_up(shard, stream.id);
}

/// What comes after a difference tells nothing new.
void PositionMeansContent::give_up(Shard& shard, std::uint64_t stream) {
  shard.streams.erase(stream);
  shard.given_up.insert(stream);
}

void PositionMeansContent::command_ended(const CommandEnd&) { judge_tables(); }

void PositionMeansContent::at_end() { judge_tables(); }

void PositionMeansContent::judge_tables() {
  for (auto& [place, shard] : shards_) {
    judge_new_changes(*shard);
    if (shard->is_lost || shard->streams.empty()) continue;
    const Messages table = world().messages(shard->alias, place.keyspace);
    if (!table) continue;
    MessageMap rows;
    for (const MessageRow& row : *table) {
      rows.emplace(MessageKey(row.page, row.time_created_ns), row.text);
    }
    for (auto next = shard->streams.begin(); next != shard->streams.end();) {
      Stream& stream = (next++)->second;
      if (!stream.stands) judge_all(*shard, stream, rows, "by its table");
    }
  }
}

}  // namespace shardlab::scenarios
