#pragma once

#include "tests/tidy/bans.h"

namespace shardlab::tidy {

/// Of no use but to bring in what differs between runs or machines.
inline constexpr Ban banned_anywhere[] = {
    {draw,
     "random_device minstd_rand minstd_rand0 knuth_b "
     "default_random_engine mersenne_twister_engine linear_congruential_engine seed_seq shuffle "
     "random_shuffle random_bytes_engine independent_bits_engine generate_canonical rand srand "
     "rand_r srandom drand48 erand48 lrand48 nrand48 mrand48 jrand48 srand48 arc4random "
     "arc4random_uniform arc4random_buf getrandom getentropy random_generator sqlite3_randomness "
     "_rdrand32_step _rdrand64_step"},
    {virtual_time,
     "system_clock steady_clock high_resolution_clock utc_clock tai_clock gps_clock file_clock "
     "current_zone zoned_time locate_zone get_tzdb clock_gettime clock_getres gettimeofday "
     "timespec_get localtime localtime_r localtime_s gmtime gmtime_r mktime strftime asctime ctime "
     "tzset "
     "CLOCKS_PER_SEC CLOCK_MONOTONIC CLOCK_REALTIME getrusage __rdtsc _rdtsc __rdtscp "
     "__builtin_readcyclecounter __builtin_ia32_rdtsc usleep nanosleep clock_nanosleep sleep_for "
     "steady_timer system_timer high_resolution_timer deadline_timer basic_waitable_timer "
     "timerfd_create setitimer"},
    {one_thread,
     "thread_pool static_thread_pool system_executor system_context this_thread jthread "
     "thread_local __thread hardware_concurrency condition_variable condition_variable_any "
     "shared_mutex recursive_mutex timed_mutex recursive_timed_mutex shared_timed_mutex "
     "lock_guard scoped_lock unique_lock shared_lock counting_semaphore binary_semaphore "
     "stop_token stop_source call_once "
     "once_flag packaged_task fork vfork clone3 "
     "sched_yield get_nprocs use_future"},
    {on_executor, "io_context io_service"},
    {real_io, "signal_set serial_port stream_file"},
    {structured, "co_spawn co_composed"},
    {environment,
     "getenv secure_getenv setenv unsetenv putenv clearenv environ _environ __environ getpid "
     "getppid gettid getuid gethostname gethostid uname sysconf getcwd current_path "
     "temp_directory_path popen mkstemp tmpnam tmpfile syscall isatty getauxval mallinfo sbrk "
     "sysinfo getloadavg"},
    {file_order, "directory_iterator recursive_directory_iterator readdir scandir"},
    {locales,
     "setlocale localeconv uselocale newlocale imbue toupper tolower isalpha isalnum isspace "
     "isdigit isxdigit ispunct isupper islower isprint iscntrl isgraph isblank towupper towlower "
     "iswalpha strcoll strxfrm use_facet has_facet stod stof stold strtod strtof strtold atof "
     "mbstowcs wcstombs"},
    {build_moment, "__DATE__ __TIME__ __TIMESTAMP__ __FILE__"},
    {addresses, "type_index hash_code hash_function hash_combine hash_value hash_range"},
    {generated, "asm __asm__ __asm"},
};

/// Names so common that they are banned only when they are the library's.
inline constexpr Ban banned_in_std[] = {
    {one_thread,
     "thread async mutex future shared_future promise latch barrier jthread execution "
     "memory_order"},
    {draw, "rand sample"},
    {virtual_time, "time clock tzdb"},
    {locales, "locale isalpha setlocale scanf sscanf"},
    {addresses, "hash"},
    {environment, "system signal raise cin cout cerr clog"},
};

/// `scenarios` reads its own files.
inline constexpr std::string_view banned_files =
    "fopen freopen fdopen ifstream ofstream fstream filebuf basic_ifstream basic_ofstream";

/// Of the C library, banned as calls that are nobody's member.
inline constexpr Ban banned_calls[] = {
    {virtual_time, "time clock sleep alarm times ftime"},
    {draw, "random"},
    {environment, "system signal raise"},
    {terminal, "printf fprintf vprintf puts putchar"},
    {locales, "snprintf sprintf vsnprintf sscanf"},
};

}  // namespace shardlab::tidy
