#include "scenarios/history/model.h"

#include "scenarios/history/append_list.h"
#include "scenarios/history/growing_set.h"
#include "scenarios/history/single_value.h"

namespace shardlab::scenarios::history {

std::unique_ptr<Model> make_model(const History& history) {
  switch (history.object) {
    case Object::single_value: return std::make_unique<SingleValue>(history);
    case Object::append_list: return std::make_unique<AppendList>(history);
    case Object::growing_set: break;
  }
  return std::make_unique<GrowingSet>(history);
}

}  // namespace shardlab::scenarios::history
