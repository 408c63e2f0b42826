#include "core/worker/row_reader.h"

#include "core/ports/rpc_router.h"
#include "core/sql/query_proto.h"
#include "core/topo/records.h"

namespace shardlab::worker {
namespace {
constexpr std::size_t merge_batch = 64;
}

RowReader::RowReader(Rpc& rpc, topodata::Tablet tablet, query::Target target, WorkerTable table,
                     Chunk chunk)
    : rpc_(rpc),
      tablet_(std::move(tablet)),
      target_(std::move(target)),
      table_(std::move(table)),
      chunk_(std::move(chunk)) {}

void RowReader::open() {
  const ChunkTable table{table_.name, table_.columns, table_.primary_key};
  query::StreamExecuteRequest request;
  *request.mutable_target() = target_;
  request.set_sql(chunk_query(table, chunk_, last_row_));
  fields_.clear();
  stream_ = rpc_.open(topo::tablet_address(tablet_), "QueryService.StreamExecute",
                      request.SerializeAsString());
}

Task<std::vector<Row>> RowReader::read() {
  if (!stream_) open();
  for (;;) {  // until rows come or the stream ends
    auto message = co_await stream_->next();
    if (!message) co_return std::vector<Row>();
    const auto response = decode<query::StreamExecuteResponse>(*message);
    if (fields_.empty()) fields_ = sql::fields_from_proto(response.result());
    auto rows = sql::rows_from_proto(response.result(), fields_);
    if (rows.empty()) continue;
    last_row_ = rows.back();
    co_return rows;
  }
}

Task<std::vector<Row>> RowReader::next() {
  auto rows = co_await capture(read());
  if (!rows && !retried_) {
    retried_ = true;
    stream_.reset();
    rows = co_await capture(read());
  }
  if (!rows) {
    throw rows.error().within(
        topo::alias_text(tablet_.alias()) +
        ": first retry to restart the streaming query on the same tablet failed. We're failing at "
        "this point because we're not allowed to keep retrying. err");
  }
  co_return std::move(*rows);
}

MergedReader::MergedReader(std::vector<std::unique_ptr<RowReader>> readers,
                           std::vector<Type> key_types)
    : key_types_(std::move(key_types)) {
  for (auto& reader : readers) {
    Input input;
    input.reader = std::move(reader);
    inputs_.push_back(std::move(input));
  }
}

Task<> MergedReader::refill(Input& input) {
  if (input.ended || input.at < input.rows.size()) co_return;
  input.rows = co_await input.reader->next();
  input.at = 0;
  input.ended = input.rows.empty();
}

MergedReader::Input* MergedReader::smallest() {
  Input* best = nullptr;
  for (Input& input : inputs_) {
    if (input.ended) continue;
    if (!best || compare_keys(key_types_, input.rows[input.at], best->rows[best->at]) < 0) {
      best = &input;
    }
  }
  return best;
}

Task<std::vector<Row>> MergedReader::next() {
  if (inputs_.size() == 1) co_return co_await inputs_.front().reader->next();
  std::vector<Row> batch;
  while (batch.size() < merge_batch) {
    for (Input& input : inputs_) co_await refill(input);
    Input* input = smallest();
    if (!input) break;
    batch.push_back(std::move(input->rows[input->at++]));
  }
  co_return batch;
}

}  // namespace shardlab::worker
