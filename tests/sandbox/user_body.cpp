#include "tests/sandbox/user_body.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/user_rules.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

Refusal wrong_type(std::string_view edm_type) {
    return malformed("Cannot convert a primitive value to the expected type '" + std::string(edm_type) +
                     "'. See the inner exception for more details.");
}

const std::string& text_in(const json& value) {
    if (!value.is_string()) throw wrong_type("Edm.String");
    return value.get_ref<const std::string&>();
}

bool bool_in(const json& value) {
    if (!value.is_boolean()) throw wrong_type("Edm.Boolean");
    return value.get<bool>();
}

std::vector<std::string> texts_in(const json& value, std::string_view property) {
    if (!value.is_array()) throw wrong_type("Collection(Edm.String)");
    std::vector<std::string> result;
    for (const auto& entry : value) {
        const auto& text = text_in(entry);
        const auto length = utf16_length(text);
        if (!length || *length == 0) throw invalid_value(property, "User");
        if (*length > (property == "otherMails" ? 250u : 64u)) throw too_long(property, "User");
        result.push_back(text);
    }
    return result;
}

void clear_text(User& user, TextProperty property, BodyOf kind) {
    const bool needed = property == TextProperty::displayName ||
                        property == TextProperty::userPrincipalName || property == TextProperty::mailNickname;
    if (kind == BodyOf::creation && needed) throw missing_value(row_of(property).name, "User");
    // Graph: displayName and usageLocation cannot be cleared.
    if (needed || (kind == BodyOf::update && property == TextProperty::usageLocation))
        throw invalid_value(row_of(property).name, "User");
    user.clear(property);
}

void set_text(User& user, const TextPropertyRow& row, const json& value, BodyOf kind) {
    if (row.access == Access::read_only) throw read_only(row.name);
    if (value.is_null()) return clear_text(user, row.property, kind);
    const auto& text = text_in(value);
    check_text(row.property, text);
    user.set(row.property, text);
    if (row.property != TextProperty::mail) return;
    // Graph: setting mail puts the address among the proxy addresses, as the primary one.
    for (auto& address : user.proxy_addresses)
        if (address.starts_with("SMTP:")) address.replace(0, 5, "smtp:");
    std::erase_if(user.proxy_addresses,
                  [&](const auto& address) { return same_ignoring_case(without_prefix(address), text); });
    user.proxy_addresses.push_back("SMTP:" + text);
}

void set_extension_attributes(User& user, const json& value) {
    if (value.is_null()) {
        user.extension_attributes.clear();
        return;
    }
    if (!value.is_object()) throw wrong_type("microsoft.graph.onPremisesExtensionAttributes");
    for (const auto& [key, entry] : value.items()) {
        constexpr std::string_view prefix = "extensionAttribute";
        const std::string number = key.starts_with(prefix) ? key.substr(prefix.size()) : "";
        const int place = number.size() == 1 || number.size() == 2 ? std::atoi(number.c_str()) : 0;
        if (place < 1 || place > 15 || std::to_string(place) != number)
            throw unknown_property(key, "microsoft.graph.onPremisesExtensionAttributes");
        const auto position = static_cast<std::uint8_t>(place);
        std::erase_if(user.extension_attributes, [&](const auto& old) { return old.first == position; });
        if (entry.is_null()) continue;
        const auto& text = text_in(entry);
        const auto length = utf16_length(text);
        if (!length || *length == 0) throw invalid_value(key, "User");
        if (*length > 1024) throw too_long(key, "User");
        user.extension_attributes.emplace_back(position, text);
    }
}

PasswordProfile password_profile_in(const json& value) {
    if (!value.is_object()) throw wrong_type("microsoft.graph.passwordProfile");
    PasswordProfile profile;
    for (const auto& [key, entry] : value.items()) {
        if (key == "password") {
            profile.password = text_in(entry);
        } else if (key == "forceChangePasswordNextSignIn") {
            profile.force_change = bool_in(entry);
        } else if (key == "forceChangePasswordNextSignInWithMfa") {
            bool_in(entry);
        } else {
            throw unknown_property(key, "microsoft.graph.passwordProfile");
        }
    }
    return profile;
}

