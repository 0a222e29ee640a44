#include "tests/sandbox/refusal.hpp"

#include <nlohmann/json.hpp>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

Refusal one_property(std::string message, std::string code, std::string_view property) {
    RefusalDetail detail{std::move(code), message, std::string(property)};
    return bad_request(std::move(message), std::move(detail));
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

nlohmann::json envelope_of(const Refusal& refusal, const RequestIds& ids, TimePoint now) {
    nlohmann::json error = {
        {"code", refusal.code},
        {"message", refusal.message},
        {"innerError",
         {{"date", utc_without_zone(now)},
          {"request-id", ids.request_id},
          {"client-request-id", ids.client_request_id}}},
    };
    for (const auto& detail : refusal.details) {
        nlohmann::json entry = {{"code", detail.code}, {"message", detail.message}};
        if (!detail.target.empty()) entry["target"] = detail.target;
        error["details"].push_back(std::move(entry));
    }
    nlohmann::json envelope;
    envelope["error"] = std::move(error);
    return envelope;
}

Refusal bad_request(std::string message) { return {400, "Request_BadRequest", std::move(message), {}, {}}; }

Refusal bad_request(std::string message, RefusalDetail detail) {
    Refusal refusal = bad_request(std::move(message));
    refusal.details.push_back(std::move(detail));
    return refusal;
}

Refusal malformed(std::string message) { return {400, "BadRequest", std::move(message), {}, {}}; }

Refusal unsupported_query(std::string message) {
    return {400, "Request_UnsupportedQuery", std::move(message), {}, {}};
}

Refusal unsupported_filter(std::string_view property, std::string_view resource) {
    return unsupported_query("Unsupported or invalid query filter clause specified for property " +
                             quoted(property) + " of resource " + quoted(resource) + ".");
}

Refusal not_found(std::string_view what) {
    return {404,
            "Request_ResourceNotFound",
            "Resource " + quoted(what) +
                " does not exist or one of its queried reference-property objects are not present.",
            {},
            {}};
}

Refusal denied() {
    return {403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.", {}, {}};
}

Refusal invalid_token(std::string message) {
    return {401,
            "InvalidAuthenticationToken",
            std::move(message),
            {},
            {{"WWW-Authenticate", "Bearer realm=\"\""}}};
}

Refusal missing_value(std::string_view property, std::string_view resource) {
    return one_property(
        "A value is required for property " + quoted(property) + " of resource " + quoted(resource) + ".",
        "PropertyRequired",
        property);
}

Refusal invalid_value(std::string_view property, std::string_view resource) {
    return one_property(
        "Invalid value specified for property " + quoted(property) + " of resource " + quoted(resource) + ".",
        "InvalidValue",
        property);
}

Refusal too_long(std::string_view property, std::string_view resource) {
    return one_property(
        "Invalid value specified for property " + quoted(property) + " of resource " + quoted(resource) + ".",
        "InvalidLength",
        property);
}

Refusal read_only(std::string_view property) {
    return bad_request("Property " + quoted(property) + " is read-only and cannot be set.");
}

Refusal unknown_property(std::string_view property, std::string_view type) {
    return bad_request("The property " + quoted(property) + " does not exist on type " + quoted(type) +
                       ". Make sure to only use property names that are defined by the type or mark the "
                       "type as open type.");
}

Refusal conflict(std::string_view property, std::string_view holder) {
    const std::string message =
        "Another object with the same value for property " + std::string(property) + " already exists.";
    Refusal refusal = bad_request(message);
    refusal.details.push_back({"ObjectConflict", message, std::string(property)});
    refusal.details.push_back({"ConflictingObjects", message, std::string(holder)});
    return refusal;
}

Refusal unverified_domain() {
    return one_property(
        "The domain portion of the userPrincipalName property is invalid. You must use one of the "
        "verified domain names in your organization.",
        "InvalidValue",
        "userPrincipalName");
}

Refusal bad_user_principal_name() {
    return one_property("Property userPrincipalName is invalid.", "InvalidValue", "userPrincipalName");
}

Refusal weak_password() {
    return bad_request(
        "The specified password does not comply with password complexity requirements. Please provide a "
        "different password.");
}

Refusal synced_object() {
    return bad_request(
        "Unable to update the specified properties for on-premises mastered Directory Sync objects or "
        "objects currently undergoing migration.");
}

}  // namespace uplift::sandbox
