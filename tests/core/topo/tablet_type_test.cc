#include "core/topo/tablet_type.h"

#include <catch2/catch.hpp>
#include <set>

using namespace shardlab;
using namespace shardlab::topo;

namespace {

std::set<TabletType> all_that(bool (*holds)(TabletType)) {
  std::set<TabletType> types;
  for (TabletType type : all_tablet_types) {
    if (holds(type)) types.insert(type);
  }
  return types;
}

}  // namespace

TEST_CASE("TabletType: both texts of a type read back as the type", "[unit]") {
  for (TabletType type : all_tablet_types) {
    CHECK(parse_tablet_type(to_lower_text(type)).value() == type);
    CHECK(parse_tablet_type(to_upper_text(type)).value() == type);
  }
}

TEST_CASE("TabletType: people and records see the primary as master", "[unit]") {
  CHECK(to_lower_text(TabletType::primary) == "master");
  CHECK(to_upper_text(TabletType::primary) == "MASTER");
  CHECK(static_cast<int>(TabletType::primary) == 1);
  CHECK(static_cast<int>(TabletType::drained) == 8);
}

TEST_CASE("TabletType: batch is another name of rdonly", "[unit]") {
  CHECK(parse_tablet_type("batch").value() == TabletType::rdonly);
  CHECK(parse_tablet_type("Primary").value() == TabletType::primary);
}

TEST_CASE("TabletType: an unknown name is refused", "[unit]") {
  CHECK(parse_tablet_type("worker").has_error());
}

TEST_CASE("TabletType: each property holds for exactly the types of the reference", "[unit]") {
  using enum TabletType;
  CHECK(all_that(is_running_query_service) ==
        std::set{primary, replica, rdonly, experimental, drained});
  CHECK(all_that(is_running_update_stream) == std::set{primary, replica, rdonly});
  CHECK(all_that(is_in_serving_graph) == std::set{primary, replica, rdonly});
  CHECK(all_that(is_semi_sync_acker) == std::set{primary, replica});
}

TEST_CASE("TabletType: no trivial change leads from or to the primary", "[unit]") {
  for (TabletType type : all_tablet_types) {
    CHECK_FALSE(is_trivial_type_change(type, TabletType::primary));
    CHECK_FALSE(is_trivial_type_change(TabletType::primary, type));
  }
}

TEST_CASE("TabletType: a restoring tablet becomes a spare and nothing else", "[unit]") {
  for (TabletType type : all_tablet_types) {
    CHECK(is_trivial_type_change(TabletType::restore, type) == (type == TabletType::spare));
    CHECK_FALSE(is_trivial_type_change(type, TabletType::restore));
  }
  CHECK(is_trivial_type_change(TabletType::rdonly, TabletType::drained));
  CHECK(is_trivial_type_change(TabletType::drained, TabletType::rdonly));
}
