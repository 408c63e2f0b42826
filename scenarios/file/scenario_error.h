#pragma once

#include <exception>
#include <string>

#include "scenarios/text/excerpt.h"

namespace shardlab::scenarios {

/// A scenario file that cannot be used; the program ends with exit status 2.
/// `what()` is the whole message with the source line and carets, see `show_error`.
struct ScenarioError : std::exception {
  ScenarioError(Excerpt place, std::string text, std::string hint)
      : place(std::move(place)), text(std::move(text)), hint(std::move(hint)) {
    shown = show_error(this->place, this->text, this->hint);
  }

  Excerpt place;     ///< file, line, column and length in characters, and the source line
  std::string text;  ///< `unknown key "limmit" in [scenario]`
  std::string hint;  ///< `did you mean "limit"?   keys: name title limit pace`

  const char* what() const noexcept override { return shown.c_str(); }

 private:
  std::string shown;
};

}  // namespace shardlab::scenarios
