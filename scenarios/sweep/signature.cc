#include "scenarios/sweep/signature.h"

#include <algorithm>
#include <array>
#include <vector>

namespace shardlab::scenarios {
namespace {

constexpr std::string_view stand_in = "#";

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

/// Quotes begin behind a space or a bracket; "master's" has none.
std::string without_quoted(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool may_begin = at == 0 || text[at - 1] == ' ' || text[at - 1] == '(';
    const std::size_t end =
        may_begin && is_quote(text[at]) ? text.find(text[at], at + 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      result += text[at];
    } else {
      result += stand_in;
      at = end;
    }
  }
  return result;
}

std::string_view without_punctuation(std::string_view word) {
  constexpr std::string_view around = ".,;:!?()[]{}";
  const std::size_t begin = word.find_first_not_of(around);
  if (begin == std::string_view::npos) return "";
  return word.substr(begin, word.find_last_not_of(around) - begin + 1);
}

bool is_name_or_number(std::string_view word) {
  return std::ranges::any_of(word,
                             [](char c) { return ('0' <= c && c <= '9') || c == '/' || c == '#'; });
}

bool is_unit(std::string_view word) {
  constexpr std::array<std::string_view, 6> units{"ns", "us", "ms", "s", "m", "h"};
  return std::ranges::find(units, word) != units.end();
}

std::string_view in_plural_and_singular(std::string_view word) {
  if (word == "is") return "are";
  if (word == "was") return "were";
  if (word == "has") return "have";
  if (word.size() > 3 && word.ends_with('s')) word.remove_suffix(1);
  return word;
}

void append(std::vector<std::string_view>& words, std::string_view word) {
  const bool follows_stand_in = !words.empty() && words.back() == stand_in;
  if (is_name_or_number(word)) {
    const std::size_t count = words.size();
    const bool goes_on = count > 1 && words[count - 1] == "and" && words[count - 2] == stand_in;
    if (goes_on) words.pop_back();
    if (!goes_on && !follows_stand_in) words.push_back(stand_in);
  } else if (!follows_stand_in || !is_unit(word)) {
    words.push_back(in_plural_and_singular(word));
  }
}

}  // namespace

std::string signature_of(std::string_view text) {
  // A quotation may hold a stop.
  std::string sentence = without_quoted(text.substr(0, text.find('\n')));
  sentence.resize(std::min(sentence.find(". "), sentence.size()));
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t end = std::min(sentence.find(' ', at), sentence.size());
    const std::string_view word =
        without_punctuation(std::string_view(sentence).substr(at, end - at));
    if (!word.empty()) append(words, word);
    at = end + 1;
  }
  std::string signature;
  for (const std::string_view word : words) {
    if (!signature.empty()) signature += ' ';
    signature += word;
  }
  return signature;
}

}  // namespace shardlab::scenarios
