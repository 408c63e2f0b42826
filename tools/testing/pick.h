#pragma once

#include <cstddef>
#include <rapidcheck.h>
#include <utility>
#include <vector>

namespace shardlab::testing {

/// Inside of a generator: a number from `least` to `most`; `least` is the calmest.
template <class T>
T pick(T least, T most) {
  // Small tests have fewer things, not only those that come first.
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(least, most + 1));
}

/// Inside of a generator: one of the list; the first is the calmest.
template <class T>
const T& pick_one(const std::vector<T>& list) {
  return list[pick<std::size_t>(0, list.size() - 1)];
}

/// Up to so many, of any number at any size that rapidcheck asks for.
template <class T>
rc::Gen<std::vector<T>> several(std::size_t at_most, rc::Gen<T> one) {
  return rc::gen::withSize([=](int size) {
    const int count = (static_cast<int>(at_most) * size + rc::kNominalSize - 1) / rc::kNominalSize;
    return rc::gen::resize(count, rc::gen::container<std::vector<T>>(rc::gen::resize(size, one)));
  });
}

}  // namespace shardlab::testing
