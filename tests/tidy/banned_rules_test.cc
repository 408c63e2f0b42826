#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("banned-name: clocks, generators, threads and the environment are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::shuffle(a.begin(), a.end(), engine);", "std::ranges::shuffle(a, engine);",
      "std::uniform_int_distribution<int> d(0, 9);", "std::normal_distribution<> d;",
      "std::random_device device;", "std::mt19937_64 engine;", "auto x = rand();",
      "auto x = std::rand();", "srand(1);", "auto t = time(nullptr);", "auto t = std::time(0);",
      "auto t = std::chrono::system_clock::now();", "using Clock = std::chrono::steady_clock;",
      "std::thread thread(f);", "std::jthread worker(f);", "auto f = std::async(g);",
      "std::this_thread::yield();", "static thread_local int x;", "auto home = getenv(\"HOME\");",
      "setlocale(LC_ALL, \"\");", "std::locale l;", "asio::steady_timer timer(executor);",
      "asio::io_context context;", "auto h = std::hash<std::string>();");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) != "");
}

TEST_CASE("banned-name: names that only look like them pass") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "auto x = env.random.time();", "row.time = 5;", "TimePoint time(3);", "auto hash = 5;",
      "auto h = vindexes::hash(x);", "int latency_distribution = 3;", "draw(\"shuffle\", 3);",
      "fault.thread = 1;", "auto t = clock->time();", "// std::thread would be wrong here");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) == "");
}

TEST_CASE("banned-name: floating point is found in sim alone") {
  CHECK(look_at("banned-name", "sim/latency.cc", "double x = 0;") != "");
  CHECK(look_at("banned-name", "core/base/value.cc", "double x = 0;") == "");
}

TEST_CASE("banned-name: tools may look at the clock") {
  const std::string code = "auto t = std::chrono::steady_clock::now();";
  CHECK(look_at("banned-name", "tools/main.cc", code) == "");
}

TEST_CASE("banned-header: real time, real I/O and threads are found") {
  const std::string header =
      GENERATE(as<std::string>(),  //
               "random", "thread", "mutex", "future", "ctime", "locale", "boost/asio.hpp",
               "boost/asio/steady_timer.hpp", "boost/asio/ip/tcp.hpp", "boost/asio/signal_set.hpp",
               "boost/asio/io_context.hpp", "boost/asio/detached.hpp", "fstream", "iostream");
  INFO(header);
  CHECK(look_at("banned-header", "sim/world.cc", "#include <" + header + ">\n") != "");
}

TEST_CASE("banned-header: the coroutine headers pass, and files in scenarios") {
  CHECK(look_at("banned-header", "sim/a.cc", "#include <boost/asio/awaitable.hpp>\n") == "");
  CHECK(look_at("banned-header", "sim/a.cc", "// #include <random>\n#include <vector>\n") == "");
  CHECK(look_at("banned-header", "scenarios/file/load.cc", "#include <fstream>\n") == "");
}

