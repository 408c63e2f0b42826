#include "tools/trace_command.h"

#include <cstdio>

#include "sim/trace_diff.h"
#include "sim/trace_reader.h"
#include "tools/exit_status.h"
#include "tools/files.h"
#include "tools/told.h"
#include "tools/trace_view.h"

namespace shardlab::tools {
namespace {

void put_out(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// Damage is a matter of the file, so it is told with the file's name.
template <class Work>
auto reading(const std::string& path, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    throw WrongUsage(path + ": " + error.message() +
                     "\nRecord it with: shardlab run SCENARIO --seed N --trace NAME.sltrace");
  }
}

}  // namespace

TraceCommand::TraceCommand(CLI::App& app)
    : command_(app.add_subcommand("trace", "Shows a recorded trace, or a part of it")) {
  command_->add_option("FILE", file_, "Written by shardlab run --trace NAME.sltrace")->required();
  command_->add_option("--as", as_, "text, jsonl, or perfetto (for ui.perfetto.dev)");
  command_->add_option("--from", from_, "Number of the first event");
  command_->add_option("--to", to_, "Number of the last event");
  command_->footer(
      "Examples\n"
      "  shardlab trace a.sltrace --from 200 --to 220         a part of it, to read\n"
      "  shardlab trace a.sltrace --as perfetto > a.json      to open in ui.perfetto.dev\n\n"
      "Exit status  0 shown   2 wrong usage, or the file cannot be read");
}

int TraceCommand::execute() const {
  return told("trace", [this] {
    reading(file_, [this] { show(); });
    check_printed();
    return exit_held;
  });
}

void TraceCommand::show() const {
  const auto view = view_of_name(as_);
  if (!view) throw WrongUsage("--as \"" + as_ + "\": known are text, jsonl, perfetto");
  const OpenTrace open = open_trace(file_);
  sim::TraceReader reader(open.source(), open.size);
  const auto out = make_view(*view, put_out, reader.header());
  reader.seek_number(from_);
  while (const sim::RecordedEvent* event = reader.next()) {
    if (event->event.number > to_) break;
    out->write(event->event);
  }
  out->finish("");
}

DiffCommand::DiffCommand(CLI::App& app)
    : command_(app.add_subcommand("diff", "Tells where two recorded traces part")) {
  command_->add_option("A", a_, "Written by shardlab run --trace NAME.sltrace")->required();
  command_->add_option("B", b_, "The other one")->required();
  command_->add_option("--context", context_, "So many events before the first difference");
  command_->add_flag("--json", json_, "As one line of JSON");
  command_->footer(
      "Examples\n"
      "  shardlab run scenarios/files/guide.toml --seed 1 --trace a.sltrace\n"
      "  shardlab run scenarios/files/guide.toml --seed 2 --trace b.sltrace\n"
      "  shardlab diff a.sltrace b.sltrace --context 2\n\n"
      "Exit status  0 the runs are equal   1 they differ   2 a file cannot be read");
}

int DiffCommand::execute() const {
  return told("diff", [this] { return compare(); });
}

int DiffCommand::compare() const {
  const OpenTrace open_a = open_trace(a_);
  const OpenTrace open_b = open_trace(b_);
  const auto reader_of = [](const OpenTrace& open) {
    return std::make_unique<sim::TraceReader>(open.source(), open.size);
  };
  const auto a = reading(a_, [&] { return reader_of(open_a); });
  const auto b = reading(b_, [&] { return reader_of(open_b); });
  const sim::TraceDiff diff = reading(a_ + " or " + b_, [&] {
    return sim::diff_traces(*a, *b, sim::DiffOptions{.context = context_});
  });
  put_out(json_ ? sim::format_diff_json(diff) : sim::format_diff_text(diff, a_, b_));
  check_printed();
  return diff.is_equal() ? exit_held : exit_violated;
}

}  // namespace shardlab::tools
