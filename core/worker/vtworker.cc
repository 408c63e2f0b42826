#include "core/worker/vtworker.h"

#include <fmt/format.h>

#include "core/ports/stream_logger.h"

namespace shardlab::worker {

Vtworker::Vtworker(Env env, VtworkerOptions options)
    : env_(env),
      options_(std::move(options)),
      topo_(env, "vtworker", options_.global_topo_address),
      tablets_(env.rpc) {
  router_.on_stream<vtctldata::ExecuteCommandRequest>(
      "Vtworker.ExecuteVtworkerCommand",
      [this](vtctldata::ExecuteCommandRequest request, std::shared_ptr<RpcSink> sink) {
        return execute(std::move(request), std::move(sink));
      });
}

Task<> Vtworker::run() {
  env_.rpc.serve(options_.port, router_);
  co_await may_end_.wait();
}

void Vtworker::shut_down() {
  is_shutting_down_ = true;
  if (!busy_) may_end_.set();
}

Task<> Vtworker::execute(vtctldata::ExecuteCommandRequest request, std::shared_ptr<RpcSink> sink) {
  if (is_shutting_down_) throw Error(Errc::unavailable, "vtworker is shutting down");
  if (busy_) {
    throw Error(Errc::failed_precondition, "A worker job is already in progress: " + current_);
  }
  busy_ = true;
  std::vector<std::string> arguments(request.args().begin(), request.args().end());
  StreamLogger logger(env_.clock, std::move(sink));
  auto done = co_await capture_for_cleanup(logger.run(run_command(std::move(arguments), logger)));
  busy_ = false;
  if (is_shutting_down_) may_end_.set();
  if (!done) throw done.error();
}

Task<> Vtworker::run_command(std::vector<std::string> arguments, Logger& logger) {
  const WorkerEnv worker{env_, topo_, tablets_, logger, options_.cell};
  auto job = make_job(worker, std::move(arguments));
  logger.info("instance.go", 115, "Starting worker...");
  co_await run_job(*job, logger);
}

Task<> Vtworker::run_job(Job& job, Logger& logger) {
  auto executor = co_await this_executor();
  Event ended;
  TaskGroup reports(executor);
  reports.spawn(report_until_ended(job, logger, ended));
  auto done = co_await capture_for_cleanup(job.run());
  ended.set();
  co_await reports.join();
  logger.info("instance.go", 131, "Status:\n" + status_text(job));
  if (!done) throw done.error();
}

Task<> Vtworker::report_until_ended(Job& job, Logger& logger, Event& ended) {
  for (;;) {  // until the job has ended
    const TimePoint next = env_.clock.deadline(options_.command_display_interval);
    bool is_over = co_await ended.wait_until(next);
    if (is_over) co_return;
    std::string text = status_text(job);
    if (text == current_) continue;  // a line is worth reading once
    current_ = text;
    logger.info("instance.go", 138, "Status:\n" + std::move(text));
  }
}

std::string status_text(const Job& job) {
  std::string text = fmt::format("Working on: {}\nState: {}", job.subject(), job.state());
  for (const std::string& line : job.status_lines()) text += "\n" + line;
  return text;
}

}  // namespace shardlab::worker
