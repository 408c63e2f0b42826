#pragma once

#include <string>
#include <vector>

#include "fakes/etcd/etcd.pb.h"

namespace shardlab::fakes::etcd {

/// A request as people write it: words between blanks.
///
///     put KEY VALUE [lease=N] [prev] [ignore_value] [ignore_lease]
///     get KEYS [limit=N] [rev=N] [sort=key|version|create|mod|value] [asc] [desc] [keys_only]
///         [count_only] [serializable] [min_mod=N] [max_mod=N] [min_create=N] [max_create=N]
///     del KEYS [prev]
///     txn [ COMPARE , COMPARE ? OP ; OP : OP ]     a COMPARE: version|create|mod|value|lease KEYS
///                                                  =|!=|<|> X; an OP: put, get, del, txn or empty
///     compact N [physical]
///     grant ID TTL, keepalive ID, revoke ID, ttl ID [keys], leases
///     watch ID KEYS [from=N] [prev] [noput] [nodelete] [progress] [fragment]
///
/// KEYS is `a` (one key), `a..c` (up to, without c), `a..` (all from there), `a*` (prefix). `''` is
/// the empty text, `x*100` as a value a hundred x, `5*( del a ; )` five times what stands inside.
class Script {
 public:
  /// Revisions in the text count from the session's first, which is 1; `shift` makes them real.
  Script(const std::string& line, std::int64_t shift);

  const std::string& command() const { return words_.front(); }
  bool ends() const { return at_ == words_.size(); }
  std::string word();
  std::int64_t number();
  /// Takes the next word if it is that one.
  bool takes(const std::string& word);
  /// Takes `"name=5"`.
  bool takes(const std::string& name, std::int64_t& value);

  // The rest of a request, after its command. All throw std::runtime_error for what they do not
  // understand.
  PutRequest put();
  RangeRequest get();
  DeleteRangeRequest del();
  TxnRequest txn();
  CompactionRequest compact();
  WatchCreateRequest watch();

 private:
  std::int64_t real(std::int64_t revision) const {
    return revision > 0 ? revision + shift_ : revision;
  }
  template <class Request>
  void keys(Request& request);
  bool ends_op() const;
  bool sort_option(RangeRequest& request);
  Compare compare();
  void op(RequestOp& op);
  [[noreturn]] void fail() const;

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  std::int64_t shift_;
};

}  // namespace shardlab::fakes::etcd
