// Why a directory gave no list of people, in words; how long a page of one is waited for.
//
// Pure.
#pragma once

#include <string>

#include "core/model/outcome.hpp"
#include "core/model/result.hpp"

namespace uplift::daemon {

// For one page of a listing.
inline constexpr Duration page_patience = std::chrono::seconds{30};

// Of any outcome but `done`. `where` is what asked for the list.
inline Fault listing_fault(const Outcome<Nothing>& outcome, const std::string& where) {
    if (const auto* refused = std::get_if<Refused>(&outcome))
        return Fault{refused->code, where, refused->what, refused->cure};
    if (const auto* unauthorized = std::get_if<Unauthorized>(&outcome))
        return Fault{unauthorized->code, where, unauthorized->what, unauthorized->cure};
    const auto* not_sent = std::get_if<NotSent>(&outcome);
    const auto code = not_sent != nullptr ? not_sent->code : FaultCode::directory_unreachable;
    return Fault{code,
                 where,
                 not_sent != nullptr ? not_sent->why : "the directory did not answer",
                 std::string(entry_of(code).cure)};
}

}  // namespace uplift::daemon
