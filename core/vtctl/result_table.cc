#include "core/vtctl/result_table.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace shardlab::vtctl {
namespace {

constexpr std::size_t widest_cell = 30;

constexpr std::array<std::pair<char32_t, char32_t>, 9> wide_characters{{{0x1100, 0x115f},
                                                                        {0x2e80, 0xa4cf},
                                                                        {0xac00, 0xd7a3},
                                                                        {0xf900, 0xfaff},
                                                                        {0xfe30, 0xfe6f},
                                                                        {0xff00, 0xff60},
                                                                        {0xffe0, 0xffe6},
                                                                        {0x1f300, 0x1faff},
                                                                        {0x20000, 0x3fffd}}};

std::size_t character_width(char32_t c) {
  if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f)) return 0;
  for (const auto& [first, last] : wide_characters) {
    if (c >= first && c <= last) return 2;
  }
  return 1;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

char32_t decode(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  char32_t code = lead < 0xc0   ? lead
                  : lead < 0xe0 ? lead & 0x1f
                  : lead < 0xf0 ? lead & 0x0f
                                : lead & 0x07;
  for (char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return code;
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (auto end = text.find_first_of(" \n"); end != std::string_view::npos;
       end = text.find_first_of(" \n")) {
    words.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  words.push_back(text);
  return words;
}

/// Chooses the breaks with the least sum of squared gaps, where the last line is free.
class LineBreaker {
 public:
  LineBreaker(const std::vector<std::string_view>& words, std::size_t limit) : limit_(limit) {
    ends_.push_back(0);
    for (const auto& word : words) ends_.push_back(ends_.back() + display_width(word) + 1);
  }

  /// For each word that starts a line, the word that starts the next one.
  std::vector<std::size_t> next_starts() const {
    const std::size_t count = ends_.size() - 1;
    std::vector<std::uint64_t> cost(count + 1, 0);
    std::vector<std::size_t> next(count, count);
    for (std::size_t i = count; i-- > 0;) {
      if (line_width(i, count) <= limit_) continue;
      cost[i] = UINT64_MAX;
      // The limit is at least the longest word, so the first round always gives a line.
      for (std::size_t j = i + 1; j < count && line_width(i, j) <= limit_; ++j) {
        const std::uint64_t gap = limit_ - line_width(i, j);
        if (gap * gap + cost[j] < cost[i]) {
          cost[i] = gap * gap + cost[j];
          next[i] = j;
        }
      }
    }
    return next;
  }

 private:
  std::size_t line_width(std::size_t from, std::size_t to) const {
    return ends_[to] - ends_[from] - 1;
  }

  std::size_t limit_;
  std::vector<std::size_t> ends_;
};

// `digits[.digits]`, each part possibly empty.
bool is_unsigned_decimal(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const auto other = text.find_first_not_of("0123456789");
  return other == std::string_view::npos ||
         (text[other] == '.' &&
          text.find_first_not_of("0123456789", other + 1) == std::string_view::npos);
}

/// Lines of every cell of one row.
using WrappedRow = std::vector<std::vector<std::string>>;

class TablePrinter {
 public:
  explicit TablePrinter(const std::vector<std::string>& header) : header_(header) {
    for (const auto& title : header) widths_.push_back(display_width(title));
  }

  std::string print(const std::vector<TextRow>& rows) {
    for (const TextRow& row : rows) widen(row);
    std::vector<WrappedRow> wrapped;
    for (const TextRow& row : rows) wrapped.push_back(wrap(row));
    border();
    if (!header_.empty()) {
      titles();
      border();
    }
    for (const WrappedRow& row : wrapped) cells(row);
    if (header_.empty() || !rows.empty()) border();
    return std::move(out_);
  }

 private:
  static std::string_view cell_text(const TextRow& row, std::size_t column) {
    if (column >= row.size() || !row[column]) return "";
    return *row[column];
  }

  void widen(const TextRow& row) {
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      const std::string_view text = cell_text(row, i);
      std::size_t width = std::min(display_width(text), widest_cell);
      for (const auto& word : split_words(text)) width = std::max(width, display_width(word));
      widths_[i] = std::max(widths_[i], width);
    }
  }

  WrappedRow wrap(const TextRow& row) const {
    WrappedRow wrapped;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      wrapped.push_back(wrap_text(cell_text(row, i), widths_[i]));
    }
    return wrapped;
  }

  void border() {
    out_ += '+';
    for (std::size_t width : widths_) out_ += std::string(width + 2, '-') + '+';
    out_ += '\n';
  }

  void cell(std::string_view text, std::size_t column, std::size_t gap_left) {
    const std::size_t gap = widths_[column] - display_width(text);
    out_ += ' ' + std::string(gap_left, ' ');
    out_ += text;
    out_ += std::string(gap - gap_left, ' ') + " |";
  }

  void titles() {
    out_ += '|';
    for (std::size_t i = 0; i < header_.size(); ++i) {
      cell(header_[i], i, (widths_[i] - display_width(header_[i])) / 2);
    }
    out_ += '\n';
  }

  void cells(const WrappedRow& row) {
    std::size_t height = 1;
    for (const auto& lines : row) height = std::max(height, lines.size());
    for (std::size_t line = 0; line < height; ++line) {
      out_ += '|';
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string_view text = line < row[i].size() ? row[i][line] : std::string_view();
        cell(text, i, is_unsigned_decimal(text) ? widths_[i] - display_width(text) : 0);
      }
      out_ += '\n';
    }
  }

  const std::vector<std::string>& header_;
  std::vector<std::size_t> widths_;
  std::string out_;
};

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < text.size() && continues_character(text[length])) ++length;
    width += character_width(decode(text.substr(0, length)));
    text.remove_prefix(length);
  }
  return width;
}

std::vector<std::string> wrap_text(std::string_view text, std::size_t limit) {
  const auto words = split_words(text);
  for (const auto& word : words) limit = std::max(limit, display_width(word));
  const auto next = LineBreaker(words, limit).next_starts();
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < words.size(); start = next[start]) {
    std::string line(words[start]);
    for (std::size_t i = start + 1; i < next[start]; ++i) line += ' ' + std::string(words[i]);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string format_result_table(const std::vector<std::string>& header,
                                const std::vector<TextRow>& rows) {
  return TablePrinter(header).print(rows);
}

std::string format_result_table(const QueryResult& result) {
  std::vector<std::string> header;
  for (const Field& field : result.fields) header.push_back(field.name);
  std::vector<TextRow> rows;
  for (const Row& row : result.rows) {
    TextRow& texts = rows.emplace_back();
    for (const Value& value : row) {
      texts.push_back(value.is_null() ? std::nullopt : std::optional(value.text()));
    }
  }
  return format_result_table(header, rows);
}

}  // namespace shardlab::vtctl
