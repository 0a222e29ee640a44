// Terminal: what standard output is, and how people want it.
//
// Touches stdout, stderr, /dev/tty, the environment (NO_COLOR, TERM, COLUMNS is not used).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/model/result.hpp"
#include "core/model/secret.hpp"
#include "core/model/time.hpp"
#include "daemon/upliftctl/table.hpp"

namespace uplift::upliftctl {

// Columns of the terminal on stdout; nothing where it is none.
std::optional<std::size_t> terminal_width();

enum class ColourWish : std::uint8_t { where_possible, never };
Colours colours_for(ColourWish wish);

// Writes all of it; false where nobody reads any more.
bool print(std::string_view text);
void complain(std::string_view text);

// 2026-12-01 06:00:03 in the host's zone.
std::string local_time(TimePoint time);

// Asks at the controlling terminal without echo, twice; they must agree. Faults: not_a_terminal,
// password_rule.
Result<Secret> ask_password_twice();

// Waits for Enter at the controlling terminal; false where people want to stop (q, end of input).
bool ask_to_go_on(std::string_view question);

// From now on SIGINT and SIGTERM end a wait instead of the process.
void catch_interrupts();
bool interrupted();

}  // namespace uplift::upliftctl
