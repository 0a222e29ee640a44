#include "core/profile/verdict.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "core/profile/user_account_control.hpp"
#include "core/text/ldap.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::profile {
namespace {

Verdict skipped(const Person& person, FaultCode code, std::string what, std::string cure) {
    return {.fault = {code, person.distinguished_name, std::move(what), std::move(cure)},
            .state = StepState::skipped};
}

// The last part of objectSid, in octets (MS-DTYP 2.4.2.2) or as S-1-5-21-…-500.
std::optional<std::uint32_t> relative_id(std::string_view sid) {
    std::uint32_t rid = 0;
    if (sid.starts_with("S-1-")) {
        const auto last = sid.substr(sid.rfind('-') + 1);
        const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), rid);
        if (error != std::errc{} || end != last.data() + last.size()) return std::nullopt;
        return rid;
    }
    constexpr std::size_t head = 8, part = 4;
    if (sid.size() < head + part || sid[0] != 1) return std::nullopt;
    if (sid.size() != head + part * static_cast<unsigned char>(sid[1])) return std::nullopt;
    for (std::size_t i = 0; i < part; ++i)
        rid |= std::uint32_t{static_cast<unsigned char>(sid[sid.size() - part + i])} << (8 * i);
    return rid;
}

// Why the person is protected; nothing when not.
std::optional<std::string> protection(const Person& person) {
    const auto admin_count = person.first("adminCount");
    if (!admin_count.empty() && admin_count != "0")
        return "adminCount is " + text::quoted(admin_count) + ": the person is or was an administrator";
    if (text::same_ignoring_case(person.first("isCriticalSystemObject"), "TRUE"))
        return "isCriticalSystemObject is TRUE";
    if (const auto rid = relative_id(person.first("objectSid")); rid && *rid >= 500 && *rid <= 502)
        return "objectSid ends in " + std::to_string(*rid) + ": a built-in account";
    return std::nullopt;
}

// What software and not a person signs in with: directory synchronisation's and Exchange's own accounts.
bool is_service_name(std::string_view name) {
    const auto lower = text::lower(name);
    for (const std::string_view start :
         {"msol_", "aad_", "healthmailbox", "sm_", "azureadkerberos", "azureadssoacc"})
        if (lower.starts_with(start)) return true;
    return lower == "krbtgt" || lower.starts_with("krbtgt_") || lower.find('$') != std::string::npos;
}

// msExchRecipientTypeDetails of mailboxes that are nobody's. Nothing where it is a person's, or is not there.
std::string_view mailbox_of_nobody(std::string_view details) {
    static constexpr std::pair<std::string_view, std::string_view> kinds[] = {
        {"4", "a shared mailbox"},
        {"16", "a room"},
        {"32", "equipment"},
        {"8388608", "an arbitration mailbox"},
        {"134217728", "a discovery mailbox"},
        {"8589934592", "a room"},
        {"17179869184", "equipment"},
        {"34359738368", "a shared mailbox"},
        {"137438953472", "a team mailbox"},
        {"274877906944", "a team mailbox"},
        {"549755813888", "a monitoring mailbox"},
        {"1099511627776", "a group's mailbox"},
    };
    for (const auto& [number, kind] : kinds)
        if (number == details) return kind;
    return {};
}

// The object class that no user has; nothing when there is none.
std::optional<std::string> foreign_class(const Person& person) {
    const auto found = person.attributes.find("objectClass");
    if (found == person.attributes.end()) return std::nullopt;
    for (const auto& name : found->second) {
        const std::string lower = text::lower(name);
        if (lower == "computer" || lower == "contact" || lower == "group") return name;
        if (lower.starts_with("msds-") && lower.ends_with("managedserviceaccount")) return name;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Verdict> verdict(const Profile& profile, const Person& person) {
    if (const auto why = protection(person))
        return skipped(person,
                       FaultCode::person_protected,
                       "the person is protected: " + *why,
                       "Make this account by hand: Uplift never touches protected people.");
    if (const auto name = foreign_class(person))
        return skipped(person,
                       FaultCode::person_not_a_user,
                       "the entry is not a user: its objectClass is " + text::quoted(*name),
                       "Name a person, not a computer, contact, group or service account.");
    const auto control = user_account_control(person);
    if (!control)
        return skipped(
            person,
            FaultCode::person_not_a_user,
            "userAccountControl cannot be read: " + text::quoted(person.first("userAccountControl")),
            "Name a person; if this is one, let the service account read userAccountControl.");
    if ((*control & trust_account_bits) != 0 || (*control & normal_account_bit) == 0)
        return skipped(person,
                       FaultCode::person_not_a_user,
                       "the entry is not a user: its userAccountControl is " + std::to_string(*control),
                       "Name a person, not a computer, trust or service account.");
    if (is_service_name(person.first("sAMAccountName")))
        return skipped(person,
                       FaultCode::person_not_a_user,
                       "the entry is not a person: its sAMAccountName " +
                           text::quoted(person.first("sAMAccountName")) + " is that of a service",
                       "Name a person, not an account of directory synchronisation, Exchange or Kerberos.");
    if (const auto kind = mailbox_of_nobody(person.first("msExchRecipientTypeDetails")); !kind.empty())
        return skipped(person,
                       FaultCode::person_not_a_user,
                       "the entry is not a person: its msExchRecipientTypeDetails says " + std::string(kind),
                       "Name a person; make shared and resource mailboxes in Exchange.");
    const auto& ous = profile.allow.ous;
    const auto stands_below = [&](const std::string& ou) {
        return text::dn_below(person.distinguished_name, ou);
    };
    if (!ous.empty() && std::none_of(ous.begin(), ous.end(), stands_below))
        return Verdict{.fault = {FaultCode::person_outside_ous,
                                 person.distinguished_name,
                                 "the person stands below none of the OUs of profile " +
                                     text::quoted(profile.name.value),
                                 "Move the person, add the OU to allow.ous, or choose another profile."},
                       .state = StepState::failed};
    if (profile.disabled_accounts == DisabledAccounts::skip && (*control & account_disabled_bit) != 0)
        return skipped(person,
                       FaultCode::person_disabled,
                       "the person's account is disabled in AD",
                       "Enable it, or set disabled_accounts = \"include\" in the profile.");
    return std::nullopt;
}

}  // namespace uplift::profile
