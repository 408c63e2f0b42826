#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("banned-name: generators are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::shuffle(a.begin(), a.end(), engine);", "std::ranges::shuffle(a, engine);",
      "std::uniform_int_distribution<int> d(0, 9);", "std::normal_distribution<> d;",
      "std::random_device device;", "std::mt19937_64 engine;", "std::minstd_rand engine;",
      "auto x = rand();", "auto x = std::rand();", "srand(1);", "return rand();", "f(a > rand());",
      "auto x = 2 * rand();", "auto x = ::rand();", "using std::rand;", "auto f = &rand;",
      "std::sample(a.begin(), a.end(), out, 3, g);", "std::ranges::sample(a, out, 3, g);",
      "getrandom(buffer, 8, 0);", "auto x = arc4random();", "auto x = ::random();",
      "auto x = random();", "auto x = drand48();", "boost::random::mt19937 e;",
      "boost::uuids::random_generator g;", "namespace s = std; s::rand();",
      "sqlite3_randomness(8, buffer);");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) != "");
}

TEST_CASE("banned-name: clocks are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "auto t = time(nullptr);", "auto t = std::time(0);", "auto t = ::time(nullptr);",
      "return time(NULL);", "co_return time(&now);", "using std::time;", "auto f = ::time;",
      "auto t = (time)(nullptr);", "auto t = std::chrono::system_clock::now();",
      "using Clock = std::chrono::steady_clock;",
      "namespace ch = std::chrono; ch::steady_clock::now();", "auto t = clock();",
      "auto t = std::clock();", "if (x) ::clock();", "std::chrono::utc_clock::now();",
      "std::chrono::file_clock::now();", "std::chrono::tai_clock::now();",
      "std::chrono::gps_clock::now();", "std::chrono::zoned_time t;",
      "auto* zone = std::chrono::current_zone();", "usleep(5);", "nanosleep(&a, &b);", "sleep(5);",
      "::sleep(1);", "std::this_thread::sleep_for(5ms);", "clock_gettime(CLOCK_REALTIME, &t);",
      "asio::steady_timer timer(executor);", "auto cycles = __rdtsc();", "timespec_get(&t, 1);",
      "\n#define NOW std::chrono::steady_clock::now()\n", "\n#define NOW() \\\n  time(nullptr)\n");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) != "");
}

TEST_CASE("banned-name: threads are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::thread thread(f);", "std::jthread worker(f);", "auto f = std::async(g);",
      "std::this_thread::yield();", "static thread_local int x;", "asio::io_context context;",
      "using namespace std; thread t(f);", "using std::thread;", "std::mutex mutex;",
      "std::atomic<int> count;", "std::condition_variable changed;", "std::call_once(flag, f);",
      "std::lock_guard lock(mutex);", "std::promise<int> p;", "std::stop_token token;",
      "std::counting_semaphore<1> s(0);", "std::latch l(1);", "std::barrier b(1);",
      "std::sort(std::execution::par, a.begin(), a.end());", "pthread_create(&t, 0, f, 0);",
      "namespace s = ::std; s::thread t(f);", "if (fork() == 0) f();",
      "auto n = std::thread::hardware_concurrency();", "asio::static_thread_pool pool(2);");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) != "");
}

TEST_CASE("banned-name: machine, environment, locale and build are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "auto home = getenv(\"HOME\");", "auto id = getpid();", "auto id = ::getpid();",
      "gethostname(name, 8);", "for (char** e = environ; *e; ++e) f(*e);", "std::system(\"ls\");",
      "setlocale(LC_ALL, \"\");", "std::locale l;", "if (std::isalpha(c)) f();", "c = toupper(c);",
      "auto lower = std::tolower(c);", "auto x = std::stod(text);", "auto x = strtod(text, 0);",
      "auto x = atof(text);", "std::printf(\"%f\", x);", "auto built = __DATE__;",
      "auto built = __TIME__;", "auto place = __FILE__;", "auto h = std::hash<std::string>();",
      "std::hash<Host*> h;", "boost::hash<int> h;", "auto h = typeid(x).hash_code();",
      "std::map<std::type_index, int> m;",
      "for (auto& e : std::filesystem::directory_iterator(p)) f(e);", "asm(\"rdtsc\");",
      "std::cout << 5;", "auto n = sysconf(1);", "\n#define BUILT __DATE__ \" \" __TIME__\n");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) != "");
}

TEST_CASE("banned-name: names that only look like them pass") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "auto x = env.random.time();", "row.time = 5;", "TimePoint time(3);", "auto hash = 5;",
      "auto h = vindexes::hash(x);", "int latency_distribution = 3;", "draw(\"shuffle\", 3);",
      "fault.thread = 1;", "auto t = clock->time();", "// std::thread would be wrong here",
      "auto text = \"std::rand()\";", "co_await env.clock.sleep(5ms);", "co_await sleep(5ms);",
      "boost::system::error_code code;", "auto t = host.clock();", "Mutex::Lock lock(&mutex);",
      "using namespace std::chrono_literals;", "namespace asio = boost::asio;",
      "using std::chrono::milliseconds;", "std::chrono::nanoseconds time(5);",
      "auto is_digit = [](char c) { return c >= '0'; };", "std::from_chars(a, b, x);",
      "auto size = sample.size();", "std::sort(a.begin(), a.end());", "Signal signal(5);",
      "struct Time { Clock& clock() const; }; auto t = clock();", "double x = 0.5;");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) == "");
}

TEST_CASE("banned-name: a class may call what its header declares") {
  const std::string code = "void Host::f() { clock(); }";
  CHECK(findings_of("banned-name", tree_of({{"sim/host.h", "HostClock& clock() { return c_; }"},
                                            {"sim/host.cc", code}}))
            .empty());
  CHECK(look_at("banned-name", "sim/host.cc", code) != "");
}

TEST_CASE("banned-name: floating point is found in sim alone") {
  const std::string code = GENERATE(as<std::string>(),  //
                                    "double x = 0;", "auto x = 0.5 * n;", "auto x = 1e9;",
                                    "f(.5f);", "long double x;", "auto x = 0x1p3;");
  INFO(code);
  CHECK(look_at("banned-name", "sim/latency.cc", code) != "");
  CHECK(look_at("banned-name", "core/base/value.cc", code) == "");
}

TEST_CASE("banned-name: whole numbers are no floating point") {
  CHECK(look_at("banned-name", "sim/a.cc", "auto x = 0x1E5 + 1'000 + 5s + rows[1].a;") == "");
}

TEST_CASE("banned-name: files are found, but scenarios has its own") {
  const std::string code = GENERATE(as<std::string>(),  //
                                    "std::ifstream in(\"x\");", "std::ofstream out(\"x\");",
                                    "auto* f = std::fopen(\"x\", \"r\");", "fopen(\"x\", \"r\");");
  INFO(code);
  CHECK(look_at("banned-name", "fakes/mysql/a.cc", code) != "");
  CHECK(look_at("banned-name", "scenarios/file/a.cc", code) == "");
}

TEST_CASE("banned-name: tools may look at the clock") {
  const std::string code = "auto t = std::chrono::steady_clock::now();";
  CHECK(look_at("banned-name", "tools/main.cc", code) == "");
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

}  // namespace shardlab::tidy
