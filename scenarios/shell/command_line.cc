#include "scenarios/shell/command_line.h"

#include <fmt/format.h>
#include <optional>

#include "scenarios/text/suggest.h"
#include "scenarios/text/text_error.h"

namespace shardlab::scenarios {

namespace {

constexpr std::string_view kFullWidthSpace = "\u3000";
constexpr std::string_view kNoBreakSpace = "\u00A0";
constexpr std::string_view kByteOrderMark = "\uFEFF";
constexpr std::string_view kOnlyCat = "of a shell's $ forms only $(cat FILE) is understood here";

class Reader {
 public:
  Reader(std::string_view text, const VirtualFiles& files) : text_(text), files_(files) {}

  std::vector<CommandLine> read_all() {
    std::vector<CommandLine> commands;
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    while (start_line()) {
      if (auto command = read_command()) commands.push_back(std::move(*command));
    }
    return commands;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char here() const { return at_end() ? '\0' : text_[at_]; }
  bool looking_at(std::string_view piece) const { return text_.substr(at_).starts_with(piece); }

  std::size_t foreign_blank() const {
    if (looking_at(kFullWidthSpace)) return kFullWidthSpace.size();
    return looking_at(kNoBreakSpace) ? kNoBreakSpace.size() : 0;
  }

  std::size_t line_end() const {
    return looking_at("\r\n") ? 2 : here() == '\n' && !at_end() ? 1 : 0;
  }

  /// Length of the blank at this place, 0 when there is none.
  std::size_t blank() const {
    if (at_end()) return 0;
    return here() == ' ' || here() == '\t' || here() == '\r' ? 1 : foreign_blank();
  }

  bool skip_blanks() {
    bool any = false;
    for (std::size_t size = blank(); size != 0 && line_end() == 0; size = blank()) {
      if (size > 1) foreign_ = true;
      at_ += size;
      any = true;
    }
    return any;
  }

  /// Moves to the first word of the next command; false at the end of the text.
  bool start_line() {
    foreign_ = false;
    skip_blanks();
    while (std::size_t size = line_end()) {
      at_ += size;
      foreign_ = false;
      skip_blanks();
    }
    if (at_end()) return false;
    while (skip_prompt()) skip_blanks();
    return !at_end();
  }

  /// A first word that ends in `$` is a prompt: `vitess/examples/kubernetes$ `.
  bool skip_prompt() {
    const std::size_t start = at_;
    while (!at_end() && blank() == 0 && line_end() == 0 && here() != '#') ++at_;
    if (at_ > start && text_[at_ - 1] == '$') return true;
    at_ = start;
    return false;
  }

  void skip_comment() {
    while (!at_end() && line_end() == 0) ++at_;
  }

  std::optional<CommandLine> read_command() {
    CommandLine command;
    command.offset = at_;
    std::vector<std::string> words;
    std::size_t end = at_;
    for (;;) {
      skip_blanks();
      if (skip_continuation()) continue;
      if (here() == '#') skip_comment();
      if (at_end() || line_end() != 0) break;
      read_word(words);
      end = at_;
    }
    if (words.empty()) return std::nullopt;
    command.typed = one_line(text_.substr(command.offset, end - command.offset));
    if (foreign_) make_blanks_ordinary(command.typed);
    command.script = words.front().starts_with("./") ? words.front().substr(2) : words.front();
    command.arguments.assign(words.begin() + 1, words.end());
    return command;
  }

  bool skip_continuation() {
    if (here() != '\\') return false;
    const std::size_t start = at_++;
    const std::size_t size = line_end();
    if (size == 0) {
      at_ = start;
      return false;
    }
    at_ += size;
    if (looking_at("> ")) at_ += 2;  // what a shell prompts with when a line goes on
    return true;
  }

  /// Reads up to the next unquoted blank. An unquoted `$(cat FILE)` may give several words or none.
  void read_word(std::vector<std::string>& words) {
    std::string word;
    bool started = false;
    while (!at_end() && blank() == 0 && line_end() == 0) {
      const char c = here();
      if (c == '\\' && skip_continuation()) continue;
      if (c == '\'') {
        word += read_single_quoted();
      } else if (c == '"') {
        word += read_double_quoted();
      } else if (c == '$' && dollar_means_something()) {
        split_into(read_cat(), word, started, words);
        continue;
      } else {
        word += read_plain();
      }
      started = true;
    }
    if (started) words.push_back(std::move(word));
  }

  /// Word splitting of an unquoted expansion: blanks in it end words.
  static void split_into(std::string_view content, std::string& word, bool& started,
                         std::vector<std::string>& words) {
    for (char c : content) {
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        word += c;
        started = true;
      } else if (started) {
        words.push_back(std::move(word));
        word.clear();
        started = false;
      }
    }
  }

