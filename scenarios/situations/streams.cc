#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {

Theme streams_theme() {
  return {
      "streams",
      "filtered replication and replication",
      {
          {"stream-retries", "a stream breaks and is tried again", stream("Retrying"), rare},
          {"stream-recovers", "a stream breaks and runs again",
           in_order(stream("Retrying"), stream("Running")), rare},
          {"streaming-tablet-killed", "the tablet that a stream reads from is killed",
           killed(streaming_tablet()), rare},
          {"stream-target-killed", "a new master is killed while its stream runs",
           killed(target_master()) && Condition([](const Moment& moment) {
             return moment.story.has_running_stream(moment.host());
           }),
           rare},
          {"stream-source-master-killed", "the old master is killed while streams run",
           killed(source_master()) && while_streaming(), rare},
          {"stream-source-cut-off", "the network of the old master fails while streams run",
           fault_on(network_faults(), source_master()) && while_streaming(), rare},
          {"stream-target-cut-off", "the network of a new master fails while streams run",
           fault_on(network_faults(), target_master()) && while_streaming(), rare},
          {"stream-target-disk-fails", "the disk of a new master fails while streams run",
           fault_on(disk_faults(), target_master()) && while_streaming(), rare},
          {"stream-loses-connections", "a new master's mysqld drops its stream's connection",
           fault_on(connection_faults(), target_master()) && while_streaming(), rare},
          {"replication-breaks", "a replica's replication ends with an error",
           EventKind::replication_stopped && !field_is("error", ""), rare},
          {"mysqld-aborts", "a mysqld ends because of its disk", EventKind::server_aborted, rare},
          {"replica-falls-behind", "a write is committed while a replica of the source is down",
           in_order(killed(source_replica()), visitor_commits()), rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations
