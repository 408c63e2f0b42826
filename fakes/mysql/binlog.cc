#include "fakes/mysql/binlog.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

/// Whoever follows the log reads its end; older entries come from the file.
constexpr std::size_t longest_tail = 256;

/// `"1:0,2:31"`: numbers and bases of files.
std::vector<Binlog::LogFile> parse_files(const std::string& text) {
  std::vector<Binlog::LogFile> files;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t colon = text.find(':', at);
    const std::size_t end = std::min(text.find(',', colon), text.size());
    files.push_back({std::stoull(text.substr(at, colon - at)),
                     std::stoull(text.substr(colon + 1, end - colon - 1))});
    at = end + 1;
  }
  if (files.empty()) files.emplace_back();
  return files;
}

}  // namespace

Binlog::Binlog(Store& store, std::uint32_t server_id) : store_(store), server_id_(server_id) {
  reload();
}

void Binlog::reload() {
  abandoned();
  tail_.clear();
  durable_ = Positions();
  durable_.base = parse_position(store_.state("gtid_binlog_state"));
  durable_.slave = parse_position(store_.state("gtid_slave_pos"));
  Query last =
      store_.reader().prepare("SELECT server, sequence FROM binlog ORDER BY sequence DESC LIMIT 1");
  if (last.next()) {
    Gtid gtid;
    gtid.server = static_cast<std::uint32_t>(last.whole(0));
    gtid.sequence = static_cast<std::uint64_t>(last.whole(1));
    durable_.last = gtid;
  }
  pending_ = durable_;
  files_ = parse_files(store_.state("binlog_files"));
}

Position Binlog::current_position() const {
  const Position binlog = binlog_position();
  const bool own_is_newer =
      binlog && binlog->server == server_id_ && binlog->sequence > sequence_of(durable_.slave);
  return own_is_newer ? binlog : durable_.slave;
}

void Binlog::store_entry(const BinlogDraft& draft) {
  Query insert = store_.writer().prepare("INSERT INTO binlog VALUES(?,?,?)");
  std::string bytes = encode_entry(draft);
  const Cells cells{static_cast<std::int64_t>(draft.gtid.sequence),
                    static_cast<std::int64_t>(draft.gtid.server), bytes};
  insert.bind(cells);
  check(insert.run(), "a GTID sequence is used twice");
  appended_.push_back({draft.gtid, std::move(bytes)});
  pending_.last = draft.gtid;
}

Gtid Binlog::append(BinlogDraft draft) {
  const std::uint64_t newest = std::max(
      {sequence_of(pending_.last), sequence_of(pending_.base), sequence_of(pending_.slave)});
  draft.gtid.domain = 0;
  draft.gtid.server = server_id_;
  draft.gtid.sequence = newest + 1;
  store_entry(draft);
  return draft.gtid;
}

void Binlog::append_applied(BinlogDraft draft) {
  const Position newest = pending_.last ? pending_.last : pending_.base;
  if (draft.gtid.sequence <= sequence_of(newest)) {
    throw sql_error(1950, fmt::format("An attempt was made to binlog GTID {} which would create an "
                                      "out-of-order sequence number with existing GTID {}, and "
                                      "gtid strict mode is enabled",
                                      to_string(draft.gtid), to_string(newest)));
  }
  store_entry(draft);
  set_slave_position(draft.gtid);
}

void Binlog::set_slave_position(Position position) {
  store_.set_state("gtid_slave_pos", to_string(position));
  pending_.slave = position;
}

void Binlog::set_base_position(Position position) {
  if (pending_.last) {
    throw sql_error(1953,
                    "This operation is not allowed if any GTID has been logged to the "
                    "binary log. Run RESET MASTER first to erase the log");
  }
  store_.set_state("gtid_binlog_state", to_string(position));
  pending_.base = position;
}

void Binlog::reset() {
  store_.writer().run("DELETE FROM binlog");
  forgets_tail_ = true;
  pending_.last.reset();
  set_base_position(std::nullopt);
  store_files({LogFile()});
}

std::string Binlog::LogFile::name() const { return fmt::format("bin.{:06}", number); }

