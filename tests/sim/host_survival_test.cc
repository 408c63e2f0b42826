#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/sim/disk_files.h"
#include "tests/sim/programs.h"

namespace shardlab::sim {
namespace {

constexpr int records = 150;

/// How a server treats what it is given.
struct Care {
  bool syncs = true;      ///< before it acknowledges
  bool remembers = true;  ///< what it has already
};

/// A server with a log on a disk of its machine, a client that goes on until every record is
/// acknowledged, and one kind of fault that comes and goes on the server.
class Survival {
 public:
  using MakeFault = std::function<std::unique_ptr<Fault>(Process&, HostDisk&)>;

  explicit Survival(Care care = {}) {
    Host& host = world.add_host("server", "10.0.0.1");
    disk_ = &host.add_disk("data");
    server_ = &host.add_process("log", [this, care](Process& process) {
      return std::make_unique<Server>(process, disk_->mount(process), care);
    });
    server_->start();
    add_running(world, "client", "10.0.0.2", [this](Process& client) { return write_all(client); });
  }

  void run(const MakeFault& make) {
    while (acknowledged_.size() < records && world.now() - World::start_time < 5min) {
      run_for(world, 5ms + 1us * world.choices().draw("test.quiet", 20'000));
      const auto fault = make(*server_, *disk_);
      run_for(world, 2ms + 1us * world.choices().draw("test.fault", 150'000));
      effects += fault->effects();
    }
    run_for(world, 1s);
    server_->crash();
    stored_ = RecordLog(disk_->content()).records();
  }

  std::size_t lost() const {
    const std::set<std::string> stored(stored_.begin(), stored_.end());
    return std::ranges::count_if(acknowledged_,
                                 [&](const std::string& r) { return !stored.contains(r); });
  }
  std::size_t doubled() const {
    return stored_.size() - std::set<std::string>(stored_.begin(), stored_.end()).size();
  }
  bool is_done() const { return acknowledged_.size() == records; }

  World world{11};
  std::uint64_t effects = 0;

 private:
  class Server final : public Program, public RpcService {
   public:
    Server(Process& process, Disk& disk, Care care)
        : process_(process), disk_(disk), log_(disk), care_(care) {}

    Task<> run() override {
      process_.listen(7000, *this);
      co_await for_ever_.wait();
    }
    Task<std::string> handle(std::string, std::string record) override {
      const auto& known = log_.records();
      const bool is_known = std::ranges::find(known, record) != known.end();
      if (!care_.remembers || !is_known) store(record);
      co_await sleep_until(process_.world().now() + 3ms + disk_.take_delay());
      co_return "ok";
    }
    Task<> handle_stream(std::string, std::string, std::shared_ptr<ServerStream>) override {
      co_return;
    }

   private:
    /// The careless one leaves the sync to the tenth record.
    void store(const std::string& record) {
      const bool syncs = care_.syncs || log_.records().size() % 10 == 0;
      check(log_.append(record, syncs) == DiskStatus::ok, "an honest disk takes it");
    }

    Process& process_;
    Disk& disk_;
    RecordLog log_;
    Care care_;
    Condition for_ever_;
  };

  Task<> write_all(Process& client) {
    for (int i = 0; i < records; ++i) {
      const std::string record = "record " + std::to_string(i);
      for (;;) {  // until it is acknowledged
        auto reply =
            co_await capture(world.network().call(client, "10.0.0.1:7000", "append", record, 60ms));
        if (reply) break;
        co_await sleep_until(world.now() + 10ms);
      }
      acknowledged_.push_back(record);
    }
  }

  HostDisk* disk_ = nullptr;
  Process* server_ = nullptr;
  std::vector<std::string> acknowledged_;
  std::vector<std::string> stored_;
};

struct Kind {
  const char* name;
  Survival::MakeFault make;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"crash", [](Process& server, HostDisk&) { return server.down(); }},
      {"power loss", [](Process& server, HostDisk&) { return server.host().power_off(); }},
      {"pause", [](Process& server, HostDisk&) { return server.pause(); }},
      {"pause of the host", [](Process& server, HostDisk&) { return server.host().pause(); }},
      {"slow processor", [](Process& server, HostDisk&) { return server.host().slow(22ms); }},
      {"slow disk", [](Process&, HostDisk& disk) { return disk.slow({.write = 70ms}); }},
  };
  return all;
}

}  // namespace

TEST_CASE(
    "Survival: a log that syncs and knows its keys has every record once, whatever befalls its "
    "host") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    Survival survival;
    survival.run(kind.make);
    CHECK(survival.effects >= 20);
    CHECK(survival.is_done());
    CHECK(survival.lost() == 0);
    CHECK(survival.doubled() == 0);
  }
}

TEST_CASE(
    "Survival: a server that acknowledges before the sync loses records with the power alone") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    Survival survival({.syncs = false});
    survival.run(kind.make);
    CHECK((survival.lost() > 0) == (kind.name == std::string_view("power loss")));
  }
}

TEST_CASE("Survival: a server that forgets its keys stores twice what is sent again") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    Survival survival({.remembers = false});
    survival.run(kind.make);
    CHECK(survival.lost() == 0);
    CHECK(survival.doubled() > 0);
  }
}

}  // namespace shardlab::sim
