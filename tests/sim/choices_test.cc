#include "sim/choices.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace shardlab;
using namespace shardlab::sim;

namespace {

struct Drawn {
  std::string site;
  std::uint64_t bound;
};

std::vector<std::uint64_t> draw_all(Choices& choices, const std::vector<Drawn>& draws) {
  std::vector<std::uint64_t> values;
  for (const auto& [site, bound] : draws) values.push_back(choices.draw(site, bound));
  return values;
}

rc::Gen<std::vector<Drawn>> some_draws() {
  const auto one = rc::gen::build<Drawn>(
      rc::gen::set(&Drawn::site, rc::gen::element<std::string>("net.a", "net.b", "disk", "x.y")),
      rc::gen::set(&Drawn::bound, rc::gen::weightedOneOf<std::uint64_t>(
                                      {{3, rc::gen::inRange<std::uint64_t>(0, 10)},
                                       {1, rc::gen::arbitrary<std::uint64_t>()}})));
  return rc::gen::container<std::vector<Drawn>>(one);
}

ChoiceTape sample_tape() {
  ChoiceTape tape;
  for (std::uint64_t value : {3, 1, 4, 1, 5}) tape.append("net.latency", 10, value);
  tape.append("disk.tear", 2, 1);
  return tape;
}

}  // namespace

TEST_CASE("Stream: the numbers are those of xoshiro256** seeded by splitmix64") {
  // The first outputs for seed 0, as the reference implementation gives them.
  Stream stream(0);
  CHECK(stream.next() == 11091344671253066420ull);
  CHECK(stream.next() == 13793997310169335082ull);
  CHECK(stream.next() == 1900383378846508768ull);
}

TEST_CASE("Choices: the same seed draws the same, another one does not") {
  Choices a(7), b(7), c(8);
  std::vector<std::uint64_t> first, second, other;
  for (int i = 0; i < 20; ++i) {
    first.push_back(a.draw("x", 1000));
    second.push_back(b.draw("x", 1000));
    other.push_back(c.draw("x", 1000));
  }
  CHECK(first == second);
  CHECK(first != other);
}

TEST_CASE("Choices: draws of one subsystem do not shift those of another") {
  Choices a(7), b(7);
  const std::uint64_t plain = a.draw("net.latency", 1'000'000);
  for (int i = 0; i < 5; ++i) b.draw("disk.tear", 100);
  CHECK(b.draw("net.latency", 1'000'000) == plain);
}

TEST_CASE("Choices: a bound of 0 or 1 leaves no choice, but counts as a draw") {
  Choices choices(1);
  CHECK(choices.draw("x", 0) == 0);
  CHECK(choices.draw("x", 1) == 0);
  CHECK(choices.draws() == 2);
}

TEST_CASE("Choices: a chance is true about as often as it says, and its calmest choice is false") {
  Choices choices(1);
  int yes = 0;
  for (int i = 0; i < 10'000; ++i) yes += choices.chance("x", 1, 4);
  CHECK(yes > 2300);
  CHECK(yes < 2700);
  Choices calm((ChoiceTape()));
  CHECK(!calm.chance("x", 1, 4));
  CHECK(calm.chance("x", 4, 4));
  CHECK(!Choices(1).chance("x", 0, 4));
}

TEST_CASE("Choices: a recorded tape gives the same values again", "[property]") {
  rc::prop("record, encode, decode, play", [] {
    const auto draws = *some_draws();
    Choices first(*rc::gen::arbitrary<std::uint64_t>());
    first.record();
    const auto values = draw_all(first, draws);
    const auto tape = ChoiceTape::decode(first.recorded().encode());
    RC_ASSERT(tape.has_value());
    RC_ASSERT(*tape == first.recorded());
    Choices second(*tape);
    RC_ASSERT(draw_all(second, draws) == values);
    RC_ASSERT(second.misfit() == Choices::Misfit());
  });
}

TEST_CASE("Choices: any edited tape can be played, and every value lies below its bound",
          "[property]") {
  rc::prop("edit, play", [] {
    const auto draws = *some_draws();
    Choices first(*rc::gen::arbitrary<std::uint64_t>());
    first.record();
    draw_all(first, draws);
    ChoiceTape tape = first.recorded();
    const auto site = *rc::gen::element<std::string>("net.a", "net.b", "disk", "x.y", "none");
    const auto at = *rc::gen::inRange<std::size_t>(0, 20);
    switch (*rc::gen::inRange(0, 4)) {
      case 0: tape.set(site, at, *rc::gen::arbitrary<std::uint64_t>()); break;
      case 1: tape.calm(site, at, at + 3); break;
      case 2: tape.truncate(site, at); break;
      default: tape.erase(site);
    }
    const auto others = *some_draws();  // not even the same program
    Choices second(std::move(tape));
    const auto values = draw_all(second, others);
    for (std::size_t i = 0; i < others.size(); ++i) {
      RC_ASSERT(values[i] < std::max<std::uint64_t>(others[i].bound, 1));
    }
  });
}

TEST_CASE("ChoiceTape: what is missing is the calmest choice, what does not fit is the largest") {
  Choices choices(sample_tape());
  CHECK(choices.draw("net.latency", 10) == 3);
  CHECK(choices.draw("net.latency", 10) == 1);
  CHECK(choices.draw("net.latency", 3) == 2);
  CHECK(choices.draw("net.latency", 0) == 0);
  CHECK(choices.draw("net.latency", 10) == 5);
  CHECK(choices.draw("net.latency", 10) == 0);
  CHECK(choices.draw("unknown.site", 10) == 0);
  CHECK(choices.misfit() == Choices::Misfit{.missing = 2, .clamped = 2, .unused = 1});
}

TEST_CASE("ChoiceTape: edits change one site and nothing else") {
  ChoiceTape tape = sample_tape();
  tape.set("net.latency", 1, 7);
  tape.set("net.latency", 2, 99);  // beyond its bound of 10
  tape.set("net.latency", 50, 1);
  tape.set("none", 0, 1);
  CHECK(tape.find("net.latency")->values == std::vector<std::uint64_t>{3, 7, 9, 1, 5});
  tape.calm("net.latency", 1, 3);
  CHECK(tape.find("net.latency")->values == std::vector<std::uint64_t>{3, 0, 0, 1, 5});
  tape.truncate("net.latency", 2);
  CHECK(tape.find("net.latency")->values == std::vector<std::uint64_t>{3, 0});
  CHECK(tape.draws() == 3);
  tape.erase("net.latency");
  CHECK(tape.find("net.latency") == nullptr);
  CHECK(tape.find("disk.tear")->values == std::vector<std::uint64_t>{1});
}

TEST_CASE("ChoiceTape: a cut or damaged file is told, never taken", "[property]") {
  const std::string good = sample_tape().encode();
  CHECK(ChoiceTape::decode(good).has_value());
  CHECK(ChoiceTape::decode("").error().code() == Errc::corrupt);
  CHECK(ChoiceTape::decode("not a tape at all").error().code() == Errc::corrupt);
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(ChoiceTape::decode(std::string_view(good).substr(0, size)).has_error());
  }
  rc::prop("a flipped byte gives an error or a tape that can be played", [&] {
    std::string bad = good;
    bad[*rc::gen::inRange<std::size_t>(0, bad.size())] ^= *rc::gen::inRange(1, 256);
    const auto tape = ChoiceTape::decode(bad);
    if (!tape) return;
    Choices choices(*tape);
    RC_ASSERT(choices.draw("net.latency", 10) < 10);
  });
}
