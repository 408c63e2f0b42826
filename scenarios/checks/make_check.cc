#include "scenarios/checks/make_check.h"

#include "scenarios/checks/acknowledged_writes_survive.h"
#include "scenarios/checks/diff_tells_truth.h"
#include "scenarios/checks/everything_settles.h"
#include "scenarios/checks/history_is_linearizable.h"
#include "scenarios/checks/nothing_left_behind.h"
#include "scenarios/checks/one_lock_holder_writes.h"
#include "scenarios/checks/one_writer_per_range.h"
#include "scenarios/checks/position_means_content.h"
#include "scenarios/checks/procedure_is_recoverable.h"
#include "scenarios/checks/reads_are_fresh_enough.h"
#include "scenarios/checks/rows_on_their_shard.h"
#include "scenarios/checks/service_goes_on.h"
#include "scenarios/checks/serving_graph_converges.h"
#include "scenarios/checks/serving_graph_covers.h"

namespace shardlab::scenarios {

std::unique_ptr<Check> make_check(std::string_view name, const Observation& world,
                                  Duration max_write_gap) {
  if (name == ServiceGoesOn::check_name) {
    return std::make_unique<ServiceGoesOn>(world, max_write_gap);
  }
  std::unique_ptr<Check> made;
  const auto try_make = [&]<class C>(C*) {
    if (!made && name == C::check_name) made = std::make_unique<C>(world);
  };
  try_make(static_cast<AcknowledgedWritesSurvive*>(nullptr));
  try_make(static_cast<RowsOnTheirShard*>(nullptr));
  try_make(static_cast<OneWriterPerRange*>(nullptr));
  try_make(static_cast<OneLockHolderWrites*>(nullptr));
  try_make(static_cast<ServingGraphCovers*>(nullptr));
  try_make(static_cast<ServingGraphConverges*>(nullptr));
  try_make(static_cast<PositionMeansContent*>(nullptr));
  try_make(static_cast<DiffTellsTruth*>(nullptr));
  try_make(static_cast<HistoryIsLinearizable*>(nullptr));
  try_make(static_cast<ReadsAreFreshEnough*>(nullptr));
  try_make(static_cast<EverythingSettles*>(nullptr));
  try_make(static_cast<NothingLeftBehind*>(nullptr));
  try_make(static_cast<ProcedureIsRecoverable*>(nullptr));
  return made;
}

}  // namespace shardlab::scenarios
