#include "scenarios/history/history.h"

namespace shardlab::scenarios::history {

std::string_view to_string(Object object) {
  switch (object) {
    case Object::single_value: return "single value";
    case Object::append_list: return "append list";
    case Object::growing_set: return "growing set";
  }
  return "?";
}

}  // namespace shardlab::scenarios::history
