#pragma once

namespace shardlab::tools {

/// While this lives Ctrl-C ends nothing: it is there to be asked for. Forks do not see it either.
/// A program that was started to ignore Ctrl-C goes on to do so.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Readable once somebody pressed it; -1 when it is ignored.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

}  // namespace shardlab::tools
