#include "fakes/mysql/binlog_codec.h"

#include <cstring>
#include <map>

#include "core/base/error.h"

namespace shardlab::fakes::mysql {
namespace {

enum CellTag : char { tag_null, tag_whole, tag_real, tag_bytes };

class Packer {
 public:
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      out_ += static_cast<char>(value | 0x80);
      value >>= 7;
    }
    out_ += static_cast<char>(value);
  }
  void signed_number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
  }
  void bytes(std::string_view value) {
    number(value.size());
    out_ += value;
  }
  void byte(char value) { out_ += value; }
  void cell(const Cell& cell);
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void Packer::cell(const Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    byte(tag_whole);
    signed_number(*whole);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    byte(tag_bytes);
    bytes(*text);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    byte(tag_real);
    out_.append(reinterpret_cast<const char*>(real), sizeof *real);
  } else {
    byte(tag_null);
  }
}

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto part = static_cast<unsigned char>(byte());
      value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
      if (part < 0x80) return value;
    }
    corrupt();
  }
  std::int64_t signed_number() {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
  }
  std::string_view bytes() { return take(number()); }
  char byte() { return take(1)[0]; }
  Value value(const ColumnType& type);
  bool at_end() const { return rest_.empty(); }
  [[noreturn]] static void corrupt() {
    throw Error(Errc::corrupt, "a binlog entry cannot be decoded");
  }

 private:
  std::string_view take(std::uint64_t length) {
    if (length > rest_.size()) corrupt();
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  std::string_view rest_;
};

Value Unpacker::value(const ColumnType& type) {
  switch (byte()) {
    case tag_null: return Value::null();
    case tag_whole: return integer_to_value(type, signed_number());
    case tag_bytes: return to_value(type, std::string(bytes()));
    case tag_real: {
      double real = 0;
      std::memcpy(&real, take(sizeof real).data(), sizeof real);
      return real_to_value(type, real);
    }
    default: corrupt();
  }
}

/// Types whose stored form cannot be read without their length.
bool has_length(Type type) { return type == Type::decimal || type == Type::bit; }

struct PackedTable {
  std::string database;
  std::string table;
  std::vector<ColumnType> columns;
};

void pack_gtid(Packer& packer, const Gtid& gtid) {
  packer.number(gtid.domain);
  packer.number(gtid.server);
  packer.number(gtid.sequence);
}

Gtid unpack_gtid(Unpacker& unpacker) {
  Gtid gtid;
  gtid.domain = static_cast<std::uint32_t>(unpacker.number());
  gtid.server = static_cast<std::uint32_t>(unpacker.number());
  gtid.sequence = unpacker.number();
  return gtid;
}

void pack_table(Packer& packer, const Table& table) {
  packer.bytes(table.db);
  packer.bytes(table.name);
  packer.number(table.columns.size());
  for (const ColumnDef& column : table.columns) {
    packer.byte(static_cast<char>(column.type.type));
    packer.number(column.type.scale);
    if (has_length(column.type.type)) packer.number(column.type.length);
    if (column.type.type != Type::enum_) continue;
    packer.number(column.type.labels.size());
    for (const std::string& label : column.type.labels) packer.bytes(label);
  }
}

PackedTable unpack_table(Unpacker& unpacker) {
  PackedTable table;
  table.database = std::string(unpacker.bytes());
  table.table = std::string(unpacker.bytes());
  const std::uint64_t count = unpacker.number();
  for (std::uint64_t i = 0; i < count; ++i) {
    ColumnType type;
    type.type = static_cast<Type>(unpacker.byte());
    type.scale = static_cast<std::uint32_t>(unpacker.number());
    if (has_length(type.type)) type.length = static_cast<std::uint32_t>(unpacker.number());
    if (type.type == Type::enum_) {
      for (std::uint64_t labels = unpacker.number(); labels > 0; --labels) {
        type.labels.emplace_back(unpacker.bytes());
      }
    }
    table.columns.push_back(std::move(type));
  }
  return table;
}

void pack_changes(Packer& packer, const std::vector<Change>& changes) {
  std::vector<const Table*> tables;
  std::map<std::string, std::size_t> numbers;
  std::vector<std::size_t> table_of_change;
  for (const Change& change : changes) {
    if (!tables.empty() && tables[table_of_change.back()] == change.table.get()) {
      table_of_change.push_back(table_of_change.back());
      continue;
    }
    const auto [entry, is_new] = numbers.emplace(change.table->stored_name(), tables.size());
    if (is_new) tables.push_back(change.table.get());
    table_of_change.push_back(entry->second);
  }
  packer.number(tables.size());
  for (const Table* table : tables) pack_table(packer, *table);
  packer.number(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Change& change = changes[i];
    packer.number(table_of_change[i]);
    packer.byte(static_cast<char>((change.before ? 1 : 0) | (change.after ? 2 : 0)));
    for (const auto* image : {&change.before, &change.after}) {
      if (!*image) continue;
      for (const Cell& cell : **image) packer.cell(cell);
    }
  }
}

Row unpack_row(Unpacker& unpacker, const PackedTable& table) {
  Row row;
  row.reserve(table.columns.size());
  for (const ColumnType& type : table.columns) row.push_back(unpacker.value(type));
  return row;
}

void unpack_changes(Unpacker& unpacker, std::vector<RowChange>& changes) {
  std::vector<PackedTable> tables;
  const std::uint64_t table_count = unpacker.number();
  for (std::uint64_t i = 0; i < table_count; ++i) tables.push_back(unpack_table(unpacker));
  const std::uint64_t count = unpacker.number();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t number = unpacker.number();
    if (number >= tables.size()) Unpacker::corrupt();
    const PackedTable& table = tables[number];
    RowChange change;
    change.database = table.database;
    change.table = table.table;
    const char images = unpacker.byte();
    if (images & 1) change.before = unpack_row(unpacker, table);
    if (images & 2) change.after = unpack_row(unpacker, table);
    changes.push_back(std::move(change));
  }
}

}  // namespace

std::string encode_entry(const BinlogDraft& draft) {
  Packer packer;
  pack_gtid(packer, draft.gtid);
  packer.signed_number(draft.timestamp_ns);
  packer.bytes(draft.ddl);
  packer.bytes(draft.ddl_database);
  static const std::vector<Change> no_changes;
  pack_changes(packer, draft.changes ? *draft.changes : no_changes);
  return packer.take();
}

BinlogTransaction decode_entry(std::string_view bytes) {
  Unpacker unpacker(bytes);
  BinlogTransaction transaction;
  transaction.gtid = to_string(unpack_gtid(unpacker));
  transaction.timestamp_ns = unpacker.signed_number();
  transaction.ddl = std::string(unpacker.bytes());
  transaction.ddl_database = std::string(unpacker.bytes());
  unpack_changes(unpacker, transaction.changes);
  if (!unpacker.at_end()) Unpacker::corrupt();
  return transaction;
}

Gtid gtid_of_entry(std::string_view bytes) {
  Unpacker unpacker(bytes);
  return unpack_gtid(unpacker);
}

}  // namespace shardlab::fakes::mysql