void set_other(UserChange& change, const std::string& key, const json& value) {
    User& user = change.user;
    if (key == "accountEnabled") {
        if (value.is_null()) throw invalid_value(key, "User");
        user.account_enabled = bool_in(value);
    } else if (key == "businessPhones") {
        user.business_phones = value.is_null() ? std::vector<std::string>() : texts_in(value, key);
        // Graph: one number, although it is a collection.
        if (user.business_phones.size() > 1) throw invalid_value(key, "User");
    } else if (key == "otherMails") {
        user.other_mails = value.is_null() ? std::vector<std::string>() : texts_in(value, key);
    } else if (key == "onPremisesExtensionAttributes") {
        set_extension_attributes(user, value);
    } else if (key == "passwordProfile") {
        if (!value.is_null()) change.password = password_profile_in(value);
    }
}

}  // namespace

UserChange read_user_body(const json& body, User user, BodyOf kind) {
    UserChange change{std::move(user), std::nullopt, std::nullopt};
    for (const auto& [key, value] : body.items()) {
        if (key == "manager@odata.bind" && kind == BodyOf::creation) {
            change.manager_url = text_in(value);
        } else if (key.starts_with('@')) {
            continue;  // control information such as @odata.type
        } else if (const auto* row = text_property_named(key)) {
            set_text(change.user, *row, value, kind);
        } else if (is_other_writable(key)) {
            set_other(change, key, value);
        } else if (is_other_property(key)) {
            throw read_only(key);
        } else {
            throw unknown_property(key, "microsoft.graph.user");
        }
    }
    return change;
}

void check_required(const json& body) {
    for (const char* key :
         {"accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"})
        if (!body.contains(key) || body.at(key).is_null()) throw missing_value(key, "User");
    const auto& profile = body.at("passwordProfile");
    if (profile.is_object() && (!profile.contains("password") || profile.at("password").is_null()))
        throw missing_value("passwordProfile", "User");
}

void check_domain(const Tenant& tenant, const User& user) {
    const auto upn = user.value(TextProperty::userPrincipalName);
    const Domain* domain = tenant.domain(upn.substr(upn.find('@') + 1));
    if (domain == nullptr || !domain->verified) throw unverified_domain();
    if (!domain->federated) return;
    if (tenant.settings.federated_create == FederatedCreate::refused) throw unverified_domain();
    if (user.get(TextProperty::onPremisesImmutableId) == nullptr)
        throw missing_value("onPremisesImmutableId", "User");
}

void check_password(const Tenant& tenant, const User& user, const std::string& password) {
    std::vector<std::string> banned = tenant.settings.banned_words;
    for (const char* common : {"password", "welcome", "qwerty", "letmein", "admin", "12345678"})
        banned.emplace_back(common);
    banned.push_back(tenant.name);
    for (const auto& domain : tenant.domains) banned.push_back(domain.name.substr(0, domain.name.find('.')));
    std::vector<std::string> names;
    for (const auto property : {TextProperty::givenName, TextProperty::surname})
        names.emplace_back(user.value(property));
    const auto upn = user.value(TextProperty::userPrincipalName);
    names.emplace_back(upn.substr(0, upn.find('@')));
    if (!is_complex_password(password) || is_banned_password(password, banned, names)) throw weak_password();
}

void check_unique(const Tenant& tenant, const User& user) {
    const auto& directory = tenant.directory;
    const auto other = [&](Key key, std::string_view value, Presence presence) -> std::optional<std::string> {
        const auto holder = directory.holder(key, value, presence);
        if (!holder || directory.truth(*holder).id == user.id) return std::nullopt;
        return "User_" + directory.truth(*holder).id;
    };
    const auto upn = user.value(TextProperty::userPrincipalName);
    if (const auto holder = other(Key::user_principal_name, upn, Presence::active))
        throw conflict("userPrincipalName", *holder);
    if (const auto* anchor = user.get(TextProperty::onPremisesImmutableId)) {
        if (const auto holder = other(Key::immutable_id, *anchor, Presence::active))
            throw conflict("onPremisesImmutableId", *holder);
        const auto in_bin = other(Key::immutable_id, *anchor, Presence::in_bin);
        if (tenant.settings.bin_blocks_anchor && in_bin) throw conflict("onPremisesImmutableId", *in_bin);
    }
    if (const auto holder = tenant.address_holder(upn, user.id)) throw conflict("proxyAddresses", *holder);
    for (const auto& address : user.proxy_addresses)
        if (const auto holder = tenant.address_holder(without_prefix(address), user.id))
            throw conflict("proxyAddresses", *holder);
}

}  // namespace uplift::sandbox