void Binlog::store_files(std::vector<LogFile> files) {
  std::string text;
  for (const LogFile& file : files) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", file.number, file.base);
  }
  store_.set_state("binlog_files", text);
  pending_files_ = std::move(files);
}

void Binlog::rotate() {
  std::vector<LogFile> files = files_;
  files.push_back({files.back().number + 1, sequence_of(binlog_position())});
  store_files(std::move(files));
}

void Binlog::purge_files_before(std::string_view name) {
  std::vector<LogFile> files = files_;
  const auto kept = std::ranges::find(files, name, &LogFile::name);
  if (kept == files.end()) {
    throw sql_error(1373, "Target log not found in binlog index");
  }
  const std::uint64_t base = kept->base;
  files.erase(files.begin(), kept);
  if (base > sequence_of(durable_.base)) purge(position_at(base));
  store_files(std::move(files));
}

Position Binlog::position_at(std::uint64_t sequence) {
  const Cells cells{static_cast<std::int64_t>(sequence)};
  Query query = store_.reader().prepare("SELECT server FROM binlog WHERE sequence = ?");
  query.bind(cells);
  if (!query.next()) return std::nullopt;
  Gtid gtid;
  gtid.server = static_cast<std::uint32_t>(query.whole(0));
  gtid.sequence = sequence;
  return gtid;
}

void Binlog::purge(Position position) {
  check_holds(position);
  const Cells cells{static_cast<std::int64_t>(sequence_of(position))};
  store_.writer().run("DELETE FROM binlog WHERE sequence <= ?", cells);
  store_.set_state("gtid_binlog_state", to_string(position));
  pending_.base = position;
  if (pending_.last == position) pending_.last.reset();
  forgets_tail_ = true;
}

void Binlog::committed() {
  durable_ = pending_;
  if (pending_files_) files_ = *std::exchange(pending_files_, std::nullopt);
  if (forgets_tail_) tail_.clear();
  std::ranges::move(appended_, std::back_inserter(tail_));
  while (tail_.size() > longest_tail) tail_.pop_front();
  appended_.clear();
  forgets_tail_ = false;
}

void Binlog::abandoned() {
  pending_ = durable_;
  pending_files_.reset();
  appended_.clear();
  forgets_tail_ = false;
}

void Binlog::check_holds(const Position& position) {
  const std::uint64_t sequence = sequence_of(position);
  if (sequence < sequence_of(durable_.base)) {
    throw sql_error(1236,
                    "Could not find GTID state requested by slave in any binlog files. "
                    "Probably the slave state is too old and required binlog files have "
                    "been purged.");
  }
  if (position == durable_.base) return;
  if (position && position_at(sequence) == position) return;
  throw sql_error(1236, fmt::format("Error: connecting slave requested to start from GTID {}, "
                                    "which is not in the master's binlog",
                                    to_string(position)));
}

std::optional<std::vector<std::string>> Binlog::from_tail(const Position& position,
                                                          std::size_t most) const {
  if (!position) return std::nullopt;
  const auto sequence = [](const Entry& entry) { return entry.gtid.sequence; };
  auto entry = std::ranges::lower_bound(tail_, position->sequence, {}, sequence);
  if (entry == tail_.end() || entry->gtid != *position) return std::nullopt;
  std::vector<std::string> entries;
  while (++entry != tail_.end() && entries.size() < most) entries.push_back(entry->bytes);
  return entries;
}

std::optional<std::vector<std::string>> Binlog::recent_entries_after(
    const Position& position) const {
  return from_tail(position, tail_.size());
}

std::vector<std::string> Binlog::encoded_entries_after(const Position& position, std::size_t most) {
  if (auto entries = from_tail(position, most)) return *std::move(entries);
  check_holds(position);
  const Cells cells{static_cast<std::int64_t>(sequence_of(position)),
                    static_cast<std::int64_t>(most)};
  Query query = store_.reader().prepare(
      "SELECT entry FROM binlog WHERE sequence > ? ORDER BY sequence LIMIT ?");
  query.bind(cells);
  std::vector<std::string> entries;
  while (query.next()) entries.emplace_back(query.bytes(0));
  return entries;
}

}  // namespace shardlab::fakes::mysql
