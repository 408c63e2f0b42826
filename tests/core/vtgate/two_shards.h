#pragma once

#include "core/vtgate/vtgate.h"
#include "tests/core/scripted_world.h"

namespace shardlab::tests {

inline constexpr const char* vtgate_address = "10.64.0.20:15991";

struct VtGateProgram final : sim::Program {
  explicit VtGateProgram(sim::Process& process)
      : ports(process), gate(ports.env(), options()) {}
  static vtgate::VtGateOptions options() {
    vtgate::VtGateOptions options;
    options.cell = "test";
    options.topo_address = TestWorld::topo_address;
    return options;
  }
  Task<> run() override { return gate.run(); }
  ProcessPorts ports;
  vtgate::VtGate gate;
};

/// Two shards with a primary each, and a replica of -80, behind one vtgate.
struct TwoShards {
  TwoShards() {
    left.tablet = a_tablet(200, "-80", topodata::MASTER);
    replica.tablet = a_tablet(201, "-80", topodata::REPLICA);
    right.tablet = a_tablet(300, "80-", topodata::MASTER);
    world.run([](ProcessPorts& ports) { return Topology::create(ports); });
    for (TabletScript* script : {&left, &replica, &right}) {
      script->result.fields = {Field("page", Type::uint64)};
      script->result.rows = {Row{Value::of_uint(script->tablet.alias().uid())}};
      script->result.rows_affected = 1;
      tests::start_tablet(world, *script);
      world.run([=](ProcessPorts& ports) { return Topology::add_tablet(ports, script->tablet); });
    }
    world.run([](ProcessPorts& ports) { return Topology::serve_from(ports, {"-80", "80-"}); });
    world.run([](ProcessPorts& ports) {
      return Topology::apply_vschema(ports, tests::guestbook_vschema);
    });
    world.start("vtgate", "10.64.0.20", [](sim::Process& process) {
      return std::make_unique<VtGateProgram>(process);
    });
    world.run_for(31s);
  }

  TestWorld world;
  TabletScript left;
  TabletScript replica;
  TabletScript right;
};

}  // namespace shardlab::tests
