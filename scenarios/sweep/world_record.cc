#include "scenarios/sweep/world_record.h"

#include <algorithm>

#include "core/base/error.h"

namespace shardlab::scenarios {
namespace {

constexpr std::size_t longest_text = 4000;

void put(std::string& to, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) to += static_cast<char>(number >> shift & 0xff);
}

void put(std::string& to, std::string_view text) {
  text = text.substr(0, longest_text);
  put(to, std::uint64_t{text.size()});
  to += text;
}

class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    const std::string_view eight = take(8);
    std::uint64_t number = 0;
    for (int i = 7; i >= 0; --i) number = number << 8 | static_cast<unsigned char>(eight[i]);
    return number;
  }
  std::string text() { return std::string(take(number())); }
  Duration duration() { return Duration(static_cast<std::int64_t>(number())); }
  bool is_at_end() const { return bytes_.empty(); }

 private:
  std::string_view take(std::uint64_t count) {
    if (count > bytes_.size()) throw Error(Errc::corrupt, "the record of a world is cut off");
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  std::string_view bytes_;
};

Ending ending_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::held: return Ending::held;
    case Verdict::violated: return Ending::violated;
    case Verdict::inconclusive: return Ending::inconclusive;
  }
  return Ending::failed;
}

/// Why there is no verdict, of a run without a violation.
void tell_inconclusive(const RunReport& report, WorldRecord& record) {
  record.detail = report.inconclusive;
  if (!record.detail.empty()) return;
  const auto open = std::ranges::find_if(report.properties, [](const PropertyReport& property) {
    return property.kind != Property::Kind::sometimes &&
           property.outcome == PropertyOutcome::inconclusive;
  });
  if (open == report.properties.end()) return;
  record.property = open->name;
  record.detail = open->detail.empty() ? "could not be judged" : open->detail;
}

}  // namespace

void add(std::vector<FaultCount>& counts, const FaultCount& more) {
  const auto same = std::ranges::find(counts, more.kind, &FaultCount::kind);
  if (same == counts.end()) {
    counts.push_back(more);
    return;
  }
  same->planned += more.planned;
  same->wasted += more.wasted;
}

WorldRecord record_of(const RunReport& report) {
  WorldRecord record;
  record.seed = report.seed;
  record.ending = ending_of(verdict_of(report));
  record.digest = report.digest;
  record.events = report.events;
  record.length = report.length;
  for (const PropertyReport& property : report.properties) {
    const bool is_reached =
        property.kind == Property::Kind::sometimes && property.outcome == PropertyOutcome::held;
    if (is_reached) record.reached.push_back(property.name);
  }
  for (const FaultLine& fault : report.faults) {
    if (fault.was_spared) continue;
    add(record.faults, {fault.kind, 1, std::uint64_t{fault.effects == 0}});
  }
  if (record.ending == Ending::violated) {
    const Violated weightiest = violations_of(report).front();
    record.property = weightiest.name;
    record.violation_class = weightiest.violation_class;
    record.detail = weightiest.detail;
  } else if (record.ending == Ending::inconclusive) {
    tell_inconclusive(report, record);
  }
  return record;
}

WorldRecord record_of_failure(std::uint64_t seed, std::string sentence) {
  WorldRecord record;
  record.seed = seed;
  record.ending = Ending::failed;
  record.detail = std::move(sentence);
  return record;
}

std::string encode(const WorldRecord& record) {
  std::string bytes;
  put(bytes, record.seed);
  put(bytes, static_cast<std::uint64_t>(record.ending));
  put(bytes, record.digest);
  put(bytes, record.events);
  put(bytes, static_cast<std::uint64_t>(record.length.count()));
  put(bytes, static_cast<std::uint64_t>(record.cpu.count()));
  put(bytes, std::uint64_t{record.reached.size()});
  for (const std::string& name : record.reached) put(bytes, name);
  put(bytes, std::uint64_t{record.faults.size()});
  for (const FaultCount& count : record.faults) {
    put(bytes, count.kind);
    put(bytes, count.planned);
    put(bytes, count.wasted);
  }
  put(bytes, record.property);
  put(bytes, record.violation_class);
  put(bytes, record.detail);
  return bytes;
}

WorldRecord decode_world_record(std::string_view bytes) {
  RecordReader reader(bytes);
  WorldRecord record;
  record.seed = reader.number();
  const std::uint64_t ending = reader.number();
  if (ending > static_cast<std::uint64_t>(Ending::failed)) {
    throw Error(Errc::corrupt, "the record of a world has no ending that is known");
  }
  record.ending = static_cast<Ending>(ending);
  record.digest = reader.text();
  record.events = reader.number();
  record.length = reader.duration();
  record.cpu = reader.duration();
  for (std::uint64_t left = reader.number(); left > 0; --left) {
    record.reached.push_back(reader.text());
  }
  for (std::uint64_t left = reader.number(); left > 0; --left) {
    FaultCount count;
    count.kind = reader.text();
    count.planned = reader.number();
    count.wasted = reader.number();
    record.faults.push_back(std::move(count));
  }
  record.property = reader.text();
  record.violation_class = reader.text();
  record.detail = reader.text();
  if (!reader.is_at_end()) throw Error(Errc::corrupt, "the record of a world is too long");
  return record;
}

std::string_view to_string(Ending ending) {
  switch (ending) {
    case Ending::held: return "held";
    case Ending::violated: return "violated";
    case Ending::inconclusive: return "inconclusive";
    case Ending::failed: return "internal error";
  }
  return "?";
}

}  // namespace shardlab::scenarios
