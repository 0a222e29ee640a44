// A mailbox in the state dump: everything set on it, when it came, and how often each effect was applied.
#pragma once

#include <nlohmann/json.hpp>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox::exchange {

// Null where the user has none and none is on its way. Times are Unix seconds with fractions.
nlohmann::json mailbox_state(const Tenant& tenant, UserPosition user, TimePoint now);

struct MailboxCounts {
    std::size_t awaited = 0;
    std::size_t present = 0;
    std::size_t soft_deleted = 0;
    std::size_t on_hold = 0;
    std::size_t archives = 0;
    std::uint32_t most_holds_of_one = 0;  // 1: nobody's hold was set twice
};
MailboxCounts count_mailboxes(const Tenant& tenant);

}  // namespace uplift::sandbox::exchange
