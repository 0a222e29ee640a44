// Get-Mailbox, Set-Mailbox and Enable-Mailbox.
#include <algorithm>
#include <charconv>

#include "tests/sandbox/exchange/capabilities.hpp"
#include "tests/sandbox/exchange/cmdlet.hpp"
#include "tests/sandbox/exchange/cmdlet_fault.hpp"
#include "tests/sandbox/exchange/email_addresses.hpp"
#include "tests/sandbox/exchange/opath.hpp"
#include "tests/sandbox/exchange/recipients.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;

// RetentionComment and RetentionUrl: what Outlook shows.
constexpr std::size_t longest_comment = 255;
constexpr std::size_t longest_url = 2048;

struct Target {
    UserPosition position;
    Mailbox& box;
};

// The mailbox that a writing cmdlet means. "Listed" is not "usable": then it is still not found.
Target target_of(Invocation& call) {
    const std::string identity = call.text("Identity");
    const auto position = user_with_identity(call.tenant, identity);
    if (!position) throw object_not_found(identity);
    Mailbox* box = call.tenant.mailboxes.find(*position);
    if (box != nullptr && box->state == MailboxState::present) {
        if (!box->takes_commands(call.now)) throw object_not_found(identity);
        return {*position, *box};
    }
    const auto type = recipient_type(call.tenant, *position);
    if (!type.empty()) throw wrong_recipient_type(name_of(call.tenant.directory.truth(*position)), type);
    throw object_not_found(identity);
}

// What other back ends go on showing for a while; an older lag that is still running stays the older one.
void leave_behind(Invocation& call, const Target& target) {
    const auto& user = call.tenant.directory.truth(target.position);
    auto& box = target.box;
    const auto until =
        call.now + std::chrono::duration_cast<Clock::duration>(call.tenant.settings.exchange.stale_for);
    if (box.behind && box.behind->until > call.now && same_ignoring_case(box.behind->anchor, call.anchor)) {
        box.behind->until = until;
        return;
    }
    Contents before{user.proxy_addresses, box.hold, box.archive_guid, box.auto_expanding};
    box.behind = Behind{std::move(before), call.anchor, until};
}

void write_addresses(Invocation& call, const Target& target, const AddressChange& change) {
    auto& writes = target.box.writes;
    const auto count = [&](std::map<std::string, Counted>& counts, const std::string& address) {
        auto& entry = counts[lower(without_prefix(address))];
        ++entry.times;
        entry.last = call.now;
    };
    for (const auto& address : change.added) count(writes.added, address);
    for (const auto& address : change.removed) count(writes.removed, address);
    if (change.replaced_all) ++writes.replaced;
    User user = call.tenant.directory.truth(target.position);
    user.proxy_addresses = change.after;
    for (const auto& address : user.proxy_addresses)
        if (address.starts_with("SMTP:")) user.set(TextProperty::mail, address.substr(5));
    call.tenant.directory.replace(target.position, std::move(user), call.now);
}

std::optional<std::int64_t> days_in(const std::string& text) {
    if (same_ignoring_case(text, "Unlimited")) return std::nullopt;
    // Days, or a time span as PowerShell writes it: 2555.00:00:00.
    const std::string_view digits = std::string_view(text).substr(0, text.find('.'));
    const bool plain = digits.size() == text.size() || text.ends_with(".00:00:00");
    std::int64_t days = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), days);
    if (!plain || fault != std::errc() || end != digits.data() + digits.size() || days < 1 || days > 24855)
        throw wrong_value("LitigationHoldDuration",
                          "Cannot convert value \"" + text + "\" to type \"Unlimited`1[EnhancedTimeSpan]\".");
    return days;
}

Hold hold_after(Invocation& call, const Target& target) {
    Hold hold = target.box.hold;
    const User& user = call.tenant.directory.truth(target.position);
    if (call.has("LitigationHoldEnabled")) {
        const bool enabled = call.flag("LitigationHoldEnabled");
        if (enabled && !capabilities_of(call.tenant, user).hold)
            throw hold_not_licensed(user.value(TextProperty::displayName));
        if (enabled && !hold.enabled) {
            hold.since = call.now;
            hold.owner = call.app.name;
        }
        if (!enabled) {
            hold.since.reset();
            hold.owner.clear();
        }
        hold.enabled = enabled;
    }
    if (call.has("LitigationHoldDuration")) hold.days = days_in(call.text("LitigationHoldDuration"));
    if (call.has("RetentionComment")) hold.comment = call.text("RetentionComment");
    if (call.has("RetentionUrl")) hold.url = call.text("RetentionUrl");
    if (utf16_length(hold.comment).value_or(longest_comment + 1) > longest_comment)
        throw wrong_value("RetentionComment", "The length of the property is too long.");
    if (hold.url.size() > longest_url || (!hold.url.empty() && hold.url.find("://") == std::string::npos))
        throw wrong_value("RetentionUrl", "The value is not an absolute URL.");
    return hold;
}

