#include "scenarios/shell/command_line.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <rapidcheck/catch.h>

#include "scenarios/text/text_error.h"

using namespace shardlab::scenarios;

namespace {

using Words = std::vector<std::string>;

const VirtualFiles kFiles{{"vschema.json", "{\n  \"Sharded\": true\n}\n"},
                          {"two.txt", "a  b\nc\n"}};

Words words_of(std::string_view text) {
  const auto commands = parse_commands(text, kFiles);
  REQUIRE(commands.size() == 1);
  Words words{commands[0].script};
  words.insert(words.end(), commands[0].arguments.begin(), commands[0].arguments.end());
  return words;
}

TextError error_of(std::string_view text) {
  try {
    parse_commands(text, kFiles);
  } catch (const TextError& error) {
    return error;
  }
  return TextError(0, 0, "no error");
}

std::string guide_blocks() {
  std::ifstream in(SHARDLAB_SOURCE_DIR "/tests/scenarios/guide/blocks.md", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  std::string commands;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    if (!text.substr(at).starts_with("```")) commands += text.substr(at, end - at + 1);
    at = end + 1;
  }
  return commands;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

/// The commands without the places they came from.
std::vector<Words> commands_of(const std::string& text) {
  std::vector<Words> all;
  for (const CommandLine& command : parse_commands(text, kFiles)) {
    all.push_back({command.script, command.typed});
    all.back().insert(all.back().end(), command.arguments.begin(), command.arguments.end());
  }
  return all;
}

}  // namespace

TEST_CASE("shell: the guide's blocks are its 26 commands, as typed") {
  const auto commands = parse_commands(guide_blocks(), kFiles);
  REQUIRE(commands.size() == 26);
  CHECK(commands[0].typed ==
        "./kvtctl.sh ApplyVSchema -vschema \"$(cat vschema.json)\" test_keyspace");
  CHECK(commands[0].arguments ==
        Words{"ApplyVSchema", "-vschema", "{\n  \"Sharded\": true\n}", "test_keyspace"});
  CHECK(commands[8].arguments ==
        Words{"ExecuteFetchAsDba", "test-0000000100", "SELECT * FROM messages"});
  CHECK(commands[25].script == "etcd-down.sh");
}

TEST_CASE(
    "shell: the guide's blocks mean the same without prompts, with CRLF, with full-width spaces") {
  const auto guide = guide_blocks();
  const auto expected = commands_of(guide);
  CHECK(commands_of(replaced(guide, "vitess/examples/kubernetes$ ", "")) == expected);
  CHECK(commands_of(replaced(guide, "vitess/examples/kubernetes$ ", "$ ")) == expected);
  CHECK(commands_of(replaced(guide, "\n", "\r\n")) == expected);
  CHECK(commands_of(replaced(guide, " ", "\u3000")) == expected);
  CHECK(commands_of(replaced(guide, " ", "\u00a0")) == expected);
  CHECK(commands_of("\ufeff" + guide) == expected);
}

TEST_CASE("shell: the guide's blocks mean the same line by line as in one paste") {
  const auto guide = guide_blocks();
  std::vector<Words> one_by_one;
  for (std::size_t at = 0; at < guide.size();) {
    const auto end = guide.find('\n', at);
    for (auto& words : commands_of(guide.substr(at, end - at)))
      one_by_one.push_back(std::move(words));
    at = end + 1;
  }
  CHECK(one_by_one == commands_of(guide));
}

TEST_CASE("shell: without ./ and prompt the script is the same") {
  CHECK(words_of("etcd-down.sh") == Words{"etcd-down.sh"});
  CHECK(words_of("  $ ./etcd-down.sh  ") == Words{"etcd-down.sh"});
  CHECK(words_of("me@host:~/vitess$ $ ./etcd-down.sh") == Words{"etcd-down.sh"});
}

TEST_CASE("shell: nothing, blank lines and comments are no commands") {
  CHECK(parse_commands("", kFiles).empty());
  CHECK(parse_commands("\n \r\n# x\n  ### y \"\n$ \n$ # z", kFiles).empty());
  CHECK(words_of("a b # c 'd") == Words{"a", "b"});
  CHECK(words_of("a b#c") == Words{"a", "b#c"});
}

TEST_CASE("shell: quotes and backslashes mean what they mean to a shell") {
  CHECK(words_of(R"(a 'b  c' "d  e" f\ g)") == Words{"a", "b  c", "d  e", "f g"});
  CHECK(words_of(R"(a "say \"hi\" \$x \n" 'it'"'"'s')") == Words{"a", "say \"hi\" $x \\n", "it's"});
  CHECK(words_of(R"(a "" '')") == Words{"a", "", ""});
  CHECK(words_of("a 'x\ny'") == Words{"a", "x\ny"});
  CHECK(words_of("a x'y'\"z\"") == Words{"a", "xyz"});
  CHECK(words_of("a $ 5$ \"$\"") == Words{"a", "$", "5$", "$"});
}

