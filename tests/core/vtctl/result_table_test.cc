#include "core/vtctl/result_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace shardlab;
using namespace shardlab::vtctl;

TEST_CASE("Result table: a NULL prints as an empty cell", "[unit]") {
  QueryResult result;
  result.fields = {Field("page", Type::uint64), Field("message", Type::varchar)};
  result.rows = {{Value::of_uint(7), Value::null()}};
  CHECK(format_result_table(result) ==
        "+------+---------+\n"
        "| page | message |\n"
        "+------+---------+\n"
        "|    7 |         |\n"
        "+------+---------+\n");
}

TEST_CASE("Result table: without rows the header stands between two borders", "[unit]") {
  CHECK(format_result_table({"page"}, {}) == "+------+\n| page |\n+------+\n");
}

TEST_CASE("Result table: negative numbers stand left, unsigned ones right", "[unit]") {
  CHECK(format_result_table({"number"}, {{"-5"}, {"5"}}) ==
        "+--------+\n| number |\n+--------+\n| -5     |\n|      5 |\n+--------+\n");
}

TEST_CASE("Result table: a newline breaks words like a space", "[unit]") {
  CHECK(format_result_table({"m"}, {{"a\nb"}}) == "+-----+\n|  m  |\n+-----+\n| a b |\n+-----+\n");
}

TEST_CASE("Result table: a title wider than any cell widens its column", "[unit]") {
  const std::string title(35, 'x');
  CHECK_THAT(format_result_table({title}, {{"1"}}), Catch::Contains("| " + title + " |"));
}

TEST_CASE("Result table: wide characters take two columns, combining ones none", "[unit]") {
  CHECK(display_width("B\u00e4r") == 3);
  CHECK(display_width("\u7559\u8a00") == 4);
  CHECK(display_width("e\u0301") == 1);
}

TEST_CASE("Wrapping: no line exceeds the limit, and no word is lost", "[property]") {
  rc::prop("words in order", [] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c', 'd', ' '));
    const auto limit = *rc::gen::inRange<std::size_t>(1, 20);
    std::size_t longest = 0;
    std::string joined;
    const auto lines = wrap_text(text, limit);
    for (const auto& line : lines) {
      joined += (&line == &lines.front() ? "" : " ") + line;
      if (line.find(' ') != std::string::npos) longest = std::max(longest, line.size());
    }
    RC_ASSERT(joined == text);
    std::size_t word = 0;
    for (std::size_t at = 0, start = 0; at <= text.size(); ++at) {
      if (at < text.size() && text[at] != ' ') continue;
      word = std::max(word, at - start);
      start = at + 1;
    }
    RC_ASSERT(longest <= std::max(limit, word));
  });
}
