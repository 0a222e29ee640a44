// Terminal: what standard output is, and how people want it.
//
// Touches stdout, stderr, /dev/tty, the environment (COLUMNS, NO_COLOR, TERM, TZ).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/model/result.hpp"
#include "core/model/secret.hpp"
#include "core/model/time.hpp"
#include "daemon/upliftctl/table.hpp"

namespace uplift::upliftctl {

// Columns that lines may have: those of the terminal on stdout, or COLUMNS where that is set; nothing where
// neither is (then nothing is cut or broken).
std::optional<std::size_t> terminal_width();
std::size_t terminal_height();
// Answers and questions go to a person.
bool on_terminal();
// The terminal can move its cursor: lines may be written over.
bool can_redraw();

enum class ColourWish : std::uint8_t { where_possible, never };
Colours colours_for(ColourWish wish);

// Writes all of it; false where nobody reads any more.
bool print(std::string_view text);
void complain(std::string_view text);

// Prose of others' values: escaped, broken into lines where they are too long, with a line end.
void print_prose(std::string_view text, std::size_t indent = 0);
void complain_prose(std::string_view text, std::size_t indent = 0);

// 2026-12-01 06:00:03 CET, in the host's zone.
std::string local_time(TimePoint time);
// The same without seconds, for lists.
std::string local_minute(TimePoint time);

// Asks at the controlling terminal without echo, twice; they must agree. Faults: not_a_terminal,
// password_rule.
Result<Secret> ask_password_twice();

// Waits for Enter at the controlling terminal; false where people want to stop (q, end of input).
bool ask_to_go_on(std::string_view question);

// Asks at the controlling terminal; only y or yes is one.
bool confirmed(std::string_view question);

// Sleeps; false where a signal ended it.
bool pause_for(Duration duration);

// From now on SIGINT and SIGTERM end a wait instead of the process.
void catch_interrupts();
bool interrupted();

}  // namespace uplift::upliftctl