TEST_CASE("banned-name: neither another spelling nor a rarer name gets around it") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      R"y(namespace s = std; auto x = s::rand();)y", R"y(using std::rand; auto x = rand();)y",
      R"y(auto x = ::rand();)y", R"y(auto t = ::time(nullptr);)y", R"y(auto c = ::clock();)y",
      R"y(return clock();)y", R"y(std::mutex m;)y", R"y(std::atomic<int> a;)y",
      R"y(std::atomic_int a;)y", R"y(std::condition_variable c;)y", R"y(std::call_once(f, g);)y",
      R"y(std::sample(a, b, c, 3, e);)y", R"y(auto p = getpid();)y", R"y(gethostname(b, 9);)y",
      R"y(usleep(5);)y", R"y(::sleep(1);)y", R"y(nanosleep(&a, &b);)y",
      R"y(extern char** environ;)y", R"y(f(std::execution::par);)y",
      R"y(auto t = std::chrono::utc_clock::now();)y", R"y(auto z = std::chrono::current_zone();)y",
      R"y(const char* d = __DATE__;)y", R"y(auto x = std::strtod(t, nullptr);)y",
      R"y(auto x = std::stod(t);)y", R"y(auto c = std::tolower(x);)y", R"y(auto c = tolower(x);)y",
      R"y(arc4random();)y", R"y(getrandom(b, 8, 0);)y", R"y(auto e = drand48();)y",
      R"y(strftime(b, 9, "%c", t);)y", R"y(std::minstd_rand e;)y", R"y(std::ranlux24 e;)y",
      R"y(std::counting_semaphore<1> s(1);)y", R"y(std::stop_token t;)y",
      R"y(std::promise<int> p;)y", R"y(pthread_create(&t, 0, f, 0);)y", R"y(fork();)y",
      R"y(boost::hash<int> h;)y", R"y(asio::high_resolution_timer t(e);)y",
      R"y(asio::deadline_timer t(e);)y", R"y(asio::signal_set s(e);)y",
      R"y(asio::system_executor e;)y", R"y(std::cout << 1;)y", R"y(printf("x");)y",
      R"y(auto u = boost::uuids::random_generator()();)y", R"y(co_spawn(e, f(), [](auto) {});)y");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) != "");
}

TEST_CASE("banned-name: members and other people's names pass") {
  const std::string statement =
      GENERATE(as<std::string>(),  //
               R"y(clock.now();)y", R"y(auto t = env.clock.now();)y",
               R"y(explicit Reader(HostClock& c) : clock(c) {})y", R"y(row.random(3);)y",
               R"y(auto x = env.random.below("a", 3);)y", R"y(fault.sleep(3);)y",
               R"y(auto x = vindexes::hash(k);)y", R"y(namespace asio = boost::asio;)y",
               R"y(using std::swap;)y", R"y(host.clock().sleep(5ms);)y", R"y(auto f = promise;)y",
               R"y(co_await clock_.sleep(pause);)y");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) == "");
}

TEST_CASE("banned-name: a macro that stands for something is found, a switch passes") {
  CHECK(look_at("banned-name", "sim/a.cc", "#define NOW std::chrono::steady_clock::now()\n") != "");
  CHECK(look_at("banned-name", "sim/a.cc", "#define NOW \\\n  steady_clock::now()\n") != "");
  CHECK(look_at("banned-name", "core/key/a.cc", "# define AWAIT(x) co_await f(A{x})\n") != "");
  CHECK(look_at("banned-name", "sim/a.cc", "#define XXH_INLINE_ALL\n") == "");
}

TEST_CASE("banned-header: rarer headers are found, and of Asio all that is not known") {
  const std::string header = GENERATE(
      as<std::string>(), "atomic", "stop_token", "semaphore", "latch", "barrier", "shared_mutex",
      "execution", "unistd.h", "sys/time.h", "sys/random.h", "pthread.h",
      "boost/asio/basic_waitable_timer.hpp", "boost/asio/generic/stream_protocol.hpp",
      "boost/asio/serial_port.hpp", "boost/asio/stream_file.hpp", "boost/asio/readable_pipe.hpp",
      "boost/asio/ssl/stream.hpp", "boost/asio/system_context.hpp", "boost/asio/use_future.hpp",
      "boost/asio/static_thread_pool.hpp", "boost/random/mersenne_twister.hpp",
      "boost/uuid/random_generator.hpp", "boost/thread.hpp",
      "boost/date_time/posix_time/posix_time.hpp", "clocale", "cctype", "sstream", "iomanip",
      "ostream", "boost/unordered_map.hpp");
  INFO(header);
  CHECK(look_at("banned-header", "sim/world.cc", "#include <" + header + ">\n") != "");
}

TEST_CASE("banned-header: blanks and macros do not hide an include") {
  CHECK(look_at("banned-header", "sim/a.cc", "#  include   <random>\n") != "");
  CHECK(look_at("banned-header", "sim/a.cc", "#define H <random>\n#include H\n") != "");
  CHECK(look_at("banned-header", "sim/a.cc", "#include \\\n  <random>\n") != "");
}

}  // namespace shardlab::tidy
