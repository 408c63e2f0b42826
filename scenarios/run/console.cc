#include "scenarios/run/console.h"

#include <fmt/format.h>

namespace shardlab::scenarios {

std::string glog_header(const vtctldata::LoggerEvent& event) {
  using namespace std::chrono;
  const sys_time<nanoseconds> at{nanoseconds(event.time_ns())};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const std::int64_t us = duration_cast<microseconds>(at - day).count();
  const char letter = event.level() == vtctldata::LoggerEvent::ERROR     ? 'E'
                      : event.level() == vtctldata::LoggerEvent::WARNING ? 'W'
                                                                         : 'I';
  const std::int64_t s = us / 1'000'000;
  return fmt::format("{}{:02}{:02} {:02}:{:02}:{:02}.{:06}       9 {}:{}] ", letter,
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     s / 3600, s / 60 % 60, s % 60, us % 1'000'000, event.file(), event.line());
}

std::string console_text(const vtctldata::LoggerEvent& event) {
  if (event.level() == vtctldata::LoggerEvent::CONSOLE) return event.value();
  return glog_header(event) + event.value() + "\n";
}

}  // namespace shardlab::scenarios
