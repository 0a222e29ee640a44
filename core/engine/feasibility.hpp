// Whether the delayed tasks of a plan can ever succeed, decided before the account is made.
//
// Pure. "Never" is a fault; "not yet" is nothing: the task waits for its mailbox.
// Service plans: Exchange service description; hold and archive by plan, exchange.md section 6.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/result.hpp"

namespace uplift::engine {

// What the licences of a person give, plans that are disabled left out.
struct MailboxRights {
    bool mailbox = false;  // Exchange Online makes one
    bool hold = false;
    bool archive = false;
};
// `licenses` as found in `skus`.
MailboxRights mailbox_rights(std::span<const AssignedLicense> licenses, std::span<const Sku> skus);

// The same by the live mailbox (PersistedCapabilities); nothing where it does not say.
std::optional<bool> allows_hold(const std::vector<std::string>& capabilities);

bool wants_mailbox(const PlannedAccount& plan);

// no_mailbox_licensed, hold_not_licensed, archive_not_licensed, mailbox_on_premises.
Result<void> check_mailbox_settings(const PlannedAccount& plan, const MailboxRights& rights);
// alias_domain: the domain of an alias is none that Exchange accepts.
Result<void> check_alias_domains(const PlannedAccount& plan, std::span<const std::string> accepted);
// exchange_cmdlet_missing: the app may not run a command that the plan needs.
Result<void> check_cmdlets(const PlannedAccount& plan, std::span<const std::string> cmdlets);

}  // namespace uplift::engine