  char read_plain() {
    const char c = here();
    if (c == '\\' && at_ + 1 < text_.size()) ++at_;
    if (c != '\\' && std::string_view("|&;<>`()").find(c) != std::string_view::npos) {
      throw TextError(at_, 1, fmt::format("\"{}\" outside quotes is not understood here", c),
                      "one command a line; no pipes, redirections or background jobs");
    }
    return text_[at_++];
  }

  std::string read_single_quoted() {
    const std::size_t open = at_++;
    const std::size_t close = text_.find('\'', at_);
    if (close == std::string_view::npos) unclosed(open, "'");
    std::string content;
    while (at_ < close) append_quoted_character(content);
    ++at_;
    return content;
  }

  void append_quoted_character(std::string& content) {
    const std::size_t size = foreign_ ? foreign_blank() : 0;
    content += size == 0 ? here() : ' ';
    at_ += size == 0 ? 1 : size;
  }

  std::string read_double_quoted() {
    const std::size_t open = at_++;
    std::string content;
    while (!at_end() && here() != '"') {
      if (here() == '\\' && at_ + 1 < text_.size()) {
        read_escape(content);
      } else if (here() == '$' && dollar_means_something()) {
        content += read_cat();
      } else {
        append_quoted_character(content);
      }
    }
    if (at_end()) unclosed(open, "\"");
    ++at_;
    return content;
  }

  /// Between double quotes a backslash only counts before `" \ $ ` and a line end.
  void read_escape(std::string& content) {
    if (skip_continuation()) return;
    const char next = text_[at_ + 1];
    if (std::string_view("\"\\$`").find(next) == std::string_view::npos) content += '\\';
    content += next;
    at_ += 2;
  }

  [[noreturn]] void unclosed(std::size_t open, std::string_view quote) const {
    const auto line = text_.substr(open, text_.find_first_of("\r\n", open) - open);
    throw TextError(open, line.size(), fmt::format("the quote {} is never closed", quote));
  }

  bool dollar_means_something() const {
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
    return next == '(' || next == '{' || next == '_' || (next >= 'a' && next <= 'z') ||
           (next >= 'A' && next <= 'Z');
  }

  /// `$(cat NAME)`: the file's content without its last line ends.
  std::string read_cat() {
    const std::size_t start = at_;
    const std::size_t close = text_.find(')', start);
    if (!looking_at("$(") || close == std::string_view::npos) {
      throw TextError(start, 1, "this use of $ is not understood", std::string(kOnlyCat));
    }
    at_ += 2;
    skip_blanks();
    const bool is_cat = looking_at("cat");
    if (is_cat) at_ += 3;
    const bool parted = skip_blanks();
    const std::size_t name_at = at_;
    while (at_ < close && blank() == 0) ++at_;
    const auto name = text_.substr(name_at, at_ - name_at);
    skip_blanks();
    if (!is_cat || !parted || name.empty() || at_ != close) {
      throw TextError(start, close + 1 - start, "this $( ... ) is not understood",
                      std::string(kOnlyCat));
    }
    at_ = close + 1;
    return file_content(name, name_at);
  }

  std::string file_content(std::string_view name, std::size_t name_at) const {
    const auto bare = std::string(name.starts_with("./") ? name.substr(2) : name);
    const auto found = files_.find(bare);
    if (found == files_.end()) {
      std::vector<std::string_view> known;
      for (const auto& [file, content] : files_) known.push_back(file);
      throw TextError(
          name_at, name.size(), fmt::format("there is no file \"{}\" here", bare),
          known.empty() ? "the scenario has no [files]" : did_you_mean(bare, "files", known));
    }
    std::string content = found->second;
    while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
    return content;
  }

  /// A continued command on one line, for people to read.
  static std::string one_line(std::string_view typed) {
    std::string line;
    for (std::size_t i = 0; i < typed.size(); ++i) {
      const auto rest = typed.substr(i);
      const std::size_t cut = rest.starts_with("\\\r\n") ? 3 : rest.starts_with("\\\n") ? 2 : 0;
      if (cut == 0) {
        line += typed[i];
        continue;
      }
      i += cut - 1;
      if (typed.substr(i + 1).starts_with("> ")) i += 2;
      while (line.ends_with(' ') && i + 1 < typed.size() && typed[i + 1] == ' ') ++i;
    }
    return line;
  }

  static void make_blanks_ordinary(std::string& typed) {
    for (std::string_view what : {kFullWidthSpace, kNoBreakSpace}) {
      for (auto at = typed.find(what); at != std::string::npos; at = typed.find(what, at)) {
        typed.replace(at, what.size(), " ");
      }
    }
  }

  std::string_view text_;
  const VirtualFiles& files_;
  std::size_t at_ = 0;
  bool foreign_ = false;  ///< a full-width or no-break space separated words of this command
};

}  // namespace

std::vector<CommandLine> parse_commands(std::string_view pasted, const VirtualFiles& files) {
  return Reader(pasted, files).read_all();
}

}  // namespace shardlab::scenarios
