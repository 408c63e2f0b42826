#include "sim/trace.h"

#define XXH_INLINE_ALL
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <xxhash.h>

#include "sim/trace_text.h"

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

/// A number's 64 bits; a text's length.
struct WordOf {
  std::uint64_t operator()(std::int64_t v) const { return static_cast<std::uint64_t>(v); }
  std::uint64_t operator()(std::uint64_t v) const { return v; }
  std::uint64_t operator()(bool v) const { return v ? 1 : 0; }
  std::uint64_t operator()(std::string_view v) const { return v.size(); }
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

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string json_value(const EventField& field) {
  const auto* text = std::get_if<std::string_view>(&field.data);
  return text ? json_string(*text) : text_value(field);
}

std::string text_value(const EventField& field) { return std::visit(TextOf{}, field.data); }

std::string to_text(const TraceEvent& event, TimePoint start) {
  const std::int64_t us = (event.at - start).count() / 1000;
  std::string out = fmt::format("t={}.{:06} {} {}/{} {}", us / 1000000, us % 1000000, event.number,
                                event.host, event.process, event.kind);
  for (const auto& field : event.fields) {
    out += fmt::format(" {}={}", field.name, text_value(field));
  }
  return out;
}

std::string to_json(const TraceEvent& event, TimePoint start) {
  std::string out =
      fmt::format(R"({{"event":{},"t_ns":{},"cause":{},"step":{},"host":{},"process":{},"kind":{})",
                  event.number, (event.at - start).count(), event.cause, event.step,
                  json_string(event.host), json_string(event.process), json_string(event.kind));
  for (const auto& field : event.fields) {
    out += fmt::format(",{}:{}", json_string(field.name), json_value(field));
  }
  return out + "}";
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
  steps_ = sequence + 1;
}

void Trace::append(const EventField& field) {
  append(field.name);
  // Numbers as they are, behind the number of their type: formatting them costs more than hashing.
  char bytes[1 + sizeof(std::uint64_t)];
  bytes[0] = static_cast<char>(field.data.index());
  const std::uint64_t word = std::visit(WordOf{}, field.data);
  std::memcpy(bytes + 1, &word, sizeof word);
  append(bytes, sizeof bytes);
  if (const auto* text = std::get_if<std::string_view>(&field.data)) {
    append(text->data(), text->size());
  }
}

void Trace::record(TimePoint at, std::string_view host, std::string_view process,
                   std::string_view kind, std::span<const EventField> fields) {
  ++events_;
  if (hash_) {
    const std::uint64_t words[3] = {static_cast<std::uint64_t>(to_ns(at)), events_, fields.size()};
    append(words, sizeof words);
    append(host);
    append(process);
    append(kind);
    for (const auto& field : fields) append(field);
  }
  const TraceEvent event{at, events_, cause_, steps_, host, process, kind, fields, this};
  cause_ = events_;
  for (const auto& observer : observers_) observer(event);
}

std::string Trace::digest() const {
  if (!hash_) return "";
  hash_->flush();
  const XXH128_hash_t hash = XXH3_128bits_digest(&hash_->state);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::uint64_t Trace::low_digest() const {
  if (!hash_) return 0;
  hash_->flush();
  return XXH3_128bits_digest(&hash_->state).low64;
}

}  // namespace shardlab::sim
