#include "core/exchange/shapes.hpp"

#include <algorithm>
#include <charconv>

#include "core/model/guid.hpp"
#include "core/text/utf8.hpp"

namespace uplift::exchange {
namespace {

std::string text_of(const json::Value& row, std::string_view name) {
    return std::string(row.get_string(name).value_or(""));
}

std::optional<ObjectId> account_of(const json::Value& row) {
    const auto text = text_of(row, "ExternalDirectoryObjectId");
    if (!is_guid_text(text)) return std::nullopt;
    return ObjectId{text::lower(text)};
}

// Without a prefix it is SMTP too; X500:, SIP: and others are no e-mail addresses.
std::optional<std::string> address_in(std::string_view value) {
    const auto colon = value.find(':');
    if (colon == std::string_view::npos) return std::string(value);
    if (!text::same_ignoring_case(value.substr(0, colon), "smtp")) return std::nullopt;
    return std::string(value.substr(colon + 1));
}

// With or without a zone: without one it is UTC.
std::optional<TimePoint> time_in(std::string_view text) {
    if (text.empty()) return std::nullopt;
    if (auto time = parse_rfc3339(text)) return time;
    return parse_rfc3339(std::string(text) + "Z");
}

// 2555, "2555", "2555.00:00:00" or "Unlimited".
enum class Duration { unlimited, days, not_understood };
Duration duration_of(const json::Value* value, std::int64_t& days) {
    if (value == nullptr || value->is_null()) return Duration::unlimited;
    if (const auto number = value->as_int()) {
        days = *number;
        return Duration::days;
    }
    const auto text = value->as_string().value_or("?");
    if (text.empty() || text::same_ignoring_case(text, "Unlimited")) return Duration::unlimited;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
    const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    const bool whole_days = rest.empty() || rest == ".00:00:00";
    return error == std::errc{} && whole_days ? Duration::days : Duration::not_understood;
}

bool read_hold(const json::Value& row, Mailbox& mailbox) {
    const auto enabled = row.get_bool("LitigationHoldEnabled");
    if (!enabled) return false;
    if (!*enabled) return true;
    std::int64_t days = 0;
    const auto duration = duration_of(row.find("LitigationHoldDuration"), days);
    if (duration == Duration::not_understood) return false;
    LitigationHold hold;
    if (duration == Duration::days) hold.duration_days = days;
    hold.comment = text_of(row, "RetentionComment");
    hold.url = text_of(row, "RetentionUrl");
    mailbox.hold = std::move(hold);
    return true;
}

HolderKind kind_of(std::string_view details) {
    const auto type = text::lower(details);
    if (type.find("contact") != std::string::npos) return HolderKind::contact;
    const bool group = type.find("group") != std::string::npos || type == "dynamicdistributiongroup";
    if (group) return HolderKind::group;
    const bool user = type.ends_with("mailbox") || type.ends_with("mailuser") || type.ends_with("user");
    return user ? HolderKind::user : HolderKind::other;
}

}  // namespace

bool is_without_account(const json::Value& row) { return text_of(row, "ExternalDirectoryObjectId").empty(); }

std::optional<Mailbox> mailbox_in(const json::Value& row) {
    auto account = account_of(row);
    const auto* addresses = row.find("EmailAddresses");
    const auto* archive = row.find("ArchiveGuid");
    if (!account || addresses == nullptr || !addresses->is_array() || archive == nullptr) return std::nullopt;
    Mailbox mailbox;
    mailbox.account = std::move(*account);
    mailbox.primary_address = text_of(row, "PrimarySmtpAddress");
    for (const auto& one : addresses->items())
        if (auto address = address_in(one.as_string().value_or("?:")))
            mailbox.addresses.push_back(std::move(*address));
    mailbox.created_at = time_in(text_of(row, "WhenMailboxCreated"));
    if (!read_hold(row, mailbox)) return std::nullopt;
    const auto guid = archive->as_string().value_or("");
    mailbox.has_archive =
        std::any_of(guid.begin(), guid.end(), [](char letter) { return letter != '0' && letter != '-'; });
    if (const auto* capabilities = row.find("PersistedCapabilities"))
        for (const auto& one : capabilities->items())
            mailbox.capabilities.emplace_back(one.as_string().value_or(""));
    return mailbox;
}

std::optional<Holder> holder_in(const json::Value& row) {
    const auto type = row.get_string("RecipientTypeDetails");
    if (!type) return std::nullopt;
    Holder holder;
    holder.kind = kind_of(*type);
    // A contact may have none in Entra.
    holder.id = account_of(row).value_or(ObjectId{});
    for (const auto* property : {"PrimarySmtpAddress", "DisplayName"})
        if (holder.name.empty()) holder.name = text_of(row, property);
    return holder;
}

bool has_address(const json::Value& row, std::string_view address) {
    const auto* addresses = row.find("EmailAddresses");
    if (addresses == nullptr) return false;
    return std::any_of(addresses->items().begin(), addresses->items().end(), [&](const json::Value& one) {
        const auto held = address_in(one.as_string().value_or("?:"));
        return held && text::same_ignoring_case(*held, address);
    });
}

}  // namespace uplift::exchange
