// -Filter of Exchange's cmdlets (OPATH): WhenMailboxCreated -gt '11/23/2026 08:00:00' -and … Pure.
//
// -or < -and < -not < (comparison | parentheses); texts are compared without regard to case.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox::exchange {

enum class OpathKind { both, either, negation, comparison };
enum class OpathOperator { eq, ne, gt, ge, lt, le, like };

struct Opath {
    OpathKind kind = OpathKind::comparison;
    std::string property;  // as the table of the resource spells it
    OpathOperator op = OpathOperator::eq;
    std::string value;  // $true and $false as they are; dates and texts without their quotes
    std::vector<Opath> children;
};

class OpathError : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

// `properties`: what can be filtered by.
Opath parse_opath(std::string_view text, std::span<const std::string_view> properties);

// Texts, booleans, lists of texts, null; dates as Unix seconds.
using OpathReader = std::function<nlohmann::json(const std::string& property)>;
// Throws OpathError when a date has to be compared with what is none.
bool matches(const Opath& filter, const OpathReader& read);

// '11/23/2026 8:00:00 AM', '11/23/2026 08:00:00', '2026-11-23T08:00:00Z'; always UTC.
std::optional<TimePoint> parse_us_date(std::string_view text);

// The values of `property` when the filter is nothing but `property -eq a -or property -eq b …`.
std::optional<std::vector<std::string>> only_equals(const Opath& filter, std::string_view property);

}  // namespace uplift::sandbox::exchange
