#include "tests/sandbox/exchange/recipients.hpp"

#include "tests/sandbox/exchange/capabilities.hpp"
#include "tests/sandbox/exchange/cmdlet_fault.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;

constexpr std::string_view no_guid = "00000000-0000-0000-0000-000000000000";

constexpr std::string_view filter_properties[] = {
    "WhenMailboxCreated",
    "WhenCreated",
    "ExternalDirectoryObjectId",
    "UserPrincipalName",
    "EmailAddresses",
    "RecipientTypeDetails",
    "RecipientType",
    "ArchiveGuid",
    "ArchiveStatus",
    "LitigationHoldEnabled",
    "PersistedCapabilities",
    "Alias",
    "DisplayName",
    "PrimarySmtpAddress",
    "Guid",
};

std::string primary_of(const std::vector<std::string>& addresses) {
    for (const auto& address : addresses)
        if (address.starts_with("SMTP:")) return address.substr(5);
    return {};
}

// EnhancedTimeSpan as PowerShell writes it.
std::string duration_of(const Hold& hold) {
    return hold.days ? std::to_string(*hold.days) + ".00:00:00" : "Unlimited";
}

json recipient(std::string_view id,
               std::string_view name,
               std::string_view display_name,
               const std::vector<std::string>& addresses,
               std::string_view type,
               std::string_view details) {
    return {{"Identity", name},
            {"Name", name},
            {"Alias", name},
            {"ExternalDirectoryObjectId", id},
            {"DisplayName", display_name},
            {"PrimarySmtpAddress", primary_of(addresses)},
            {"EmailAddresses@odata.type", "#Collection(String)"},
            {"EmailAddresses", addresses},
            {"RecipientType", type},
            {"RecipientTypeDetails", details}};
}

}  // namespace

std::optional<UserPosition> user_with_identity(const Tenant& tenant, std::string_view identity) {
    const auto& directory = tenant.directory;
    if (is_guid(identity)) {
        if (const auto user = directory.holder(Key::id, identity, Presence::active)) return user;
        const auto user = tenant.mailboxes.with_guid(identity);
        if (user && directory.truth(*user).presence == Presence::active) return user;
        return std::nullopt;
    }
    if (const auto user = directory.holder(Key::user_principal_name, identity, Presence::active)) return user;
    if (const auto user = directory.holder(Key::address, without_prefix(identity), Presence::active))
        return user;
    std::optional<UserPosition> found;
    for (const auto user : directory.candidates(Key::mail_nickname, identity)) {
        const User& candidate = directory.truth(user);
        if (candidate.presence != Presence::active || !has_key(candidate, Key::mail_nickname, identity))
            continue;
        if (recipient_type(tenant, user).empty()) continue;
        if (found) throw ambiguous(identity);
        found = user;
    }
    return found;
}

std::string name_of(const User& user) { return std::string(user.value(TextProperty::mailNickname)); }

std::string_view recipient_type(const Tenant& tenant, UserPosition user) {
    const Mailbox* box = tenant.mailboxes.find(user);
    if (box != nullptr && box->state == MailboxState::present) return "UserMailbox";
    if (tenant.directory.facts(user).mailbox_on_premises) return "MailUser";
    return tenant.directory.truth(user).proxy_addresses.empty() ? "" : "MailUser";
}

Contents seen_contents(const Tenant& tenant, UserPosition user, std::string_view anchor, TimePoint now) {
    const Mailbox& box = *tenant.mailboxes.find(user);
    if (box.behind && box.behind->until > now &&
        (anchor.empty() || !same_ignoring_case(anchor, box.behind->anchor)))
        return box.behind->contents;
    return {tenant.directory.truth(user).proxy_addresses, box.hold, box.archive_guid, box.auto_expanding};
}

json mailbox_row(const Tenant& tenant, UserPosition position, const Contents& contents) {
    const User& user = tenant.directory.truth(position);
    const Mailbox& box = *tenant.mailboxes.find(position);
    const bool archived = !contents.archive_guid.empty();
    json row = recipient(user.id,
                         name_of(user),
                         user.value(TextProperty::displayName),
                         contents.addresses,
                         "UserMailbox",
                         "UserMailbox");
    row["UserPrincipalName"] = user.value(TextProperty::userPrincipalName);
    row["Guid"] = row["ExchangeGuid"] = box.guid;
    row["ArchiveGuid"] = archived ? contents.archive_guid : std::string(no_guid);
    row["ArchiveStatus"] = archived ? "Active" : "None";
    row["ArchiveState"] = archived ? "Local" : "None";
    if (archived)
        row["ArchiveName"] =
            json::array({"In-Place Archive -" + std::string(user.value(TextProperty::displayName))});
    row["AutoExpandingArchiveEnabled"] = contents.auto_expanding;
    row["LitigationHoldEnabled"] = contents.hold.enabled;
    row["LitigationHoldDuration"] = duration_of(contents.hold);
    row["LitigationHoldDate"] = contents.hold.since ? json(utc(*contents.hold.since)) : json(nullptr);
    row["LitigationHoldOwner"] = contents.hold.owner;
    row["RetentionComment"] = contents.hold.comment;
    row["RetentionUrl"] = contents.hold.url;
    row["PersistedCapabilities@odata.type"] = "#Collection(String)";
    row["PersistedCapabilities"] = capabilities_of(tenant, user).persisted;
    row["IsDirSynced"] = user.synced;
    row["WhenMailboxCreated"] = utc(box.created_at);
    row["WhenCreated"] = utc(user.created_at);
    row["WhenSoftDeleted"] =
        box.state == MailboxState::soft_deleted ? json(utc(box.removed_at)) : json(nullptr);
    return row;
}

json mailbox_property(const Tenant& tenant,
                      UserPosition position,
                      const Contents& contents,
                      const std::string& property) {
    // The two that every sweep asks for, without making a whole row of each mailbox.
    const Mailbox& box = *tenant.mailboxes.find(position);
    if (property == "WhenMailboxCreated") return unix_seconds(box.created_at);
    const User& user = tenant.directory.truth(position);
    if (property == "ExternalDirectoryObjectId") return user.id;
    if (property == "WhenCreated") return unix_seconds(user.created_at);
    return mailbox_row(tenant, position, contents).value(property, json());
}

std::span<const std::string_view> mailbox_filter_properties() { return filter_properties; }

json user_row(const Tenant& tenant, UserPosition position) {
    const User& user = tenant.directory.truth(position);
    const auto type = recipient_type(tenant, position);
    json row = recipient(
        user.id, name_of(user), user.value(TextProperty::displayName), user.proxy_addresses, type, type);
    row["UserPrincipalName"] = user.value(TextProperty::userPrincipalName);
    return row;
}

json group_row(const Group& group) {
    const bool security = group.kind == GroupKind::mail_security;
    const std::string_view details = group.kind == GroupKind::microsoft365 ? "GroupMailbox"
                                     : security                            ? "MailUniversalSecurityGroup"
                                                                           : "MailUniversalDistributionGroup";
    const std::string_view type = security ? "MailUniversalSecurityGroup" : "MailUniversalDistributionGroup";
    return recipient(group.id, group.mail_nickname, group.display_name, group.proxy_addresses, type, details);
}

json contact_row(const Contact& contact) {
    return recipient(contact.id,
                     contact.mail.substr(0, contact.mail.find('@')),
                     contact.display_name,
                     contact.proxy_addresses,
                     "MailContact",
                     "MailContact");
}

}  // namespace uplift::sandbox::exchange
