#include "tests/tidy/lexer.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "tests/tidy/scan.h"

namespace shardlab::tidy {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }

/// Cuts one file. `>` always stands alone, so that nested template lists close one by one.
class Lexer {
 public:
  Lexer(Source& source, std::string_view text) : source_(source), text_(text) {}

  void run() {
    cut(text_.size());
    for (const auto& [body, line] : bodies_) read_body(body, line);
    match_brackets();
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void cut(std::size_t end) {
    while (at_ < end) step();
  }

  void step() {
    const char c = peek();
    const bool spliced = c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'));
    if (spliced) {
      advance_to(text_.find('\n', at_) + 1);
    } else if (c == '\n') {
      ++line_;
      ++at_;
      line_is_blank_ = true;
    } else if (std::isspace(static_cast<unsigned char>(c))) {
      ++at_;
    } else if (c == '/' && peek(1) == '/') {
      line_comment();
    } else if (c == '/' && peek(1) == '*') {
      advance_to(end_of("*/", at_ + 2));
    } else if ((c == '#' || (c == '%' && peek(1) == ':')) && line_is_blank_ && !in_macro_) {
      directive();
    } else {
      line_is_blank_ = false;
      token();
    }
  }

  std::size_t end_of(std::string_view closing, std::size_t from) const {
    const std::size_t found = text_.find(closing, from);
    return found == text_.npos ? text_.size() : found + closing.size();
  }

  void advance_to(std::size_t end) {
    for (; at_ < end; ++at_) line_ += text_[at_] == '\n';
  }

  void line_comment() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view comment = text_.substr(at_, end - at_);
    constexpr std::string_view mark = "// tidy: allow(";
    const std::size_t close = comment.find(')');
    if (comment.starts_with(mark) && close != comment.npos) {
      std::string reason(comment.substr(close + 1));
      reason.erase(0, reason.find_first_not_of(' '));
      source_.allowances.push_back(
          {std::string(comment.substr(mark.size(), close - mark.size())), reason, line_});
    }
    at_ = end;
  }

  void directive() {
    const std::size_t end = end_of_directive(text_, at_);
    std::string_view line = text_.substr(at_, end - at_);
    line.remove_prefix(line.front() == '#' ? 1 : 2);
    const auto skip_blanks = [&] {
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    };
    skip_blanks();
    const std::string_view name = line.substr(0, end_of_word(line, 0));
    line.remove_prefix(name.size());
    skip_blanks();
    if (name == "include" || name == "include_next" || name == "import") include(line);
    if (name == "define") bodies_.emplace_back(macro_body(line), line_);
    advance_to(end);
  }

  void include(std::string_view what) {
    const std::size_t open = what.find_first_of("<\"");
    const std::size_t close =
        open == what.npos ? open : what.find(what[open] == '<' ? '>' : '"', open + 1);
    if (close == what.npos) {
      source_.includes.push_back({std::string(what), false, line_, true});
    } else {
      const std::string path(what.substr(open + 1, close - open - 1));
      source_.includes.push_back({path, what[open] == '<', line_});
    }
  }

  void read_body(std::string_view body, int line) {
    at_ = static_cast<std::size_t>(body.data() - text_.data());
    line_ = line;
    in_macro_ = true;
    add(Kind::sign, ";", at_);
    cut(at_ + body.size());
    add(Kind::sign, ";", at_);
  }

  void token() {
    const char c = peek();
    if (c == '"') {
      quoted('"', Kind::string);
    } else if (c == '\'') {
      quoted('\'', Kind::character);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      const std::size_t end = end_of_number(text_, at_);
      add(Kind::number, text_.substr(at_, end - at_), end);
    } else if (is_word_char(c)) {
      word();
    } else {
      const std::size_t end = end_of_sign(text_, at_);
      add(Kind::sign, text_.substr(at_, end - at_), end);
    }
  }

  void word() {
    const std::size_t end = end_of_word(text_, at_);
    const std::string_view text = text_.substr(at_, end - at_);
    if (end < text_.size() && text_[end] == '"' && text.ends_with('R')) {
      at_ = end;
      raw_string();
    } else {
      add(Kind::word, text, end);
    }
  }

  void raw_string() {
    const std::size_t open = std::min(text_.find('(', at_), text_.size());
    const std::string closing = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
    const std::size_t end = end_of(closing, open);
    const std::size_t length = end - std::min(end, open + 1 + closing.size());
    add(Kind::string, text_.substr(std::min(open + 1, end), length), end);
  }

  void quoted(char quote, Kind kind) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, text_.size());
    add(kind, text_.substr(at_ + 1, end - at_ - 1), std::min(end + 1, text_.size()));
  }

  void add(Kind kind, std::string_view text, std::size_t end) {
    source_.tokens.push_back({kind, text, line_, -1, in_macro_});
    advance_to(end);
  }

  void match_brackets() {
    std::vector<int> open;
    bool in_macro = false;
    for (int i = 0; i < count_of(source_.tokens); ++i) {
      Token& token = source_.tokens[i];
      if (std::exchange(in_macro, token.in_macro) != token.in_macro) open.clear();
      if (token.in_macro && token.text == ";" && token.kind == Kind::sign) open.clear();
      if (token.kind != Kind::sign || token.text.size() != 1) continue;
      const std::size_t opening = std::string_view("([{").find(token.text);
      const std::size_t closing = std::string_view(")]}").find(token.text);
      if (opening != std::string_view::npos) open.push_back(i);
      if (closing == std::string_view::npos || open.empty()) continue;
      if (source_.tokens[open.back()].text[0] != "([{"[closing]) continue;
      token.match = open.back();
      source_.tokens[open.back()].match = i;
      open.pop_back();
    }
  }

  Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_is_blank_ = true;
  bool in_macro_ = false;
  std::vector<std::pair<std::string_view, int>> bodies_;
};

}  // namespace

void cut_into_tokens(Source& source) { Lexer(source, source.content).run(); }

}  // namespace shardlab::tidy
