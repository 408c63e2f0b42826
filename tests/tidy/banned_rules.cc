#include <algorithm>
#include <array>

#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

struct Ban {
  std::string_view name;
  std::string_view instead;
};

constexpr std::string_view draw = "every choice is a named draw";
constexpr std::string_view virtual_time = "time comes from the loop or from the clock port";
constexpr std::string_view one_thread = "a run has one thread";
constexpr std::string_view no_locale = "text must not depend on a locale";
constexpr std::string_view no_surroundings = "the environment decides nothing";
constexpr std::string_view real_io = "real I/O on a simulated context starts a thread";
constexpr std::string_view own_executor = "coroutines run on the executor they were spawned on";

constexpr Ban banned_names[] = {
    {"random_device", draw},
    {"default_random_engine", draw},
    {"minstd_rand", draw},
    {"minstd_rand0", draw},
    {"knuth_b", draw},
    {"shuffle", draw},
    {"random_shuffle", draw},
    {"random_bytes_engine", draw},
    {"arc4random", draw},
    {"arc4random_uniform", draw},
    {"drand48", draw},
    {"lrand48", draw},
    {"getrandom", draw},
    {"getentropy", draw},
    {"random_generator", draw},
    {"system_clock", virtual_time},
    {"steady_clock", virtual_time},
    {"high_resolution_clock", virtual_time},
    {"utc_clock", virtual_time},
    {"tai_clock", virtual_time},
    {"gps_clock", virtual_time},
    {"file_clock", virtual_time},
    {"current_zone", virtual_time},
    {"zoned_time", virtual_time},
    {"clock_gettime", virtual_time},
    {"timespec_get", virtual_time},
    {"gettimeofday", virtual_time},
    {"localtime", virtual_time},
    {"localtime_r", virtual_time},
    {"gmtime", virtual_time},
    {"gmtime_r", virtual_time},
    {"mktime", virtual_time},
    {"strftime", virtual_time},
    {"nanosleep", virtual_time},
    {"usleep", virtual_time},
    {"sleep_for", virtual_time},
    {"steady_timer", virtual_time},
    {"system_timer", virtual_time},
    {"deadline_timer", virtual_time},
    {"high_resolution_timer", virtual_time},
    {"basic_waitable_timer", virtual_time},
    {"__DATE__", virtual_time},
    {"__TIME__", virtual_time},
    {"__TIMESTAMP__", virtual_time},
    {"co_spawn", "children are structured: TaskGroup, join_all, until"},
    {"co_composed", "children are structured: TaskGroup, join_all, until"},
    {"io_context", own_executor},
    {"system_context", own_executor},
    {"system_executor", own_executor},
    {"signal_set", real_io},
    {"serial_port", real_io},
    {"stream_file", real_io},
    {"thread_pool", one_thread},
    {"this_thread", one_thread},
    {"jthread", one_thread},
    {"thread_local", one_thread},
    {"condition_variable", one_thread},
    {"condition_variable_any", one_thread},
    {"call_once", one_thread},
    {"shared_mutex", one_thread},
    {"recursive_mutex", one_thread},
    {"counting_semaphore", one_thread},
    {"binary_semaphore", one_thread},
    {"stop_token", one_thread},
    {"stop_source", one_thread},
    {"packaged_task", one_thread},
    {"pthread_create", one_thread},
    {"getenv", no_surroundings},
    {"secure_getenv", no_surroundings},
    {"environ", no_surroundings},
    {"getpid", no_surroundings},
    {"gettid", no_surroundings},
    {"getuid", no_surroundings},
    {"gethostname", no_surroundings},
    {"fork", no_surroundings},
    {"setlocale", no_locale},
    {"strtod", no_locale},
    {"strtof", no_locale},
    {"atof", no_locale},
    {"stod", no_locale},
    {"stof", no_locale},
    {"strcoll", no_locale},
};

