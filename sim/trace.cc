#include "sim/trace.h"

#define XXH_INLINE_ALL
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <xxhash.h>

namespace shardlab::sim {
namespace {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

struct TextOf {
  std::string operator()(std::int64_t v) const { return fmt::format("{}", v); }
  std::string operator()(std::uint64_t v) const { return fmt::format("{}", v); }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::string_view v) const { return std::string(v); }
};

const EventField* find(std::span<const EventField> fields, std::string_view name) {
  for (const auto& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

}  // namespace

std::string_view TraceEvent::text(std::string_view name) const {
  const EventField* field = find(fields, name);
  const auto* value = field ? std::get_if<std::string_view>(&field->data) : nullptr;
  return value ? *value : std::string_view();
}

std::int64_t TraceEvent::number_of(std::string_view name) const {
  const EventField* field = find(fields, name);
  if (!field) return 0;
  if (const auto* v = std::get_if<std::int64_t>(&field->data)) return *v;
  if (const auto* v = std::get_if<std::uint64_t>(&field->data)) {
    return static_cast<std::int64_t>(*v);
  }
  return 0;
}

bool TraceEvent::flag(std::string_view name) const {
  const EventField* field = find(fields, name);
  const auto* value = field ? std::get_if<bool>(&field->data) : nullptr;
  return value && *value;
}

std::string to_text(const TraceEvent& event, TimePoint start) {
  const std::int64_t us = (event.at - start).count() / 1000;
  std::string out = fmt::format("t={}.{:06} {} {}/{} {}", us / 1000000, us % 1000000, event.number,
                                event.host, event.process, event.kind);
  for (const auto& field : event.fields) {
    out += fmt::format(" {}={}", field.name, std::visit(TextOf{}, field.data));
  }
  return out;
}

std::string to_json(const TraceEvent& event, TimePoint start) {
  std::string out =
      fmt::format(R"({{"event":{},"t_ns":{},"host":)", event.number, (event.at - start).count());
  append_json_string(out, event.host);
  out += ",\"process\":";
  append_json_string(out, event.process);
  out += ",\"kind\":";
  append_json_string(out, event.kind);
  for (const auto& field : event.fields) {
    out += ',';
    append_json_string(out, field.name);
    out += ':';
    if (const auto* text = std::get_if<std::string_view>(&field.data)) {
      append_json_string(out, *text);
    } else {
      out += std::visit(TextOf{}, field.data);
    }
  }
  out += '}';
  return out;
}

/// Collects small pieces, because XXH3 is fast only over long ones.
struct Trace::Hash {
  Hash() { XXH3_128bits_reset(&state); }

  void add(const void* data, std::size_t size) {
    if (size > buffer.size() - used) {
      flush();
      if (size > buffer.size()) {
        XXH3_128bits_update(&state, data, size);
        return;
      }
    }
    std::memcpy(buffer.data() + used, data, size);
    used += size;
  }
  void flush() {
    XXH3_128bits_update(&state, buffer.data(), used);
    used = 0;
  }

  XXH3_state_t state;
  std::array<char, std::size_t{16} * 1024> buffer;
  std::size_t used = 0;
};

Trace::Trace(Digest digest) : hash_(digest == Digest::on ? std::make_unique<Hash>() : nullptr) {}
Trace::~Trace() = default;

void Trace::append(const void* data, std::size_t size) {
  if (hash_) hash_->add(data, size);
}

void Trace::append(std::string_view text) {
  const std::uint64_t size = text.size();
  append(&size, sizeof size);
  append(text.data(), text.size());
}

void Trace::step(TimePoint at, std::uint64_t sequence, std::uint32_t process) {
  const std::uint64_t words[3] = {static_cast<std::uint64_t>(to_ns(at)), sequence, process};
  append(words, sizeof words);
}

void Trace::record(TimePoint at, std::string_view host, std::string_view process,
                   std::string_view kind, std::span<const EventField> fields) {
  ++events_;
  const std::int64_t time = to_ns(at);
  append(&time, sizeof time);
  append(&events_, sizeof events_);
  append(host);
  append(process);
  append(kind);
  for (const auto& field : fields) {
    append(field.name);
    if (const auto* text = std::get_if<std::string_view>(&field.data)) {
      append(*text);
    } else {
      append(std::visit(TextOf{}, field.data));
    }
  }
  const TraceEvent event{at, events_, host, process, kind, fields};
  for (const auto& observer : observers_) observer(event);
}

std::string Trace::digest() const {
  if (!hash_) return "";
  hash_->flush();
  const XXH128_hash_t hash = XXH3_128bits_digest(&hash_->state);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace shardlab::sim
