#include <algorithm>

#include "fakes/mysql/condition.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Comparison;
using sql::Expr;

constexpr std::size_t most_choices = 20'000;

class PinFinder {
 public:
  PinFinder(const Table& table, const std::string& alias) : table_(table), alias_(alias) {}

  KeyPins find(const Expr& expr) const {
    switch (expr.kind) {
      case Expr::Kind::logic_and: return all_of(expr);
      case Expr::Kind::logic_or: return any_of(expr);
      case Expr::Kind::in: return expr.negated ? nothing() : in(expr);
      case Expr::Kind::compare:
        return expr.comparison == Comparison::equal ? equal(expr.args[0], expr.args[1]) : nothing();
      default: return nothing();
    }
  }

  KeyPins nothing() const { return KeyPins{{KeyChoice(table_.primary_key.size())}, false}; }

 private:
  KeyPins all_of(const Expr& expr) const {
    KeyPins pins{{KeyChoice(table_.primary_key.size())}, true};
    for (const Expr& part : expr.args) pins = both(pins, find(part));
    return pins;
  }

  KeyPins any_of(const Expr& expr) const {
    KeyPins pins{{}, true};
    for (const Expr& part : expr.args) {
      KeyPins more = find(part);
      pins.exact = pins.exact && more.exact;
      std::move(more.choices.begin(), more.choices.end(), std::back_inserter(pins.choices));
    }
    return pins.choices.size() > most_choices ? nothing() : pins;
  }

  KeyPins in(const Expr& expr) const {
    KeyPins pins{{}, true};
    for (std::size_t i = 1; i < expr.args.size(); ++i) {
      KeyPins more = equal(expr.args[0], expr.args[i]);
      pins.exact = pins.exact && more.exact;
      std::move(more.choices.begin(), more.choices.end(), std::back_inserter(pins.choices));
    }
    return pins.choices.size() > most_choices ? nothing() : pins;
  }

  KeyPins equal(const Expr& left, const Expr& right) const {
    if (left.kind == Expr::Kind::literal && right.kind == Expr::Kind::column) {
      return equal(right, left);
    }
    if (left.kind == Expr::Kind::tuple && right.kind == Expr::Kind::tuple &&
        left.args.size() == right.args.size()) {
      KeyPins pins{{KeyChoice(table_.primary_key.size())}, true};
      for (std::size_t i = 0; i < left.args.size(); ++i) {
        pins = both(pins, equal(left.args[i], right.args[i]));
      }
      return pins;
    }
    if (left.kind != Expr::Kind::column || right.kind != Expr::Kind::literal) return nothing();
    const std::size_t column = resolve_column(left, table_, alias_, "where clause");
    const auto& key = table_.primary_key;
    const auto place = std::find(key.begin(), key.end(), column);
    if (place == key.end()) return nothing();
    const ColumnType& type = table_.columns[column].type;
    if (is_text(type) && is_number(right.value.type())) return nothing();  // many texts are 5
    const auto cell = equal_cell(type, right.value);
    if (!cell) return KeyPins{{}, true};  // equals no row
    KeyChoice choice(key.size());
    choice[static_cast<std::size_t>(place - key.begin())] = *cell;
    return KeyPins{{choice}, true};
  }

  KeyPins both(const KeyPins& left, const KeyPins& right) const {
    KeyPins pins{{}, left.exact && right.exact};
    if (left.choices.size() * right.choices.size() > most_choices) {
      pins = left.choices.size() < right.choices.size() ? left : right;
      pins.exact = false;
      return pins;
    }
    for (const KeyChoice& first : left.choices) {
      for (const KeyChoice& second : right.choices) {
        if (auto merged = merge(first, second)) pins.choices.push_back(std::move(*merged));
      }
    }
    return pins;
  }

  static std::optional<KeyChoice> merge(const KeyChoice& first, const KeyChoice& second) {
    KeyChoice merged = first;
    for (std::size_t i = 0; i < merged.size(); ++i) {
      if (!second[i]) continue;
      if (merged[i] && *merged[i] != *second[i]) return std::nullopt;
      merged[i] = second[i];
    }
    return merged;
  }

  const Table& table_;
  const std::string& alias_;
};

}  // namespace

bool KeyPins::names_rows() const {
  return exact && std::all_of(choices.begin(), choices.end(), [](const KeyChoice& choice) {
           return !choice.empty() &&
                  std::all_of(choice.begin(), choice.end(),
                              [](const std::optional<Cell>& cell) { return cell.has_value(); });
         });
}

KeyPins find_pins(const Expr* where, const Table& table, const std::string& alias) {
  const PinFinder finder(table, alias);
  KeyPins pins = where ? finder.find(*where) : finder.nothing();
  std::sort(pins.choices.begin(), pins.choices.end());
  pins.choices.erase(std::unique(pins.choices.begin(), pins.choices.end()), pins.choices.end());
  return pins;
}

}  // namespace shardlab::fakes::mysql
