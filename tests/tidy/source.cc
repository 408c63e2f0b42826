#include "tests/tidy/source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace shardlab::tidy {
namespace {

bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Cuts one file. `>` always stands alone, so that nested template lists close one by one.
class Lexer {
 public:
  explicit Lexer(Source& source) : source_(source), text_(source.content) {}

  void run() {
    while (at_ < text_.size()) step();
    match_brackets();
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void step() {
    const char c = peek();
    if (c == '\n') {
      ++line_;
      ++at_;
      line_is_blank_ = true;
    } else if (std::isspace(static_cast<unsigned char>(c))) {
      ++at_;
    } else if (c == '/' && peek(1) == '/') {
      line_comment();
    } else if (c == '/' && peek(1) == '*') {
      advance_to(end_of("*/", at_ + 2));
    } else if (c == '#' && line_is_blank_) {
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
    if (comment.starts_with(mark)) {
      const std::size_t close = comment.find(')');
      if (close != comment.npos) {
        std::string reason(comment.substr(close + 1));
        reason.erase(0, reason.find_first_not_of(' '));
        source_.allowances.push_back(
            {std::string(comment.substr(mark.size(), close - mark.size())), reason, line_});
      }
    }
    at_ = end;
  }

  void directive() {
    std::size_t end = at_;
    do {
      end = std::min(text_.find('\n', end + 1), text_.size());
    } while (end < text_.size() && text_[end - 1] == '\\');
    const std::string_view line = text_.substr(at_, end - at_);
    std::size_t at = line.find_first_not_of(" \t", 1);
    const std::string_view what = at == line.npos ? "" : line.substr(at);
    if (what.starts_with("include")) {
      const std::size_t open = what.find_first_of("<\"");
      const std::size_t close = open == what.npos ? open : what.find_first_of(">\"", open + 1);
      const bool named = close != what.npos;
      source_.includes.push_back({named ? std::string(what.substr(open + 1, close - open - 1)) : "",
                                  named && what[open] == '<', line_});
    }
    if (what.starts_with("define")) {
      constexpr std::string_view blanks = " \t";
      std::string_view rest = what.substr(std::string_view("define").size());
      rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
      const std::size_t name = rest.find_first_of(" \t(");
      source_.macros.push_back({name == rest.npos, line_});
    }
    advance_to(end);
  }

  void token() {
    const char c = peek();
    if (c == '"') {
      quoted('"', Kind::string);
    } else if (c == '\'') {
      quoted('\'', Kind::character);
    } else if (is_word_char(c)) {
      word();
    } else {
      sign();
    }
  }

  void word() {
    const bool number = std::isdigit(static_cast<unsigned char>(peek()));
    std::size_t end = at_;
    while (end < text_.size() && (is_word_char(text_[end]) || (number && text_[end] == '\'')))
      ++end;
    const std::string_view text = text_.substr(at_, end - at_);
    if (end < text_.size() && text_[end] == '"' && text.ends_with('R')) {
      at_ = end;
      raw_string();
      return;
    }
    add(number ? Kind::number : Kind::word, text, end);
  }

  void raw_string() {
    const std::size_t open = text_.find('(', at_);
    const std::string closing = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
    const std::size_t end = end_of(closing, open);
    add(Kind::string, text_.substr(open + 1, end - closing.size() - open - 1), end);
  }

  void quoted(char quote, Kind kind) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, text_.size());
    add(kind, text_.substr(at_ + 1, end - at_ - 1), std::min(end + 1, text_.size()));
  }

  void sign() {
    static constexpr std::string_view signs[] = {
        "...", "<=>", "<<=", ">>=", "->*", "::", "->", "&&", "||", "++", "--", "+=",
        "-=",  "*=",  "/=",  "%=",  "&=",  "|=", "^=", "==", "!=", "<=", ">="};
    for (std::string_view sign : signs) {
      if (text_.substr(at_).starts_with(sign)) {
        add(Kind::sign, text_.substr(at_, sign.size()), at_ + sign.size());
        return;
      }
    }
    add(Kind::sign, text_.substr(at_, 1), at_ + 1);
  }

  void add(Kind kind, std::string_view text, std::size_t end) {
    source_.tokens.push_back({kind, text, line_});
    advance_to(end);
  }

  void match_brackets() {
    std::vector<int> open;
    for (int i = 0; i < static_cast<int>(source_.tokens.size()); ++i) {
      Token& token = source_.tokens[i];
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
};

/// `import "core/proto/topodata.proto";` is the include of the protobuf language.
void read_imports(Source& source) {
  for (std::size_t i = 0; i + 1 < source.tokens.size(); ++i) {
    const Token& path = source.tokens[i + 1];
    if (source.tokens[i].text != "import" || path.kind != Kind::string) continue;
    source.includes.push_back({std::string(path.text), false, path.line});
  }
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

}  // namespace

Source::Source(std::string path_, std::string content_)
    : path(std::move(path_)), content(std::move(content_)) {
  std::string_view rest = content;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  Lexer(*this).run();
  if (!is_cpp()) read_imports(*this);
}

bool Source::is_cpp() const { return path.ends_with(".h") || path.ends_with(".cc"); }

std::string Source::folder() const { return path.substr(0, path.find('/')); }

std::string Source::module() const {
  const std::size_t begin = path.find('/') + 1;
  const std::size_t end = path.find('/', begin);
  return end == path.npos ? "" : path.substr(begin, end - begin);
}

std::string Source::stem() const { return path.substr(0, path.rfind('.')); }

Tree load_tree(const std::string& root, const std::vector<std::string>& folders) {
  Tree tree;
  for (const std::string& folder : folders) {
    tree.lists[folder] = read_file(root + "/" + folder + "/CMakeLists.txt");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root + "/" + folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc" && extension != ".proto") continue;
      const std::string path = entry.path().lexically_relative(root).string();
      tree.sources.emplace(std::piecewise_construct, std::forward_as_tuple(path),
                           std::forward_as_tuple(path, read_file(entry.path())));
    }
  }
  return tree;
}

}  // namespace shardlab::tidy
