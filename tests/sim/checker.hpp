// Checker: holds what became of a simulated world against what should have, person by person.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/time.hpp"

namespace uplift::sim {

struct Verdicts {
    std::int64_t people = 0;            // enrollments looked at
    std::int64_t accounts = 0;          // ended with an account
    std::int64_t sent_to_a_person = 0;  // failed or skipped for a true reason
    std::int64_t lost = 0;              // not ended, or failed without a true reason, or half made
    std::int64_t duplicated = 0;        // more than one account of a person
    std::int64_t wrong_person = 0;      // somebody else's account
    std::int64_t passwords_lost = 0;    // an account whose password nobody can hand over
    std::int64_t repeated_effects = 0;  // a write applied again
    std::int64_t wrong_settings = 0;    // licences, groups, manager or mailbox are not what they should be
    std::int64_t overpromised = 0;      // a seat was asked for that the tenant's numbers did not have
    std::int64_t too_late = 0;          // a mailbox was complete a day or more after it could have been
    std::int64_t mailboxes = 0;         // complete with all their settings
    std::vector<Duration> delays;       // from a usable mailbox to its last setting
    std::int64_t crashes = 0;
    std::int64_t inside_retry_after = 0;
    std::vector<std::string> examples;  // the first few violations, in words

    [[nodiscard]] bool clean() const {
        return lost == 0 && duplicated == 0 && wrong_person == 0 && passwords_lost == 0 &&
               repeated_effects == 0 && wrong_settings == 0 && overpromised == 0 && too_late == 0;
    }
    // The delay that `share` per cent do not exceed.
    [[nodiscard]] Duration delay(std::size_t share) const;
    Verdicts& operator+=(const Verdicts& other);
};

std::string to_string(const Verdicts& verdicts);

}  // namespace uplift::sim
