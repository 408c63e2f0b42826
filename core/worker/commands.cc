#include <fmt/format.h>

#include "core/base/flags.h"
#include "core/topo/keyspace_shard.h"
#include "core/worker/split_clone.h"
#include "core/worker/split_diff.h"
#include "core/worker/vtworker.h"

namespace shardlab::worker {
namespace {

topo::KeyspaceShard parse_subject(const std::string& command,
                                  const std::vector<std::string>& rest) {
  if (rest.size() != 1) {
    throw Error(Errc::invalid_argument,
                fmt::format("command {} requires <keyspace/shard>", command));
  }
  return topo::parse_keyspace_shard(rest[0]).value();
}

void require(bool holds, std::string text) {
  if (!holds) throw Error(Errc::invalid_argument, std::move(text));
}

std::unique_ptr<Job> make_split_clone(WorkerEnv worker, std::vector<std::string> arguments) {
  SplitCloneOptions options;
  bool online = false, offline = true;
  std::uint64_t chunk_count = 1000, readers = 10, writers = 20, rows = 100, size = 1024 * 1024,
                healthy = 2;
  Flags flags("SplitClone");
  flags.add("online", &online);
  flags.add("offline", &offline);
  flags.add("exclude_tables", &options.exclude_tables);
  flags.add("chunk_count", &chunk_count);
  flags.add("min_rows_per_chunk", &options.min_rows_per_chunk);
  flags.add("source_reader_count", &readers);
  flags.add("write_query_max_rows", &rows);
  flags.add("write_query_max_size", &size);
  flags.add("destination_writer_count", &writers);
  flags.add("min_healthy_rdonly_tablets", &healthy);
  const auto subject = parse_subject("SplitClone", flags.parse(std::move(arguments)));
  require(offline,
          "at least one clone phase (-online, -offline) must be enabled (and not set to "
          "false); only the offline phase is built in");
  require(!online, "the online clone phase is not built in; leave out -online");
  require(chunk_count > 0, fmt::format("chunk_count must be > 0: {}", chunk_count));
  require(options.min_rows_per_chunk > 0, "min_rows_per_chunk must be > 0: 0");
  require(readers > 0, "source_reader_count must be > 0: 0");
  require(rows > 0, "write_query_max_rows must be > 0: 0");
  require(size > 0, "write_query_max_size must be > 0: 0");
  require(writers > 0, "destination_writer_count must be > 0: 0");
  options.keyspace = subject.keyspace;
  options.shard = subject.shard;
  options.chunk_count = static_cast<int>(chunk_count);
  options.source_reader_count = readers;
  options.write_query_max_rows = rows;
  options.write_query_max_size = size;
  options.destination_writer_count = writers;
  options.min_healthy_rdonly_tablets = healthy;
  return std::make_unique<SplitClone>(worker, std::move(options));
}

std::unique_ptr<Job> make_split_diff(WorkerEnv worker, std::vector<std::string> arguments) {
  SplitDiffOptions options;
  std::uint64_t uid = 0, healthy = 2, parallel = 8;
  Flags flags("SplitDiff");
  flags.add("source_uid", &uid);
  flags.add("exclude_tables", &options.exclude_tables);
  flags.add("min_healthy_rdonly_tablets", &healthy);
  flags.add("parallel_diffs_count", &parallel);
  const auto subject = parse_subject("SplitDiff", flags.parse(std::move(arguments)));
  require(parallel > 0, "parallel_diffs_count must be > 0: 0");
  options.keyspace = subject.keyspace;
  options.shard = subject.shard;
  options.source_uid = static_cast<std::uint32_t>(uid);
  options.min_healthy_rdonly_tablets = healthy;
  options.parallel_diffs_count = parallel;
  return std::make_unique<SplitDiff>(worker, std::move(options));
}

}  // namespace

std::unique_ptr<Job> make_job(WorkerEnv worker, std::vector<std::string> arguments) {
  require(!arguments.empty(), "no command was specified; vtworker knows SplitClone and SplitDiff");
  const std::string command = arguments.front();
  arguments.erase(arguments.begin());
  if (command == "SplitClone") return make_split_clone(worker, std::move(arguments));
  if (command == "SplitDiff") return make_split_diff(worker, std::move(arguments));
  throw Error(Errc::invalid_argument,
              fmt::format("unknown command {}; vtworker knows SplitClone and SplitDiff", command));
}

}  // namespace shardlab::worker