/// Names so short that they are banned only behind `std::`, or where they are called like a
/// function of C.
constexpr Ban banned_in_std[] = {
    {"thread", one_thread},
    {"async", one_thread},
    {"mutex", one_thread},
    {"lock_guard", one_thread},
    {"unique_lock", one_thread},
    {"scoped_lock", one_thread},
    {"latch", one_thread},
    {"barrier", one_thread},
    {"promise", one_thread},
    {"future", one_thread},
    {"execution", one_thread},
    {"locale", no_locale},
    {"sample", draw},
    {"hash", "its values differ between standard libraries"},
    {"cout", "a run writes to no terminal"},
    {"cerr", "a run writes to no terminal"},
};
constexpr Ban banned_calls[] = {
    {"printf", "a run writes to no terminal"},
    {"fprintf", "a run writes to no terminal"},
    {"puts", "a run writes to no terminal"},
    {"snprintf", no_locale},
    {"sprintf", no_locale},
    {"rand", draw},
    {"srand", draw},
    {"random", draw},
    {"time", virtual_time},
    {"clock", virtual_time},
    {"sleep", virtual_time},
    {"tolower", no_locale},
    {"toupper", no_locale},
    {"isalpha", no_locale},
    {"isalnum", no_locale},
    {"isspace", no_locale},
    {"isdigit", no_locale},
    {"isupper", no_locale},
    {"islower", no_locale},
    {"ispunct", no_locale},
};

constexpr Ban banned_prefixes[] = {
    {"mt19937", draw}, {"ranlux", draw}, {"atomic", one_thread}, {"pthread_", one_thread}};

/// Whole headers, or with a `/` at the end all below a folder.
constexpr Ban banned_headers[] = {
    {"random", draw},
    {"sys/random.h", draw},
    {"boost/random.hpp", draw},
    {"boost/random/", draw},
    {"boost/uuid/", draw},
    {"boost/unordered", "std::map or a sorted vector has an order"},
    {"thread", one_thread},
    {"future", one_thread},
    {"condition_variable", one_thread},
    {"mutex", one_thread},
    {"shared_mutex", one_thread},
    {"atomic", one_thread},
    {"semaphore", one_thread},
    {"latch", one_thread},
    {"barrier", one_thread},
    {"stop_token", one_thread},
    {"execution", one_thread},
    {"pthread.h", one_thread},
    {"boost/thread.hpp", one_thread},
    {"boost/thread/", one_thread},
    {"ctime", virtual_time},
    {"time.h", virtual_time},
    {"sys/time.h", virtual_time},
    {"boost/chrono.hpp", virtual_time},
    {"boost/chrono/", virtual_time},
    {"boost/date_time/", virtual_time},
    {"locale", no_locale},
    {"clocale", no_locale},
    {"locale.h", no_locale},
    {"cctype", no_locale},
    {"ctype.h", no_locale},
    {"iomanip", no_locale},
    {"sstream", no_locale},
    {"unistd.h", no_surroundings},
};

/// Of Asio only what knows no real I/O, clock or thread; a new one needs a look at what it makes.
constexpr std::string_view known_of_asio[] = {
    "associated_cancellation_slot",
    "associated_executor",
    "async_result",
    "awaitable",
    "bind_cancellation_slot",
    "cancellation_signal",
    "cancellation_state",
    "co_spawn",
    "detail/thread_context",
    "detail/thread_info_base",
    "error",
    "execution",
    "execution_context",
    "post",
    "recycling_allocator",
    "this_coro",
    "use_awaitable",
};

std::string_view text_at(const Source& source, std::size_t i) {
  return i < source.tokens.size() ? source.tokens[i].text : std::string_view();
}

template <std::size_t n>
const Ban* find_ban(const Ban (&bans)[n], std::string_view name) {
  const auto found = std::ranges::find(bans, name, &Ban::name);
  return found == std::end(bans) ? nullptr : &*found;
}

const Ban* find_prefix(std::string_view name) {
  const auto found = std::ranges::find_if(
      banned_prefixes, [name](const Ban& ban) { return name.starts_with(ban.name); });
  return found == std::end(banned_prefixes) ? nullptr : &*found;
}

