#include "core/profile/plan_account.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/profile/attribute_map.hpp"
#include "core/profile/limits.hpp"
#include "core/profile/template.hpp"
#include "core/profile/user_account_control.hpp"
#include "core/text/countries.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::profile {
namespace {

// Everything that the rules below read.
struct Subject {
    const Profile& profile;
    const Overrides& overrides;
    const Person& person;

    [[nodiscard]] std::string where() const {
        return person.distinguished_name.empty() ? to_string(person.object_guid) : person.distinguished_name;
    }
    [[nodiscard]] const std::string& domain() const {
        return overrides.domain ? *overrides.domain : profile.domain;
    }
    [[nodiscard]] Fault fault(FaultCode code, std::string what, std::string cure) const {
        return {code, where(), std::move(what), std::move(cure)};
    }
};

std::string_view left_part(std::string_view upn) { return upn.substr(0, upn.find('@')); }

std::string join(const std::vector<std::string>& names) {
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
    return list;
}

Result<Template> parsed(const Subject& subject, std::string_view text, std::string_view property) {
    auto made = Template::parse(text);
    if (made) return made;
    return subject.fault(FaultCode::template_syntax,
                         std::string(property) + " " + text::quoted(text) + ", " + made.error().where + ": " +
                             made.error().what,
                         made.error().cure);
}

// A person whom AD gives no userPrincipalName has the one that Windows makes of sAMAccountName.
std::optional<std::string> upn_of_account_name(const Subject& subject, const Template& upn) {
    const auto account_name = subject.person.first("sAMAccountName");
    if (!subject.person.first("userPrincipalName").empty() || account_name.empty()) return std::nullopt;
    Attributes attributes = subject.person.attributes;
    attributes["userPrincipalName"] = {std::string(account_name) + "@" + subject.domain()};
    return upn.evaluate(attributes, subject.domain());
}

// The domains that the profile may give, whether a template, a row or AD chose this one.
bool domain_allowed(const Profile& profile, std::string_view domain) {
    const auto same = [&](std::string_view other) { return text::same_ignoring_case(domain, other); };
    return same(profile.domain) ||
           std::any_of(profile.allow.domains.begin(), profile.allow.domains.end(), same);
}

Result<std::string> planned_upn(const Subject& subject) {
    const std::string& text = subject.overrides.upn ? *subject.overrides.upn : subject.profile.upn;
    const auto upn = parsed(subject, text, "upn");
    if (!upn) return upn.error();
    auto value = upn->evaluate(subject.person.attributes, subject.domain());
    if (!value) value = upn_of_account_name(subject, *upn);
    if (!value)
        return subject.fault(FaultCode::template_empty,
                             "upn " + text::quoted(text) + " gives nothing for this person",
                             "Fill " + join(upn->attributes()) + " in AD, or change the template.");
    if (const auto wrong = what_is_wrong_with_upn(*value))
        return subject.fault(FaultCode::upn_invalid,
                             "the planned userPrincipalName " + text::quoted(*value) + ": " + *wrong,
                             "Correct " + join(upn->attributes()) + " in AD, or the upn template.");
    const std::string_view domain = std::string_view(*value).substr(value->find('@') + 1);
    if (!domain_allowed(subject.profile, domain))
        return subject.fault(FaultCode::upn_invalid,
                             "the planned userPrincipalName " + text::quoted(*value) +
                                 ": its domain is neither the profile's nor in allow.domains",
                             "Use {domain} in the upn template, or add the domain to allow.domains.");
    return std::move(*value);
}

// AD's mailNickname, else the left part of the planned UPN, else sAMAccountName. Blanks and forbidden signs
// are stripped; a letter with marks is not: that would be another name.
Result<std::string> planned_mail_nickname(const Subject& subject, std::string_view upn) {
    const std::pair<std::string_view, std::string_view> sources[] = {
        {"mailNickname", text::trim(subject.person.first("mailNickname"))},
        {"userPrincipalName", left_part(upn)},
        {"sAMAccountName", text::trim(subject.person.first("sAMAccountName"))}};
    const auto* const source =
        std::find_if(std::begin(sources), std::end(sources), [](const auto& s) { return !s.second.empty(); });
    const auto& chosen = source == std::end(sources) ? sources[0] : *source;
    // Names of their own: a lambda may not capture parts of a pair by theirs.
    const auto attribute = chosen.first;
    const auto value = chosen.second;
    const auto refused = [&](std::string_view why) {
        return subject.fault(
            FaultCode::mail_nickname_invalid,
            "no mailNickname can be made of " + std::string(attribute) + " " + text::quoted(value) + ": " +
                std::string(why),
            "Give the person a mailNickname in AD: at most 64 plain letters, digits, dots and "
            "hyphens.");
    };
    const auto is_plain = [](char c) { return static_cast<unsigned char>(c) < 0x7F && c >= 0x20; };
    if (!std::all_of(value.begin(), value.end(), is_plain))
        return refused("it has a letter that is not plain, or a control character");
    std::string nickname;
    std::copy_if(value.begin(), value.end(), std::back_inserter(nickname), fits_mail_nickname);
    if (nickname.empty()) return refused("nothing is left of it without blanks and forbidden characters");
    if (const auto wrong = what_is_wrong_with_mail_nickname(nickname)) return refused(*wrong);
    return nickname;
}

Result<std::string> planned_display_name(const Subject& subject) {
    const auto& property = *graph_property("displayName");
    auto own = template_of(subject.profile, property);
    // An account must have one: it cannot be left out.
    if (own.empty()) own = property.default_template;
    const auto name = parsed(subject, own, property.name);
    if (!name) return name.error();
    const auto value = name->evaluate(subject.person.attributes, subject.domain());
    const auto trimmed = value ? text::trim(*value) : std::string_view{};
    if (const auto wrong = what_is_wrong_with_display_name(trimmed))
        return subject.fault(
            FaultCode::display_name_invalid,
            "displayName " + text::quoted(trimmed) + ": " + *wrong,
            "Correct " + join(name->attributes()) + " in AD: 1 to 256 characters, no control characters.");
    return std::string(trimmed);
}

Result<std::string> planned_usage_location(const Subject& subject, bool needed) {
    const std::string& text =
        subject.overrides.usage_location ? *subject.overrides.usage_location : subject.profile.usage_location;
    const auto location = parsed(subject, text, "usage_location");
    if (!location) return location.error();
    const auto value = location->evaluate(subject.person.attributes, subject.domain());
    if (!value) {
        if (!needed) return std::string{};
        return subject.fault(
            FaultCode::usage_location_missing,
            "usage_location " + text::quoted(text) + " gives nothing for this person, and a licence needs it",
            "Fill " + join(location->attributes()) + " in AD, or set usage_location in the profile.");
    }
    std::string code = text::upper(text::trim(*value));
    if (text::is_country_code(code)) return code;
    return subject.fault(FaultCode::usage_location_invalid,
                         "the usage location " + text::quoted(*value) + " is no country code",
                         code == "UK" ? "Use GB, the code of the United Kingdom."
                                      : "Use two letters of ISO 3166, for example DE or GB.");
}

std::vector<LicenseWish> planned_licenses(const Subject& subject) {
    const auto& wishes = subject.profile.licenses;
    if (!subject.overrides.licenses) return wishes;
    std::vector<LicenseWish> planned;
    for (const auto& sku : *subject.overrides.licenses) {
        // A row names licences only; which of their plans are off stays the profile's choice.
        const auto wish = std::find_if(wishes.begin(), wishes.end(), [&](const LicenseWish& candidate) {
            return text::same_ignoring_case(candidate.sku, sku);
        });
        if (wish == wishes.end())
            planned.emplace_back().sku = sku;
        else
            planned.push_back(*wish);
    }
    return planned;
}

// A mailbox that an Exchange server of the company holds: user or linked mailbox, or a mailbox GUID without
// the kind. A remote mailbox (2147483648 and above) is in Exchange Online already.
bool has_mailbox_on_premises(const Person& person) {
    const auto kind = person.first("msExchRecipientTypeDetails");
    if (kind == "1" || kind == "2") return true;
    return kind.empty() && !person.first("msExchMailboxGuid").empty();
}

// Addresses to be added: none twice, and not the one that the account has anyway.
Result<std::vector<std::string>> planned_aliases(const Subject& subject, std::string_view upn) {
    std::vector<std::string> planned;
    for (const auto& text : subject.overrides.aliases.value_or(subject.profile.aliases)) {
        const auto alias = parsed(subject, text, "aliases");
        if (!alias) return alias.error();
        const auto value = alias->evaluate(subject.person.attributes, subject.domain());
        if (!value)
            return subject.fault(FaultCode::template_empty,
                                 "the alias " + text::quoted(text) + " gives nothing for this person",
                                 "Fill " + join(alias->attributes()) + " in AD, or change the template.");
        // The rules for names are those of addresses, and stricter.
        if (const auto wrong = what_is_wrong_with_upn(*value))
            return subject.fault(FaultCode::alias_domain,
                                 "the alias " + text::quoted(*value) + ": " + *wrong,
                                 "Correct " + join(alias->attributes()) + " in AD, or the alias's template.");
        const auto same = [&](std::string_view other) { return text::same_ignoring_case(*value, other); };
        if (!same(upn) && std::none_of(planned.begin(), planned.end(), same)) planned.push_back(*value);
    }
    return planned;
}

}  // namespace

