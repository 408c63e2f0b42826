#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/query_result.h"

namespace shardlab::vtctl {

/// One line of a table; nothing stands for NULL and prints as an empty cell.
using TextRow = std::vector<std::optional<std::string>>;

/// A query result as the guide shows it, every line ending in a newline:
///
///   +------+---------+
///   | page | message |
///   +------+---------+
///   |    7 | hello   |
///   +------+---------+
///
/// Headers are centred, unsigned decimal numbers stand right, everything else left. Cells wider
/// than 30 columns are wrapped at spaces. Without rows the header stands between two borders;
/// without columns two lines `+` remain.
/// Source: Vitess go/vt/vtctl ExecuteFetchAsDba, which prints with olekukonko/tablewriter.
std::string format_result_table(const std::vector<std::string>& header,
                                const std::vector<TextRow>& rows);
/// The same for a query result.
std::string format_result_table(const QueryResult& result);

/// Terminal columns a text takes: one per character, two for wide ones (CJK), none for combining.
std::size_t display_width(std::string_view text);

/// Breaks a text at its spaces into lines of at most `limit` columns, as even as possible; a longer
/// word gets a line of its own and widens the limit.
std::vector<std::string> wrap_text(std::string_view text, std::size_t limit);

}  // namespace shardlab::vtctl
