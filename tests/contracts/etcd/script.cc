#include "tests/contracts/etcd/script.h"

#include <sstream>
#include <stdexcept>

#include "fakes/etcd/key_range.h"

namespace shardlab::fakes::etcd {
namespace {

std::string unquoted(const std::string& word) { return word == "''" ? "" : word; }

/// `"x*3"` is `"xxx"`.
std::string value_of(const std::string& word) {
  const std::size_t star = word.find('*');
  if (star != 1) return unquoted(word);
  return std::string(std::stoul(word.substr(2)), word[0]);
}

}  // namespace

Script::Script(const std::string& line, std::int64_t shift) : shift_(shift) {
  std::istringstream in(line);
  for (std::string word; in >> word;) {
    if (!word.ends_with("*(")) {
      words_.push_back(word);
      continue;
    }
    std::vector<std::string> repeated;
    for (std::string inner; in >> inner && inner != ")";) repeated.push_back(inner);
    for (int times = std::stoi(word); times > 0; --times) {
      words_.insert(words_.end(), repeated.begin(), repeated.end());
    }
  }
  if (words_.empty()) throw std::runtime_error("an empty line");
  at_ = 1;
}

void Script::fail() const {
  throw std::runtime_error("not understood at word " + std::to_string(at_) + " of: " + command());
}

std::string Script::word() {
  if (ends()) fail();
  return words_[at_++];
}

std::int64_t Script::number() { return std::stoll(word()); }

bool Script::takes(const std::string& word) {
  if (ends() || words_[at_] != word) return false;
  ++at_;
  return true;
}

bool Script::takes(const std::string& name, std::int64_t& value) {
  if (ends() || !words_[at_].starts_with(name + "=")) return false;
  value = std::stoll(word().substr(name.size() + 1));
  return true;
}

bool Script::ends_op() const {
  return ends() || words_[at_] == ";" || words_[at_] == ":" || words_[at_] == "]";
}

template <class Request>
void Script::keys(Request& request) {
  const std::string text = word();
  const std::size_t dots = text.find("..");
  if (dots != text.npos) {
    request.set_key(text.substr(0, dots));
    request.set_range_end(text.substr(dots + 2));
    if (request.range_end().empty()) request.set_range_end(no_end);
  } else if (text.ends_with("*")) {
    request.set_key(text.substr(0, text.size() - 1));
    request.set_range_end(prefix_end(request.key()));
    if (request.key().empty()) request.set_key(no_end);
  } else {
    request.set_key(unquoted(text));
  }
}

PutRequest Script::put() {
  PutRequest request;
  request.set_key(unquoted(word()));
  request.set_value(value_of(word()));
  std::int64_t value = 0;
  while (!ends_op()) {
    if (takes("lease", value))
      request.set_lease(value);
    else if (takes("prev"))
      request.set_prev_kv(true);
    else if (takes("ignore_value"))
      request.set_ignore_value(true);
    else if (takes("ignore_lease"))
      request.set_ignore_lease(true);
    else
      fail();
  }
  return request;
}

bool Script::sort_option(RangeRequest& request) {
  using Target = RangeRequest::SortTarget;
  if (takes("asc"))
    request.set_sort_order(RangeRequest::ASCEND);
  else if (takes("desc"))
    request.set_sort_order(RangeRequest::DESCEND);
  else if (takes("sort=key"))
    request.set_sort_target(RangeRequest::KEY);
  else if (takes("sort=version"))
    request.set_sort_target(RangeRequest::VERSION);
  else if (takes("sort=create"))
    request.set_sort_target(RangeRequest::CREATE);
  else if (takes("sort=mod"))
    request.set_sort_target(RangeRequest::MOD);
  else if (takes("sort=value"))
    request.set_sort_target(RangeRequest::VALUE);
  else if (takes("sort=9"))
    request.set_sort_target(static_cast<Target>(9));
  else
    return false;
  return true;
}

RangeRequest Script::get() {
  RangeRequest request;
  keys(request);
  std::int64_t value = 0;
  while (!ends_op()) {
    if (sort_option(request)) continue;
    if (takes("limit", value))
      request.set_limit(value);
    else if (takes("rev", value))
      request.set_revision(real(value));
    else if (takes("min_mod", value))
      request.set_min_mod_revision(real(value));
    else if (takes("max_mod", value))
      request.set_max_mod_revision(real(value));
    else if (takes("min_create", value))
      request.set_min_create_revision(real(value));
    else if (takes("max_create", value))
      request.set_max_create_revision(real(value));
    else if (takes("keys_only"))
      request.set_keys_only(true);
    else if (takes("count_only"))
      request.set_count_only(true);
    else if (takes("serializable"))
      request.set_serializable(true);
    else
      fail();
  }
  return request;
}

DeleteRangeRequest Script::del() {
  DeleteRangeRequest request;
  keys(request);
  if (takes("prev")) request.set_prev_kv(true);
  if (!ends_op()) fail();
  return request;
}

Compare Script::compare() {
  Compare compare;
  const std::string target = word();
  keys(compare);
  if (takes("!="))
    compare.set_result(Compare::NOT_EQUAL);
  else if (takes("<"))
    compare.set_result(Compare::LESS);
  else if (takes(">"))
    compare.set_result(Compare::GREATER);
  else if (!takes("="))
    fail();
  if (target == "value") {
    compare.set_target(Compare::VALUE);
    compare.set_value(value_of(word()));
  } else if (target == "version") {
    compare.set_version(number());
  } else if (target == "create") {
    compare.set_target(Compare::CREATE);
    compare.set_create_revision(real(number()));
  } else if (target == "mod") {
    compare.set_target(Compare::MOD);
    compare.set_mod_revision(real(number()));
  } else if (target == "lease") {
    compare.set_target(Compare::LEASE);
    compare.set_lease(number());
  } else {
    fail();
  }
  return compare;
}

void Script::op(RequestOp& op) {
  if (takes("put"))
    *op.mutable_request_put() = put();
  else if (takes("get"))
    *op.mutable_request_range() = get();
  else if (takes("del"))
    *op.mutable_request_delete_range() = del();
  else if (takes("txn"))
    *op.mutable_request_txn() = txn();
  else if (!takes("empty"))
    fail();
}

TxnRequest Script::txn() {
  TxnRequest request;
  if (!takes("[")) fail();
  while (!takes("?")) {
    *request.add_compare() = compare();
    takes(",");
  }
  while (!takes(":")) {
    op(*request.add_success());
    takes(";");
  }
  while (!takes("]")) {
    op(*request.add_failure());
    takes(";");
  }
  return request;
}

CompactionRequest Script::compact() {
  CompactionRequest request;
  request.set_revision(real(number()));
  request.set_physical(takes("physical"));
  return request;
}

WatchCreateRequest Script::watch() {
  WatchCreateRequest request;
  request.set_watch_id(number());
  keys(request);
  std::int64_t value = 0;
  while (!ends()) {
    if (takes("from", value))
      request.set_start_revision(real(value));
    else if (takes("prev"))
      request.set_prev_kv(true);
    else if (takes("noput"))
      request.add_filters(WatchCreateRequest::NOPUT);
    else if (takes("nodelete"))
      request.add_filters(WatchCreateRequest::NODELETE);
    else if (takes("progress"))
      request.set_progress_notify(true);
    else if (takes("fragment"))
      request.set_fragment(true);
    else
      fail();
  }
  return request;
}

}  // namespace shardlab::fakes::etcd