Result<PlannedAccount> plan_account(const Profile& profile,
                                    const Overrides& overrides,
                                    const Person& person,
                                    const Anchor& anchor) {
    const Subject subject{profile, overrides, person};
    PlannedAccount plan;
    plan.licenses = planned_licenses(subject);
    plan.groups = overrides.groups.value_or(profile.groups);

    auto upn = planned_upn(subject);
    if (!upn) return upn.error();
    plan.user_principal_name = std::move(*upn);

    auto nickname = planned_mail_nickname(subject, plan.user_principal_name);
    if (!nickname) return nickname.error();
    plan.mail_nickname = std::move(*nickname);

    auto display_name = planned_display_name(subject);
    if (!display_name) return display_name.error();
    plan.display_name = std::move(*display_name);

    auto properties = mapped_properties(profile, person, subject.domain(), subject.where());
    if (!properties) return properties.error();
    plan.properties = std::move(*properties);

    auto location = planned_usage_location(subject, !plan.licenses.empty());
    if (!location) return location.error();
    plan.usage_location = std::move(*location);

    // Where userAccountControl cannot be read the verdict has refused the person; nobody is enabled by guess.
    plan.mailbox_on_premises = has_mailbox_on_premises(person);
    if (profile.manager) plan.manager = person.first("manager");
    auto aliases = planned_aliases(subject, plan.user_principal_name);
    if (!aliases) return aliases.error();
    plan.aliases = std::move(*aliases);
    if (overrides.litigation_hold.value_or(profile.litigation_hold.has_value()))
        plan.litigation_hold = profile.litigation_hold.value_or(LitigationHold{});
    plan.archive = overrides.archive.value_or(profile.archive);

    const auto control = user_account_control(person);
    plan.account_enabled = control && (*control & account_disabled_bit) == 0;
    plan.force_change = profile.force_change;
    plan.anchor = anchor;
    return plan;
}

}  // namespace uplift::profile
