// People named on the command line, as the JSON job that the one intake reads.
//
// Pure. Faults: usage.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/model/identity.hpp"
#include "core/model/result.hpp"
#include "core/model/time.hpp"

namespace uplift::upliftctl {

// What --ou, --exclude-ou and --filter name, of `submit` and `users`.
struct Wanted {
    std::vector<std::string> ous{};
    std::vector<std::string> exclude_ous{};
    std::string filter{};
};

struct JobWish {
    std::vector<std::string> users{};
    Wanted selection{};
    std::string profile{};
    std::string label{};
    std::optional<TimePoint> run_at{};
};

// By its look: a GUID, a DN (has =), a userPrincipalName (has @), else a sAMAccountName. KIND=VALUE, with the
// name of an identity before the =, says it.
Result<Identity> identity_named(std::string_view text);

// The shape of a file of a job: profile, select, users, run_at, label.
Result<std::string> job_file_of(const JobWish& wish);

}  // namespace uplift::upliftctl
