#include "tools/sweep/interrupt.h"

#include <cerrno>
#include <csignal>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>

namespace shardlab::tools {
namespace {

sigset_t only_interrupt() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  struct sigaction now {};
  if (sigaction(SIGINT, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) return;
  const sigset_t set = only_interrupt();
  descriptor_ = signalfd(-1, &set, SFD_CLOEXEC);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "no signalfd");
  sigprocmask(SIG_BLOCK, &set, nullptr);
}

Interrupt::~Interrupt() {
  if (descriptor_ < 0) return;
  // What was pressed is taken back, lest it end the program now.
  const sigset_t set = only_interrupt();
  const timespec at_once{};
  while (sigtimedwait(&set, nullptr, &at_once) > 0) {
  }
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  close(descriptor_);
}

}  // namespace shardlab::tools
