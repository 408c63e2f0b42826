#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shardlab::scenarios {

enum class ExprType { boolean, integer, text, list, rows };

/// `"a number"`, `"rows"`: as it stands in error messages.
std::string_view to_string(ExprType type);

/// One node of a checked expression: every node has the type its place asks for.
struct Expr {
  enum class Kind {
    literal,  ///< boolean or integer in `number` (times in ns), text in `text`
    list,     ///< `['-80', '80-']`: `args` are the elements
    call,     ///< `rows('0')`: `text` is the name
    unary,    ///< `not`
    binary,   ///< `text` is one of: or and == != < <= > >= + -
  };
  Kind kind = Kind::literal;
  ExprType type = ExprType::boolean;
  std::int64_t number = 0;
  std::string text;
  std::vector<Expr> args;
  std::string source;  ///< the part of the text this node was read from: `rows('0')`
};

/// Reads one condition of a scenario file, such as `rows('0') == rows('-80') + rows('80-')`.
///
/// Loosest first: `or`, `and`, `not`, one comparison `== != < <= > >=`, `+ -`. Operands: `'text'`,
/// `15`, `5s`,
/// `[..]`, `true`, `false`, `name(args)`, `name` (a call without arguments), `( .. )`. Compared and
/// added values must be of one type; `< <= > >=` and `+ -` take numbers, `+ -` also rows, `+` also
/// lists.
///
/// | function | gives |
/// |---|---|
/// | `count(list or rows)` | how many |
/// | `exists('0')` | whether the topology has that shard |
/// | `implies(a, b)` | `not a or b` |
/// | `following('-80')` | whether that shard, or each of a list, replicates from its sources |
/// | `rows('0')` | all rows on the master of that shard, or of a list of shards, as a multiset |
/// | `serving('master')` | names of the shards that serve the type, in key order |
/// | `serving('master', '0')` | whether that shard serves the type |
/// | `tablets` | aliases of all tablets in the topology |
/// | `unchanged_since('step', x)` | whether x is what it was when that step ended |
///
/// The whole must be true or false. Throws TextError with the place of the mistake.
Expr parse_expression(std::string_view text);

/// An expression that has to be evaluated when a step ends, because a later condition asks for it.
struct Remembered {
  std::string step;
  Expr expr;
};

/// What `unchanged_since(..)` anywhere in the expression has to know of the past.
std::vector<Remembered> remembered_by(const Expr& expr);

}  // namespace shardlab::scenarios
