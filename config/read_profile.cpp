#include <algorithm>
#include <array>
#include <utility>

#include "config/sections.hpp"
#include "config/shapes.hpp"
#include "core/profile/attribute_map.hpp"
#include "core/profile/limits.hpp"
#include "core/profile/password_rule.hpp"
#include "core/profile/template.hpp"
#include "core/text/countries.hpp"
#include "core/text/utf8.hpp"

namespace uplift::config {
namespace {

constexpr std::array<std::pair<std::string_view, PasswordMode>, 2> password_modes{
    {{"random", PasswordMode::random}, {"typed", PasswordMode::typed}}};
constexpr std::array<std::pair<std::string_view, DisabledAccounts>, 2> disabled_words{
    {{"skip", DisabledAccounts::skip}, {"include", DisabledAccounts::include}}};
constexpr std::array<std::pair<std::string_view, Existing>, 2> existing_words{
    {{"fail", Existing::fail}, {"adopt", Existing::adopt}}};
constexpr std::array<std::pair<std::string_view, Seats>, 3> seats_words{
    {{"wait", Seats::wait}, {"fail", Seats::fail}, {"create-unlicensed", Seats::create_unlicensed}}};

// The columns of a job file that override the profile.
constexpr std::array<std::string_view, 8> override_columns{
    "domain", "upn", "usageLocation", "licenses", "groups", "aliases", "litigationHold", "archive"};

// Parses a template; a fault stands at the place of the value and names the character in it.
std::optional<profile::Template> checked_template(Section& section,
                                                  const Place& place,
                                                  std::string_view key,
                                                  std::string_view text) {
    auto parsed = profile::Template::parse(text);
    if (parsed) return std::move(*parsed);
    section.findings().fault(place,
                             parsed.error().code,
                             section.name_of(key) + " " + text::quoted(text) + ", " + parsed.error().where +
                                 ": " + parsed.error().what,
                             parsed.error().cure);
    return std::nullopt;
}

void check_domain(Section& section, const Place& place, std::string_view key, std::string_view domain) {
    if (!profile::is_domain_name(domain))
        section.bad_value(place,
                          key,
                          text::quoted(domain) + " is no domain",
                          "Write it like \"contoso.com\": at most 48 letters, digits, dots and hyphens.");
}

void read_names(Section& section, Profile& profile) {
    section.require("directory", "Add directory = \"NAME\" of a [directory.NAME].");
    profile.directory = DirectoryName{section.text("directory").value_or("")};
    section.require("tenant", "Add tenant = \"NAME\" of a [tenant.NAME].");
    profile.tenant = TenantName{section.text("tenant").value_or("")};
    section.require("domain", "Add domain = \"contoso.com\": the domain of the new accounts.");
    if (const auto domain = section.text("domain")) {
        profile.domain = *domain;
        check_domain(section, section.place_of("domain"), "domain", *domain);
    }
    if (const auto upn = section.text("upn")) {
        profile.upn = *upn;
        const auto parsed = checked_template(section, section.place_of("upn"), "upn", *upn);
        if (parsed && parsed->attributes().empty())
            section.bad_value("upn",
                              "names no attribute: everybody would get " + text::quoted(*upn),
                              "Name one, for example \"{userPrincipalName|local_part|lower}@{domain}\".");
    }
    if (const auto location = section.text("usage_location")) {
        profile.usage_location = *location;
        const auto parsed =
            checked_template(section, section.place_of("usage_location"), "usage_location", *location);
        if (parsed && parsed->attributes().empty() && !text::is_country_code(*location))
            section.bad_value("usage_location",
                              text::quoted(*location) + " is no country code",
                              *location == "UK" ? "Write \"GB\", the code of the United Kingdom."
                                                : "Write two capitals of ISO 3166, for example \"DE\".");
    }
}

std::optional<SecretRef> read_password(Section& section, Profile& profile) {
    auto table = section.table("password");
    if (!table) return std::nullopt;
    auto& rule = profile.password;
    rule.mode = table->word<PasswordMode>("mode", password_modes).value_or(PasswordMode::random);
    rule.length = static_cast<unsigned>(
        table->number("length", {.least = profile::min_random_password, .most = profile::max_password})
            .value_or(rule.length));
    rule.classes =
        static_cast<unsigned>(table->number("classes", {.least = 3, .most = 4}).value_or(rule.classes));
    // exclude = "" is a choice: everything may be drawn.
    if (const auto* entry = table->find("exclude")) {
        const auto* text = std::get_if<std::string>(&entry->node.value);
        if (text != nullptr && text->empty())
            rule.exclude.clear();
        else
            rule.exclude = table->text("exclude").value_or(rule.exclude);
    }
    if (const auto checked = profile::check_rule(rule); !checked)
        table->bad_value(table->has("exclude") ? "exclude" : "length",
                         "does not work: " + checked.error().what,
                         checked.error().cure);
    const auto typed = table->secret("value");
    if (typed && rule.mode != PasswordMode::typed)
        table->bad_value(
            "value", "stands beside mode = \"random\"", "Set mode = \"typed\", or remove the value.");
    table->finish();
    return typed;
}

void read_licenses(Section& section, Profile& profile) {
    for (auto& table : section.tables("licenses")) {
        LicenseWish wish;
        table.require("sku", "Add sku = \"SPE_E3\": part number, GUID or product name.");
        wish.sku = table.text("sku").value_or("");
        wish.disabled_plans = table.plain_texts("disabled_plans").value_or(std::vector<std::string>{});
        wish.enabled_plans = table.plain_texts("enabled_plans");
        if (table.has("disabled_plans") && table.has("enabled_plans"))
            table.bad_value("enabled_plans",
                            "stands beside disabled_plans",
                            "Keep one of the two: enabled_plans disables all others.");
        table.finish();
        const auto same = [&](const LicenseWish& other) {
            return text::same_ignoring_case(other.sku, wish.sku);
        };
        if (!wish.sku.empty() && std::any_of(profile.licenses.begin(), profile.licenses.end(), same))
            table.bad_value("sku", "names " + text::quoted(wish.sku) + " twice", "Remove one of the two.");
        profile.licenses.push_back(std::move(wish));
    }
}

// AC-50: no wildcards, each name stands there.
void read_written_out(Section& table, std::string_view key, std::vector<std::string>& names) {
    for (auto& name : table.texts(key).value_or(std::vector<PlacedText>{})) {
        if (name.text == "*") table.bad_value(name.place, key, "has a wildcard", "Write out each name.");
        names.push_back(std::move(name.text));
    }
}

void read_allow(Section& section, Profile& profile) {
    auto table = section.table("allow");
    if (!table) return;
    auto& allow = profile.allow;
    for (const auto& column : table->texts("columns").value_or(std::vector<PlacedText>{})) {
        if (std::find(override_columns.begin(), override_columns.end(), column.text) ==
            override_columns.end())
            table->not_one_of(column.place, "columns", column.text, override_columns);
        allow.columns.push_back(column.text);
    }
    read_written_out(*table, "licenses", allow.licenses);
    read_written_out(*table, "groups", allow.groups);
    for (const auto& domain : table->texts("domains").value_or(std::vector<PlacedText>{})) {
        check_domain(*table, domain.place, "domains", domain.text);
        allow.domains.push_back(domain.text);
    }
    for (const auto& ou : table->texts("ous").value_or(std::vector<PlacedText>{})) {
        if (!is_dn(ou.text))
            table->bad_value(ou.place,
                             "ous",
                             "has " + text::quoted(ou.text) + ", which is no distinguished name",
                             "Write it like \"OU=Staff,DC=corp,DC=example,DC=com\".");
        allow.ous.push_back(ou.text);
    }
    table->finish();
}

void read_hold(Section& section, Profile& profile) {
    auto table = section.table("litigation_hold");
    if (!table) return;
    const bool enabled = table->flag("enabled").value_or(false);
    table->require("enabled", "Add enabled = true or false.");
    LitigationHold hold;
    hold.duration_days = table->number("duration_days", {.least = 1, .most = 36'500});
    hold.comment = table->text("comment").value_or("");
    if (const auto url = table->text("url")) {
        hold.url = *url;
        const auto parsed = parse_url(*url);
        if (!parsed || (parsed->scheme != "https" && parsed->scheme != "http"))
            table->bad_value("url", text::quoted(*url) + " is no URL", "Write \"https://HOST/PATH\".");
    }
    table->finish();
    if (!enabled) return;
    profile.litigation_hold = std::move(hold);
}

// What is done once the account is licensed: the manager, and what Exchange Online does to the mailbox.
void read_afterwards(Section& section, Profile& profile) {
    profile.manager = section.flag("manager").value_or(false);
    for (const auto& alias : section.texts("aliases").value_or(std::vector<PlacedText>{})) {
        const auto parsed = checked_template(section, alias.place, "aliases", alias.text);
        if (parsed && alias.text.find('@') == std::string::npos)
            section.bad_value(alias.place,
                              "aliases",
                              "has " + text::quoted(alias.text) + " without an @",
                              "Write a whole address, for example \"{givenName|ascii|lower}@contoso.com\".");
        profile.aliases.push_back(alias.text);
    }
    read_hold(section, profile);
    profile.archive = section.flag("archive").value_or(false);
}

void read_attributes(Section& section, Profile& profile) {
    if (auto attributes = section.table("attributes")) {
        for (const auto& known : profile::graph_properties()) {
            const auto property = known.name;
            const auto* entry = attributes->find(property);
            if (entry == nullptr) continue;
            const auto* value = std::get_if<std::string>(&entry->node.value);
            const bool left_out = value != nullptr && value->empty();
            if (left_out && property == "displayName") {
                attributes->bad_value(property,
                                      "cannot be left out: every account has one",
                                      "Write a template, or remove the key for the default one.");
                continue;
            }
            const auto text = left_out ? std::optional<std::string>{""} : attributes->text(property);
            if (!text) continue;
            if (!left_out) checked_template(*attributes, entry->node.place, property, *text);
            profile.attributes.emplace(property, *text);
        }
        attributes->finish();
    }
}

}  // namespace

ReadProfile read_profile(Section section, const std::string& name) {
    ReadProfile read;
    auto& profile = read.profile;
    profile.name = ProfileName{name};
    read_names(section, profile);
    read.typed_password = read_password(section, profile);
    profile.force_change = section.flag("force_change").value_or(true);
    read_licenses(section, profile);
    profile.groups = section.plain_texts("groups").value_or(std::vector<std::string>{});
    profile.disabled_accounts =
        section.word<DisabledAccounts>("disabled_accounts", disabled_words).value_or(DisabledAccounts::skip);
    profile.existing = section.word<Existing>("existing", existing_words).value_or(Existing::fail);
    profile.seats = section.word<Seats>("seats", seats_words).value_or(Seats::wait);
    read_allow(section, profile);
    read_attributes(section, profile);
    read_afterwards(section, profile);
    section.finish();
    return read;
}

}  // namespace uplift::config
