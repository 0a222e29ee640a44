// Who an -Identity means, and what mailboxes and other recipients look like in Exchange's replies.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox::exchange {

// By Entra object id, mailbox GUID, UPN, address or alias; active users only. Throws when an alias fits
// several.
std::optional<UserPosition> user_with_identity(const Tenant& tenant, std::string_view identity);
// Exchange's short name of a user: the alias.
std::string name_of(const User& user);

// UserMailbox, MailUser, or empty for a user who is no recipient.
std::string_view recipient_type(const Tenant& tenant, UserPosition user);

// What a back end shows that `anchor` leads to: it may lag behind another anchor's writes.
Contents seen_contents(const Tenant& tenant, UserPosition user, std::string_view anchor, TimePoint now);

// The row of Get-Mailbox. The user has a mailbox, soft-deleted or present.
nlohmann::json mailbox_row(const Tenant& tenant, UserPosition user, const Contents& contents);
nlohmann::json mailbox_property(const Tenant& tenant,
                                UserPosition user,
                                const Contents& contents,
                                const std::string& property);
std::span<const std::string_view> mailbox_filter_properties();

nlohmann::json user_row(const Tenant& tenant, UserPosition user);
nlohmann::json group_row(const Group& group);
nlohmann::json contact_row(const Contact& contact);

}  // namespace uplift::sandbox::exchange
