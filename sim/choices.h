#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/choice_tape.h"
#include "sim/stream.h"

namespace shardlab::sim {

/// Where every nondeterministic decision of a world comes from. A decision is a named draw:
/// `draw("network.latency", 1000)`. The numbers come from a seed, or from a tape.
class Choices {
 public:
  /// From a seed. The part of a name before the first dot picks the stream, so that a new draw in
  /// one subsystem does not shift the others.
  explicit Choices(std::uint64_t seed) : seed_(seed) {}
  /// From a tape: the k-th draw of a site gets the tape's k-th value of that site. A value that no
  /// longer fits its bound becomes the largest that does; a missing one the calmest choice.
  explicit Choices(ChoiceTape tape);
  Choices(Choices&&) = default;
  Choices& operator=(Choices&&) = delete;

  /// Uniform in [0, bound); 0 for bound 0 or 1 (still counted as a draw). By convention 0 is the
  /// calmest choice: the oldest event first, the shortest latency, no fault.
  std::uint64_t draw(std::string_view site, std::uint64_t bound);
  /// True with probability `numerator / denominator`; the calmest choice is false.
  bool chance(std::string_view site, std::uint64_t numerator, std::uint64_t denominator);

  /// From now on every draw is kept.
  void record() { is_recording_ = true; }
  /// What was kept. Played again in the same world it gives the same run.
  const ChoiceTape& recorded() const { return recorded_; }

  /// How a tape fitted the run; all 0 for an unedited one in the world it came from.
  struct Misfit {
    std::uint64_t missing = 0;  ///< draws beyond the tape
    std::uint64_t clamped = 0;  ///< values beyond their bound
    std::uint64_t unused = 0;   ///< values that nobody drew
    friend bool operator==(const Misfit&, const Misfit&) = default;
  };
  Misfit misfit() const;

  std::uint64_t draws() const { return draws_; }

 private:
  struct Source {
    Stream* stream = nullptr;  ///< null when a tape is played
    const ChoiceTape::Site* tape = nullptr;
    std::size_t played = 0;
  };

  Source& source(std::string_view site);
  std::uint64_t play(Source& source, std::uint64_t bound);

  std::uint64_t seed_ = 0;
  bool is_playing_ = false;
  bool is_recording_ = false;
  ChoiceTape tape_;
  ChoiceTape recorded_;
  std::uint64_t draws_ = 0;
  Misfit misfit_;
  std::map<std::string, Stream, std::less<>> streams_;
  std::map<std::string, Source, std::less<>> sources_;
};

}  // namespace shardlab::sim
