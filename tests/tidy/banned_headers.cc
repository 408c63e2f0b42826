#include "tests/tidy/bans.h"
#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

/// Why a header is none of those that are known to be harmless, where that needs to be said.
constexpr Ban banned_headers[] = {
    {draw, "random boost/random.hpp boost/uuid/uuid.hpp sys/random.h"},
    {one_thread,
     "thread future condition_variable mutex shared_mutex atomic stop_token semaphore latch "
     "barrier execution pthread.h boost/asio/thread_pool.hpp boost/asio/static_thread_pool.hpp "
     "boost/asio/thread.hpp boost/asio/system_context.hpp boost/asio/system_executor.hpp "
     "boost/asio/use_future.hpp"},
    {virtual_time,
     "ctime time.h sys/time.h boost/asio/steady_timer.hpp boost/asio/system_timer.hpp "
     "boost/asio/high_resolution_timer.hpp boost/asio/deadline_timer.hpp "
     "boost/asio/basic_waitable_timer.hpp"},
    {locales, "locale clocale locale.h cctype ctype.h cwctype wctype.h iomanip"},
    {environment, "unistd.h"},
    {on_executor, "boost/asio/io_context.hpp"},
    {"it brings real sockets and costs 5 s a file; include what is used", "boost/asio.hpp"},
    {real_io, "boost/asio/signal_set.hpp boost/asio/serial_port.hpp"},
    {"children are structured", "boost/asio/detached.hpp"},
    {terminal, "fstream filesystem iostream cstdio stdio.h"},
};

/// What a simulated run may be made of. A new header is judged before it is written here.
constexpr std::string_view harmless[] = {
    // The standard library but for clocks, threads, files, locales and random numbers.
    "algorithm any array bit cassert charconv chrono cinttypes climits cmath compare complex "
    "concepts coroutine cstddef cstdint cstdlib cstring deque exception expected format "
    "forward_list functional initializer_list iterator limits list map memory memory_resource new "
    "numbers numeric optional queue ranges ratio regex set source_location span stack stdexcept "
    "string string_view system_error tuple type_traits typeinfo unordered_map unordered_set "
    "utility variant vector version cfloat cerrno cstdarg flat_map flat_set mdspan",
    "stddef.h stdint.h string.h limits.h",
    // Coroutines, cancellation and what an executor needs.
    "boost/asio/any_completion_handler.hpp boost/asio/any_io_executor.hpp "
    "boost/asio/append.hpp boost/asio/associated_allocator.hpp "
    "boost/asio/associated_cancellation_slot.hpp boost/asio/associated_executor.hpp "
    "boost/asio/async_result.hpp boost/asio/awaitable.hpp boost/asio/bind_cancellation_slot.hpp "
    "boost/asio/bind_executor.hpp boost/asio/cancellation_signal.hpp "
    "boost/asio/cancellation_state.hpp boost/asio/cancellation_type.hpp "
    "boost/asio/compose.hpp boost/asio/deferred.hpp boost/asio/defer.hpp "
    "boost/asio/detail/thread_context.hpp boost/asio/detail/thread_info_base.hpp "
    "boost/asio/dispatch.hpp boost/asio/error.hpp boost/asio/execution.hpp "
    "boost/asio/execution_context.hpp boost/asio/post.hpp boost/asio/recycling_allocator.hpp "
    "boost/asio/redirect_error.hpp boost/asio/this_coro.hpp boost/asio/use_awaitable.hpp "
    "boost/asio/experimental/awaitable_operators.hpp",
    "boost/system/error_code.hpp boost/system/result.hpp boost/system/system_error.hpp",
    "fmt/format.h fmt/ranges.h fmt/core.h fmt/compile.h",
    "nlohmann/json.hpp nlohmann/json_fwd.hpp toml++/toml.h",
    "sqlite3.h xxhash.h zstd.h nettle/des.h nettle/md5.h nettle/sha1.h nettle/sha2.h",
};

bool is_of_the_house(const Include& include) {
  if (include.angled) return false;
  for (std::string_view folder : {"core/", "sim/", "fakes/", "scenarios/", "google/protobuf/"}) {
    if (include.path.starts_with(folder)) return true;
  }
  return false;
}

bool is_harmless(const Source& source, std::string_view path) {
  // Protobuf's own headers; its streams over files are not among them.
  if (path.starts_with("google/protobuf/")) return path.find("zero_copy_stream_impl") == path.npos;
  if (source.folder() == "scenarios" && holds("fstream filesystem iostream", path)) return true;
  for (std::string_view list : harmless) {
    if (holds(list, path)) return true;
  }
  return false;
}

}  // namespace

void no_banned_headers(const Source& source, const Tree&, Findings& findings) {
  for (const Include& include : source.includes) {
    const bool math = source.folder() == "sim" && holds("cmath complex", include.path);
    if (is_of_the_house(include)) continue;
    if (is_harmless(source, include.path) && !math && !include.computed) continue;
    std::string_view why = find_ban(banned_headers, include.path);
    if (include.path.starts_with("boost/asio/ip/")) why = real_io;
    if (include.computed) why = "an include names its header, no macro";
    if (math) why = "floating point differs between compilers";
    if (why.empty()) why = "no header known to be harmless; tests/tidy/banned_headers.cc has those";
    findings.push_back({source.path, include.line, "<" + include.path + ">: " + std::string(why)});
  }
}

}  // namespace shardlab::tidy