void warn_unchanged(Invocation& call, const Target& target) {
    ++target.box.writes.unchanged;
    call.warnings.push_back("The command completed successfully but no settings of '" +
                            name_of(call.tenant.directory.truth(target.position)) + "' have been modified.");
}

NextRow one_mailbox(const Invocation& call, UserPosition position) {
    const auto contents = seen_contents(call.tenant, position, call.anchor, call.now);
    return rows_of({mailbox_row(call.tenant, position, contents)});
}

}  // namespace

NextRow get_mailbox(Invocation& call) {
    const auto wanted = call.flag("SoftDeletedMailbox") ? MailboxState::soft_deleted : MailboxState::present;
    // An empty Identity is none at all: everything comes back, as Microsoft warns.
    if (const auto identity = call.text("Identity"); !identity.empty()) {
        auto position = user_with_identity(call.tenant, identity);
        if (!position && wanted == MailboxState::soft_deleted) {
            position = call.tenant.directory.holder(Key::id, identity, Presence::in_bin);
            if (!position) position = call.tenant.mailboxes.with_guid(identity);
        }
        const Mailbox* box = position ? call.tenant.mailboxes.find(*position) : nullptr;
        if (box == nullptr || box->state != wanted) throw object_not_found(identity);
        return one_mailbox(call, *position);
    }
    std::optional<Opath> filter;
    if (call.has("Filter")) filter = parse_opath(call.text("Filter"), mailbox_filter_properties());
    const auto type = call.text("RecipientTypeDetails");
    const bool of_users = type.empty() || same_ignoring_case(type, "UserMailbox");
    std::optional<std::vector<UserPosition>> some;
    if (filter)
        if (const auto ids = only_equals(*filter, "ExternalDirectoryObjectId")) {
            some.emplace();
            for (const auto& id : *ids)
                for (const auto position : call.tenant.directory.candidates(Key::id, id))
                    some->push_back(position);
            std::sort(some->begin(), some->end());
            some->erase(std::unique(some->begin(), some->end()), some->end());
        }
    return [&tenant = call.tenant, anchor = call.anchor, now = call.now, filter, wanted, of_users, some](
               std::size_t& position) -> std::optional<json> {
        const std::size_t end = some ? some->size() : tenant.mailboxes.end();
        while (of_users && position < end) {
            const auto user = some ? (*some)[position] : static_cast<UserPosition>(position);
            ++position;
            const Mailbox* box = tenant.mailboxes.find(user);
            if (box == nullptr || box->state != wanted) continue;
            const auto contents = seen_contents(tenant, user, anchor, now);
            const OpathReader read = [&](const std::string& property) {
                return mailbox_property(tenant, user, contents, property);
            };
            if (filter && !matches(*filter, read)) continue;
            return mailbox_row(tenant, user, contents);
        }
        return std::nullopt;
    };
}

NextRow set_mailbox(Invocation& call) {
    const Target target = target_of(call);
    const User& user = call.tenant.directory.truth(target.position);
    std::optional<AddressChange> addresses;
    if (call.has("EmailAddresses")) {
        if (user.synced) throw synced_mailbox(name_of(user), "EmailAddresses");
        addresses = changed_addresses(call.tenant, target.position, call.parameters.at("EmailAddresses"));
    }
    const Hold hold = hold_after(call, target);
    // Everything was judged: from here on nothing is refused, so the object changes as a whole or not at all.
    ++target.box.writes.commands;
    const bool other_addresses = addresses && addresses->after != user.proxy_addresses;
    const bool other_hold = hold != target.box.hold;
    if (!other_addresses && !other_hold) {
        warn_unchanged(call, target);
        return rows_of({});
    }
    leave_behind(call, target);
    if (other_hold) {
        if (hold.enabled)
            call.warnings.emplace_back("The hold setting may take up to 240 minutes to take effect.");
        target.box.hold = hold;
        target.box.writes.holds.emplace_back(call.now, hold);
    }
    if (other_addresses) write_addresses(call, target, *addresses);
    return rows_of({});
}

NextRow enable_mailbox(Invocation& call) {
    const Target target = target_of(call);
    const User& user = call.tenant.directory.truth(target.position);
    auto& box = target.box;
    if (call.flag("AutoExpandingArchive")) {
        if (box.archive_guid.empty()) throw no_archive(name_of(user));
        if (!capabilities_of(call.tenant, user).auto_expanding)
            throw expansion_not_licensed(user.value(TextProperty::displayName));
        leave_behind(call, target);
        box.auto_expanding = true;
    } else if (call.flag("Archive")) {
        if (!box.archive_guid.empty()) throw already_has_archive(name_of(user));
        // Also without a licence for it: the service accepts what the contract forbids.
        leave_behind(call, target);
        box.archive_guid = call.tenant.mailboxes.random.guid();
        box.writes.archives.push_back(call.now);
    } else {
        throw wrong_recipient_type(name_of(user), "UserMailbox");
    }
    ++box.writes.commands;
    return one_mailbox(call, target.position);
}

}  // namespace uplift::sandbox::exchange
