#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("banned-header: real time, real I/O and threads are found") {
  const std::string header = GENERATE(
      as<std::string>(),  //
      "random", "thread", "mutex", "future", "ctime", "locale", "atomic", "stop_token", "semaphore",
      "latch", "barrier", "shared_mutex", "condition_variable", "execution", "fstream", "iostream",
      "filesystem", "cstdio", "cctype", "clocale", "csignal", "unistd.h", "time.h", "sys/time.h",
      "sys/random.h", "sys/socket.h", "sys/stat.h", "fcntl.h", "dirent.h", "pthread.h", "stdlib.h",
      "signal.h", "immintrin.h", "x86intrin.h");
  INFO(header);
  CHECK(look_at("banned-header", "sim/world.cc", "#include <" + header + ">\n") != "");
}

TEST_CASE("banned-header: what of Boost and others is not known to be harmless is found") {
  const std::string header = GENERATE(
      as<std::string>(),  //
      "asio.hpp", "asio/steady_timer.hpp", "asio/deadline_timer.hpp", "asio/system_timer.hpp",
      "asio/basic_waitable_timer.hpp", "asio/ip/tcp.hpp", "asio/ip/host_name.hpp",
      "asio/local/stream_protocol.hpp", "asio/posix/stream_descriptor.hpp",
      "asio/generic/stream_protocol.hpp", "asio/signal_set.hpp", "asio/serial_port.hpp",
      "asio/stream_file.hpp", "asio/random_access_file.hpp", "asio/readable_pipe.hpp",
      "asio/ssl.hpp", "asio/ssl/stream.hpp", "asio/system_context.hpp", "asio/system_executor.hpp",
      "asio/thread.hpp", "asio/use_future.hpp", "asio/static_thread_pool.hpp",
      "asio/thread_pool.hpp", "asio/io_context.hpp", "asio/detached.hpp", "random.hpp",
      "random/mersenne_twister.hpp", "uuid/uuid_generators.hpp", "thread.hpp", "chrono.hpp",
      "filesystem.hpp", "date_time.hpp", "container_hash/hash.hpp", "beast.hpp");
  INFO(header);
  CHECK(look_at("banned-header", "core/topo/a.cc", "#include <boost/" + header + ">\n") != "");
}

TEST_CASE("banned-header: a header is found however it is included") {
  const std::string line =
      GENERATE(as<std::string>(),  //
               "#  include <random>\n", "#include \"random\"\n", "#include <random>  // needed\n",
               "  #include <random>\n", "#if 1\n#include <random>\n#endif\n", "#include<random>\n",
               "#include \"boost/asio/ip/tcp.hpp\"\n", "%:include <random>\n",
               "#include \\\n  <random>\n", "#include_next <random>\n");
  INFO(line);
  CHECK(look_at("banned-header", "fakes/mysql/a.cc", line) != "");
}

TEST_CASE("banned-header: floating functions are found in sim alone") {
  CHECK(look_at("banned-header", "sim/a.cc", "#include <cmath>\n") != "");
  CHECK(look_at("banned-header", "fakes/mysql/a.cc", "#include <cmath>\n") == "");
}

TEST_CASE("banned-header: what is known to be harmless passes") {
  const std::string line = GENERATE(
      as<std::string>(),  //
      "#include <vector>\n", "#include <chrono>\n", "#include <boost/asio/awaitable.hpp>\n",
      "// #include <random>\n", "/*\n#include <random>\n*/\n", "#include <fmt/format.h>\n",
      "#include <google/protobuf/message.h>\n", "#include \"core/base/error.h\"\n",
      "auto text = R\"(\n#include <random>\n)\";\n", "#include <unordered_map>\n",
      "#include <boost/system/result.hpp>\n");
  INFO(line);
  CHECK(look_at("banned-header", "sim/a.cc", line) == "");
}

TEST_CASE("banned-header: scenarios read their files, tools do what they like") {
  CHECK(look_at("banned-header", "scenarios/file/load.cc", "#include <fstream>\n") == "");
  CHECK(look_at("banned-header", "scenarios/file/load.cc", "#include <thread>\n") != "");
  CHECK(look_at("banned-header", "tools/main.cc", "#include <thread>\n") == "");
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
