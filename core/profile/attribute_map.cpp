#include "core/profile/attribute_map.hpp"

#include <algorithm>

#include "core/profile/template.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::profile {
namespace {

// AD: extensionAttribute1 to 15 take 1,024 characters and more; Graph 1,024.
constexpr std::size_t max_extension = 1'024;

constexpr GraphProperty properties[] = {{"displayName", "{displayName|cn}", 256},
                                        {"givenName", "{givenName}", 64},
                                        {"surname", "{sn}", 64},
                                        {"jobTitle", "{title}", 128},
                                        {"department", "{department}", 64},
                                        {"companyName", "{company}", 64},
                                        {"businessPhones", "{telephoneNumber}", 64},
                                        {"mobilePhone", "{mobile}", 64},
                                        {"faxNumber", "{facsimileTelephoneNumber}", 64},
                                        {"officeLocation", "{physicalDeliveryOfficeName}", 128},
                                        {"streetAddress", "{streetAddress}", 1'024},
                                        {"city", "{l}", 128},
                                        {"state", "{st}", 128},
                                        {"postalCode", "{postalCode}", 40},
                                        {"country", "{co|c}", 128},
                                        {"employeeId", "{employeeID}", 16},
                                        {"employeeType", "{employeeType}", 256},
                                        {"preferredLanguage", "{preferredLanguage}", 64},
                                        {"extensionAttribute1", "{extensionAttribute1}", max_extension},
                                        {"extensionAttribute2", "{extensionAttribute2}", max_extension},
                                        {"extensionAttribute3", "{extensionAttribute3}", max_extension},
                                        {"extensionAttribute4", "{extensionAttribute4}", max_extension},
                                        {"extensionAttribute5", "{extensionAttribute5}", max_extension},
                                        {"extensionAttribute6", "{extensionAttribute6}", max_extension},
                                        {"extensionAttribute7", "{extensionAttribute7}", max_extension},
                                        {"extensionAttribute8", "{extensionAttribute8}", max_extension},
                                        {"extensionAttribute9", "{extensionAttribute9}", max_extension},
                                        {"extensionAttribute10", "{extensionAttribute10}", max_extension},
                                        {"extensionAttribute11", "{extensionAttribute11}", max_extension},
                                        {"extensionAttribute12", "{extensionAttribute12}", max_extension},
                                        {"extensionAttribute13", "{extensionAttribute13}", max_extension},
                                        {"extensionAttribute14", "{extensionAttribute14}", max_extension},
                                        {"extensionAttribute15", "{extensionAttribute15}", max_extension}};

std::string joined(const std::vector<std::string>& names) {
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
    return list;
}

}  // namespace

std::span<const GraphProperty> graph_properties() { return properties; }

const GraphProperty* graph_property(std::string_view name) {
    const auto* found = std::find_if(std::begin(properties), std::end(properties), [&](const auto& property) {
        return property.name == name;
    });
    return found == std::end(properties) ? nullptr : found;
}

std::string_view template_of(const Profile& profile, const GraphProperty& property) {
    const auto own = profile.attributes.find(std::string(property.name));
    return own == profile.attributes.end() ? property.default_template : std::string_view(own->second);
}

std::optional<std::string> what_is_wrong_with_property(const GraphProperty& property,
                                                       std::string_view value) {
    const bool may_have_lines = property.name == "streetAddress";
    std::size_t units = 0;
    for (std::size_t at = 0; at < value.size();) {
        const auto point = text::code_point_at(value, at);
        if (!point.valid) return "it is not valid UTF-8";
        const bool line_end = point.value == '\r' || point.value == '\n';
        if (text::is_unseen(point.value) && !(line_end && may_have_lines))
            return "it has a control or unseen character";
        units += point.value > 0xFFFF ? 2 : 1;
        at += point.length;
    }
    if (units > property.max)
        return "it has " + std::to_string(units) + " characters, Microsoft 365 takes " +
               std::to_string(property.max);
    return std::nullopt;
}

Result<std::vector<std::pair<std::string, std::string>>> mapped_properties(const Profile& profile,
                                                                           const Person& person,
                                                                           std::string_view domain,
                                                                           const std::string& where) {
    std::vector<std::pair<std::string, std::string>> mapped;
    for (const auto& property : properties) {
        const auto text = template_of(profile, property);
        if (text.empty() || property.name == "displayName") continue;
        const auto parsed = Template::parse(text);
        if (!parsed)
            return Fault{FaultCode::template_syntax,
                         where,
                         std::string(property.name) + " " + text::quoted(text) + ", " + parsed.error().where +
                             ": " + parsed.error().what,
                         parsed.error().cure};
        const auto value = parsed->evaluate(person.attributes, domain);
        const auto trimmed = value ? text::trim(*value) : std::string_view{};
        if (trimmed.empty()) continue;
        if (const auto wrong = what_is_wrong_with_property(property, trimmed))
            return Fault{
                FaultCode::property_invalid,
                where,
                std::string(property.name) + " " + text::quoted(trimmed.substr(0, 100)) + ": " + *wrong,
                "Correct " + joined(parsed->attributes()) + " in AD, or change attributes." +
                    std::string(property.name) + " of the profile (\"\" leaves it out)."};
        mapped.emplace_back(property.name, trimmed);
    }
    return mapped;
}

}  // namespace uplift::profile
