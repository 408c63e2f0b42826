#include "scenarios/expect/signatures.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <span>

#include "scenarios/text/suggest.h"
#include "scenarios/text/text_error.h"

namespace shardlab::scenarios {

namespace {

/// One form of a function; no type stands for "any".
struct Signature {
  std::string_view name;
  std::string_view shown;
  ExprType result;
  std::vector<std::optional<ExprType>> parameters;
};

const std::vector<Signature>& signatures() {
  using enum ExprType;
  static const std::vector<Signature> all{
      {"count", "count(list)", integer, {list}},
      {"count", "count(rows)", integer, {rows}},
      {"exists", "exists('0')", boolean, {text}},
      {"following", "following('-80')", boolean, {text}},
      {"following", "following(['-80', '80-'])", boolean, {list}},
      {"implies", "implies(condition, condition)", boolean, {boolean, boolean}},
      {"rows", "rows('0')", rows, {text}},
      {"rows", "rows(['-80', '80-'])", rows, {list}},
      {"serving", "serving('master')", list, {text}},
      {"serving", "serving('master', '0')", boolean, {text, text}},
      {"tablets", "tablets", list, {}},
      {"unchanged_since", "unchanged_since('step', value)", boolean, {text, std::nullopt}},
  };
  return all;
}

bool fits(const Signature& form, const Expr& call) {
  return std::equal(
      form.parameters.begin(), form.parameters.end(), call.args.begin(), call.args.end(),
      [](const auto& wanted, const Expr& arg) { return !wanted || *wanted == arg.type; });
}

}  // namespace

ExprType result_type(const Expr& call, std::size_t offset, std::size_t length) {
  std::vector<std::string_view> forms, names;
  for (const Signature& form : signatures()) {
    if (names.empty() || names.back() != form.name) names.push_back(form.name);
    if (form.name != call.text) continue;
    forms.push_back(form.shown);
    if (!fits(form, call)) continue;
    const bool needs_step = form.name == "unchanged_since";
    if (needs_step && call.args[0].kind != Expr::Kind::literal) {
      throw TextError(offset, length, "the step of unchanged_since must be written out",
                      std::string(form.shown));
    }
    return form.result;
  }
  if (forms.empty()) {
    throw TextError(offset, length, fmt::format("unknown function \"{}\"", call.text),
                    did_you_mean(call.text, "functions", names));
  }
  throw TextError(offset, length, fmt::format("\"{}\" does not take these arguments", call.text),
                  fmt::format("write {}", fmt::join(forms, " or ")));
}

}  // namespace shardlab::scenarios
