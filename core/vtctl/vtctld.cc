#include "core/vtctl/vtctld.h"

#include "core/ports/stream_logger.h"
#include "core/vtctl/command.h"

namespace shardlab::vtctl {

Vtctld::Vtctld(Env env, VtctldOptions options)
    : env_(env),
      options_(std::move(options)),
      topo_(env, "vtctld", options_.global_topo_address),
      tablets_(env.rpc) {
  router_.on_stream<vtctldata::ExecuteCommandRequest>(
      "Vtctl.ExecuteVtctlCommand",
      [this](vtctldata::ExecuteCommandRequest request, std::shared_ptr<RpcSink> sink) {
        return execute(std::move(request), std::move(sink));
      });
}

Task<> Vtctld::run() {
  env_.rpc.serve(options_.port, router_);
  Event never;
  co_await never.wait();
}

Task<> Vtctld::execute(vtctldata::ExecuteCommandRequest request, std::shared_ptr<RpcSink> sink) {
  std::vector<std::string> arguments(request.args().begin(), request.args().end());
  StreamLogger logger(env_.clock, std::move(sink));
  co_await logger.run(run_command_with(std::move(arguments), logger));
}

Task<> Vtctld::run_command_with(std::vector<std::string> arguments, Logger& logger) {
  wrangler::Wrangler wrangler{env_, topo_, tablets_, logger};
  co_await run_command(wrangler, std::move(arguments));
}

Task<> run_remote_command(Rpc& rpc, std::string address, std::string method,
                          std::vector<std::string> arguments,
                          std::function<void(const vtctldata::LoggerEvent&)> print) {
  vtctldata::ExecuteCommandRequest request;
  for (const std::string& argument : arguments) request.add_args(argument);
  auto stream = rpc.open(std::move(address), std::move(method), request.SerializeAsString());
  for (;;) {  // until the command has ended
    auto message = co_await stream->next();
    if (!message) co_return;
    print(shardlab::decode<vtctldata::LoggerEvent>(*message));
  }
}

}  // namespace shardlab::vtctl
