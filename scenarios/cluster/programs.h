#pragma once

#include <memory>

#include "core/tablet/tablet_manager.h"
#include "core/vtctl/vtctld.h"
#include "core/vtgate/vtgate.h"
#include "core/worker/vtworker.h"
#include "fakes/env/process_env.h"
#include "fakes/guestbook/guestbook.h"
#include "sim/host.h"

namespace shardlab::scenarios {

/// A process on which others do something: it only waits.
class IdleProgram final : public sim::Program {
 public:
  explicit IdleProgram(sim::Process& process) : env_(process) {}
  Task<> run() override { return forever_.wait(); }
  Env env() { return env_.env(); }

 private:
  fakes::ProcessEnv env_;
  Condition forever_;
};

class TabletProgram final : public sim::Program {
 public:
  TabletProgram(sim::Process& process, tablet::TabletOptions options)
      : env_(process), tablet_(env_.env(), std::move(options), process.executor()) {}
  Task<> run() override { return tablet_.run(); }

 private:
  fakes::ProcessEnv env_;
  tablet::TabletManager tablet_;
};

class VtctldProgram final : public sim::Program {
 public:
  VtctldProgram(sim::Process& process, vtctl::VtctldOptions options)
      : env_(process), vtctld_(env_.env(), std::move(options)) {}
  Task<> run() override { return vtctld_.run(); }

 private:
  fakes::ProcessEnv env_;
  vtctl::Vtctld vtctld_;
};

class VtworkerProgram final : public sim::Program {
 public:
  VtworkerProgram(sim::Process& process, worker::VtworkerOptions options)
      : env_(process), vtworker_(env_.env(), std::move(options)) {}
  Task<> run() override { return vtworker_.run(); }
  bool terminate() override {
    vtworker_.shut_down();
    return true;
  }

 private:
  fakes::ProcessEnv env_;
  worker::Vtworker vtworker_;
};

class VtGateProgram final : public sim::Program {
 public:
  VtGateProgram(sim::Process& process, vtgate::VtGateOptions options)
      : env_(process), vtgate_(env_.env(), std::move(options)) {}
  Task<> run() override { return vtgate_.run(); }

 private:
  fakes::ProcessEnv env_;
  vtgate::VtGate vtgate_;
};

class GuestbookProgram final : public sim::Program {
 public:
  GuestbookProgram(sim::Process& process, fakes::guestbook::GuestbookOptions options,
                   fakes::guestbook::Ledger& ledger)
      : env_(process), guestbook_(process, env_.env(), std::move(options), ledger) {}
  Task<> run() override { return guestbook_.run(); }
  fakes::guestbook::Guestbook& guestbook() { return guestbook_; }

 private:
  fakes::ProcessEnv env_;
  fakes::guestbook::Guestbook guestbook_;
};

}  // namespace shardlab::scenarios
