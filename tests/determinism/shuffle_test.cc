#include <catch2/catch.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>
#include <string>

namespace {

/// What the probe prints, by the first word of each line.
using Accidents = std::map<std::string, std::string>;

Accidents probe(const std::string& environment) {
  const std::string command = environment + " " SHARDLAB_BUILD_DIR "/tests/shuffle_probe";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  REQUIRE(pipe);
  std::string text;
  for (int c; (c = std::fgetc(pipe.get())) != EOF;) text += static_cast<char>(c);
  Accidents accidents;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t end = line.find(' ');
    accidents[line.substr(0, end)] = line.substr(end + 1);
  }
  return accidents;
}

Accidents shuffled(int number) {
  return probe("LD_PRELOAD=" SHARDLAB_BUILD_DIR "/tests/libshardlab_shuffle.so SHARDLAB_SHUFFLE=" +
               std::to_string(number));
}

}  // namespace

TEST_CASE("Shuffle: blocks that came in ascending order come in none") {
  const Accidents plain = probe(""), one = shuffled(1), two = shuffled(2);
  for (const char* call : {"malloc", "large", "aligned_alloc", "posix_memalign"}) {
    INFO(call << "\n" << plain.at(call) << "\n" << one.at(call) << "\n" << two.at(call));
    CHECK(plain.at(call).starts_with("0 1 2 3 4 5 6 7 "));
    CHECK(one.at(call) != plain.at(call));
    CHECK(two.at(call) != plain.at(call));
    CHECK(one.at(call) != two.at(call));
  }
}

TEST_CASE("Shuffle: hash containers and static objects come in another order") {
  const Accidents plain = probe(""), one = shuffled(1), two = shuffled(2);
  CHECK(one.at("texts") != plain.at("texts"));
  CHECK(one.at("texts") != two.at("texts"));
  CHECK(one.at("numbers") != plain.at("numbers"));
  CHECK(plain.at("units") == "one two");
  CHECK(one.at("units") == "two one");
}

TEST_CASE("Shuffle: one number, the same accidents twice") { CHECK(shuffled(3) == shuffled(3)); }

TEST_CASE("Shuffle: blocks keep their content, are zero or aligned as asked, or are refused") {
  for (int number : {1, 2, 3}) CHECK(shuffled(number).contains("sound"));
}