TEST_CASE(
    "shell: a backslash at the end of a line continues it, with and without a second prompt") {
  const Words expected{"a", "b", "c"};
  CHECK(words_of("a b \\\n  c") == expected);
  CHECK(words_of("a b \\\r\n> c") == expected);
  CHECK(words_of("a b\\\n c") == expected);
  CHECK(words_of("a b\\\nc") == Words{"a", "bc"});
  CHECK(parse_commands("a b \\\n  c", kFiles)[0].typed == "a b c");
}

TEST_CASE("shell: $(cat FILE) is one word in quotes and split outside them") {
  CHECK(words_of("a \"$(cat two.txt)\"") == Words{"a", "a  b\nc"});
  CHECK(words_of("a $(cat two.txt)") == Words{"a", "a", "b", "c"});
  CHECK(words_of("a x$(cat ./two.txt)y") == Words{"a", "xa", "b", "cy"});
  CHECK(words_of("a '$(cat two.txt)'") == Words{"a", "$(cat two.txt)"});
}

TEST_CASE("shell: full-width spaces in quotes stay when ordinary ones separate the words") {
  CHECK(words_of("a \"x\u3000y\"") == Words{"a", "x\u3000y"});
  CHECK(words_of("a\u3000\"x\u3000y\"") == Words{"a", "x y"});
}

TEST_CASE("shell: what only a real shell understands is refused where it stands") {
  CHECK(error_of("a | b").offset == 2);
  CHECK(error_of("a > b").text == "\">\" outside quotes is not understood here");
  CHECK(error_of("a; b").offset == 1);
  CHECK(error_of("a $HOME").hint == "of a shell's $ forms only $(cat FILE) is understood here");
  CHECK(error_of("a \"$(ls -l)\"").offset == 3);
  CHECK(error_of("a $(cat)").text == "this $( ... ) is not understood");
  CHECK(error_of("a $(cat x y)").text == "this $( ... ) is not understood");
  CHECK(error_of("a 'b c\nd").text == "the quote ' is never closed");
  CHECK(error_of("a 'b c\nd").length == 4);
  CHECK(error_of("a \"b").text == "the quote \" is never closed");
}

TEST_CASE("shell: a missing file is named together with those that are there") {
  const TextError error = error_of("a \"$(cat vshema.json)\"");
  CHECK(error.text == "there is no file \"vshema.json\" here");
  CHECK(error.hint == "did you mean \"vschema.json\"?   files: two.txt vschema.json");
  CHECK(error.offset == 9);
}

TEST_CASE("shell: a file's own full-width spaces survive a mangled command line") {
  const VirtualFiles files{{"f", "x\u3000y"}};
  const auto commands = parse_commands("a\u3000\"$(cat f)\"", files);
  CHECK(commands.at(0).arguments == Words{"x\u3000y"});
}

TEST_CASE("shell: any words come back from single quotes") {
  rc::prop("round trip", [](Words words) {
    std::string line = "script";
    for (const std::string& word : words) line += " '" + replaced(word, "'", "'\\''") + "'";
    const auto commands = parse_commands(line, {});
    RC_ASSERT(commands.size() == 1u);
    RC_ASSERT(commands[0].arguments == words);
  });
}