/// Where a plain name, or one behind `std::` or a lone `::`, is called.
bool is_c_call(const Source& source, std::size_t i) {
  if (text_at(source, i + 1) != "(") return false;
  if (text_at(source, i) == "clock" && text_at(source, i + 2) != ")") return false;  // a member
  if (i == 0) return true;
  const std::string_view before = text_at(source, i - 1);
  if (before == "::") {
    return i < 2 || source.tokens[i - 2].kind != Kind::word || text_at(source, i - 2) == "std" ||
           text_at(source, i - 2) == "return";
  }
  if (source.tokens[i - 1].kind == Kind::word) return before == "return" || before == "co_return";
  return before != "." && before != "->" && before != ">" && before != "*" && before != "&";
}

const Ban* ban_of(const Source& source, std::size_t i) {
  static constexpr Ban distribution{"std distributions", draw};
  static constexpr Ban alias{"std", "another name for std hides what is used"};
  const std::string_view name = source.tokens[i].text;
  if (const Ban* ban = find_ban(banned_names, name)) return ban;
  const bool behind = i >= 2 && text_at(source, i - 1) == "::";
  const bool in_std = behind && text_at(source, i - 2) == "std";
  if (in_std && name.ends_with("_distribution")) return &distribution;
  if (in_std) {
    if (const Ban* ban = find_ban(banned_in_std, name)) return ban;
  }
  if (name == "hash" && behind && text_at(source, i - 2) == "boost") {
    return find_ban(banned_in_std, name);
  }
  const bool names_std = name == "std" && text_at(source, i + 1) == ";" && i >= 1 &&
                         (text_at(source, i - 1) == "=" || text_at(source, i - 1) == "namespace");
  if (names_std) return &alias;
  if (text_at(source, i - 1) != "." && text_at(source, i - 1) != "->") {
    if (const Ban* ban = find_prefix(name)) return ban;
  }
  return is_c_call(source, i) ? find_ban(banned_calls, name) : nullptr;
}

std::string_view why_banned(std::string_view path, std::string_view folder) {
  constexpr std::string_view asio = "boost/asio/";
  for (const Ban& ban : banned_headers) {
    const bool below =
        (ban.name.ends_with('/') || ban.name == "boost/unordered") && path.starts_with(ban.name);
    if (below || path == ban.name) return ban.instead;
  }
  if (path == "boost/asio.hpp") {
    return "it brings real sockets and costs 5 s a file; include what is used";
  }
  if (path.starts_with(asio)) {
    std::string_view name = path.substr(asio.size());
    if (name.ends_with(".hpp")) name.remove_suffix(4);
    if (std::ranges::find(known_of_asio, name) == std::end(known_of_asio)) return real_io;
  }
  const bool files = path == "fstream" || path == "filesystem" || path == "iostream" ||
                     path == "ostream" || path == "cstdio" || path == "boost/filesystem.hpp";
  if (files && folder != "scenarios") return "a run touches no files and no terminal";
  return "";
}

}  // namespace

void no_banned_names(const Source& source, const Tree&, Findings& findings) {
  if (!source.is_cpp()) return;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const Token& token = source.tokens[i];
    if (token.kind != Kind::word) continue;
    if (const Ban* ban = ban_of(source, i)) {
      findings.push_back(
          {source.path, token.line, std::string(token.text) + ": " + std::string(ban->instead)});
    }
    const bool floating = token.text == "double" || token.text == "float";
    if (source.folder() == "sim" && floating) {
      findings.push_back({source.path, token.line, "floating point differs between compilers"});
    }
  }
  for (const Macro& macro : source.macros) {
    if (macro.is_empty) continue;  // a switch of a library
    findings.push_back({source.path, macro.line, "a macro hides what it stands for"});
  }
}

void no_banned_headers(const Source& source, const Tree&, Findings& findings) {
  for (const Include& include : source.includes) {
    const std::string_view why = include.path.empty() ? "an include names its header, no macro"
                                                      : why_banned(include.path, source.folder());
    if (why.empty()) continue;
    findings.push_back({source.path, include.line, "<" + include.path + ">: " + std::string(why)});
  }
}

}  // namespace shardlab::tidy
