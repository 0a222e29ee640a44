#include "core/exchange/commands.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "core/model/guid.hpp"
#include "core/text/url.hpp"

namespace uplift::exchange {
namespace {

constexpr std::array table{
    CallEntry{Call::find_mailboxes, "Get-Mailbox", "looking for mailboxes", false, false},
    CallEntry{Call::find_new_mailboxes, "Get-Mailbox", "looking for new mailboxes", false, false},
    CallEntry{Call::get_mailbox, "Get-Mailbox", "reading the mailbox", false, true},
    CallEntry{Call::find_recipient, "Get-Recipient", "looking up who holds an address", false, false},
    CallEntry{Call::get_accepted_domains, "Get-AcceptedDomain", "reading the accepted domains", false, false},
    CallEntry{Call::get_cmdlets, "", "reading what the app may do", false, false},
    CallEntry{Call::add_addresses, "Set-Mailbox", "adding addresses", true, true},
    CallEntry{Call::set_hold, "Set-Mailbox", "setting the litigation hold", true, true},
    CallEntry{Call::enable_archive, "Enable-Mailbox", "enabling the archive", true, true},
    CallEntry{Call::add_list_member, "Add-DistributionGroupMember", "joining the list", true, true},
};

constexpr std::string_view mailbox_properties =
    "ExternalDirectoryObjectId,PrimarySmtpAddress,EmailAddresses,WhenMailboxCreated,LitigationHoldEnabled,"
    "LitigationHoldDuration,RetentionComment,RetentionUrl,ArchiveGuid,PersistedCapabilities";
constexpr std::string_view recipient_properties =
    "ExternalDirectoryObjectId,PrimarySmtpAddress,EmailAddresses,DisplayName,RecipientTypeDetails";

// OPATH doubles quotes inside of quotes, as OData does.
std::string opath_literal(std::string_view value) { return text::odata_literal(value); }

// '11/23/2026 08:00:00', UTC; whole seconds, rounded down.
std::string opath_time(TimePoint time) {
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{second - day};
    std::array<char, 64> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%02u/%02u/%04d %02d:%02d:%02d",
                  static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()),
                  static_cast<int>(date.year()),
                  static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return opath_literal(text.data());
}

// Without ResultSize a reply would end after 1,000 rows and say so in a warning only.
json::Value filtered(std::string filter) {
    auto parameters = json::Value::object();
    parameters.set("Filter", std::move(filter)).set("ResultSize", "Unlimited");
    return parameters;
}

json::Value about(const Identity& identity) {
    auto parameters = json::Value::object();
    parameters.set("Identity", identity.text());
    return parameters;
}

}  // namespace

const CallEntry& entry_of(Call call) {
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& e) { return e.call == call; });
    if (found == table.end()) std::abort();
    return *found;
}

std::optional<Identity> Identity::of(std::string_view object_id) {
    if (!is_guid_text(object_id)) return std::nullopt;
    return Identity(std::string(object_id));
}

std::string body_of(const Command& command) {
    auto input = json::Value::object();
    input.set("CmdletName", entry_of(command.call).cmdlet).set("Parameters", command.parameters);
    auto body = json::Value::object();
    body.set("CmdletInput", std::move(input));
    return json::dump(body);
}

Command find_mailboxes(std::span<const Identity> accounts) {
    std::string filter;
    for (const auto& account : accounts) {
        if (!filter.empty()) filter += " -or ";
        filter += "ExternalDirectoryObjectId -eq " + opath_literal(account.text());
    }
    if (filter.empty()) std::abort();  // no filter is every mailbox
    return {Call::find_mailboxes, filtered(std::move(filter)), mailbox_properties};
}

Command find_new_mailboxes(TimePoint since) {
    return {Call::find_new_mailboxes,
            filtered("WhenMailboxCreated -ge " + opath_time(since)),
            mailbox_properties};
}

Command get_mailbox(const Identity& account) {
    return {Call::get_mailbox, about(account), mailbox_properties};
}

Command find_recipient(std::string_view address) {
    return {Call::find_recipient,
            filtered("EmailAddresses -eq " + opath_literal("smtp:" + std::string(address))),
            recipient_properties};
}

Command get_accepted_domains() { return {Call::get_accepted_domains, json::Value::object(), ""}; }

Command add_addresses(const Identity& account, std::span<const std::string> addresses) {
    auto added = json::Value::array();
    for (const auto& address : addresses) added.push_back("smtp:" + address);
    // A plain list would replace all the addresses there are.
    auto change = json::Value::object();
    change.set("@odata.type", "#Exchange.GenericHashTable").set("Add", std::move(added));
    auto parameters = about(account);
    parameters.set("EmailAddresses", std::move(change));
    return {Call::add_addresses, std::move(parameters), ""};
}

Command set_hold(const Identity& account, const LitigationHold& hold) {
    auto parameters = about(account);
    parameters.set("LitigationHoldEnabled", true);
    parameters.set("LitigationHoldDuration",
                   hold.duration_days ? std::to_string(*hold.duration_days) : std::string("Unlimited"));
    if (!hold.comment.empty()) parameters.set("RetentionComment", hold.comment);
    if (!hold.url.empty()) parameters.set("RetentionUrl", hold.url);
    return {Call::set_hold, std::move(parameters), ""};
}

Command enable_archive(const Identity& account) {
    auto parameters = about(account);
    parameters.set("Archive", true);
    return {Call::enable_archive, std::move(parameters), ""};
}

Command add_list_member(const Identity& list, const Identity& member) {
    auto parameters = about(list);
    // Without the bypass only the list's own managers may add members.
    parameters.set("Member", member.text()).set("BypassSecurityGroupManagerCheck", true);
    return {Call::add_list_member, std::move(parameters), ""};
}

}  // namespace uplift::exchange
