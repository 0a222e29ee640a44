#include "core/graph/reply.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/retry_after.hpp"
#include "core/model/guid.hpp"

namespace uplift::graph {
namespace {

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

bool same(std::string_view a, std::string_view b) { return lowered(a) == lowered(b); }

// A code or a property name of the service, fit to be shown.
bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char letter) {
        return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
               (letter >= '0' && letter <= '9') || letter == '_' || letter == '.' || letter == '-';
    });
}

// An error of Graph, taken apart.
struct GraphError {
    unsigned status = 0;
    std::string code;
    std::string request_id;
    std::string message;                // lower case; matched, never shown
    std::vector<std::string> codes;     // of the details
    std::optional<std::string> target;  // property of the first detail that names one
    std::optional<ObjectId> holder;

    [[nodiscard]] bool says(std::string_view part) const { return message.find(part) != std::string::npos; }
    [[nodiscard]] bool has_detail(std::string_view wanted) const {
        return std::find(codes.begin(), codes.end(), wanted) != codes.end();
    }
};

// ConflictingObjects: User_8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10
std::optional<ObjectId> holder_in(std::string_view target) {
    const auto bar = target.find('_');
    if (bar == std::string_view::npos || !is_guid_text(target.substr(bar + 1))) return std::nullopt;
    return ObjectId{lowered(target.substr(bar + 1))};
}

void read_details(const json::Value& error, GraphError& out) {
    const auto* details = error.find("details");
    if (details == nullptr) return;
    for (const auto& detail : details->items()) {
        const auto code = detail.get_string("code").value_or("");
        const auto target = detail.get_string("target").value_or("");
        out.codes.emplace_back(code);
        if (const auto holder = holder_in(target))
            out.holder = holder;
        else if (!out.target && is_word(target))
            out.target = std::string(target);
    }
}

std::string request_id_of(const http::Reply& reply, const json::Value* error) {
    if (const auto id = reply.header("request-id"); id && is_guid_text(*id)) return std::string(*id);
    if (error == nullptr) return "";
    for (const auto* spelling : {"innerError", "innererror"})
        if (const auto* inner = error->find(spelling))
            if (const auto id = inner->get_string("request-id"); id && is_guid_text(*id))
                return std::string(*id);
    return "";
}

Result<json::Value> parsed(std::string_view body) {
    return json::parse(body,
                       json::Reading{.where = "reply of Microsoft Graph",
                                     .code = FaultCode::tenant_reply,
                                     .max_bytes = http::list_reply_bytes});
}

std::optional<GraphError> error_in(const http::Reply& reply) {
    if (!reply.is_json()) return std::nullopt;
    const auto body = parsed(reply.body);
    const auto* error = body ? body->find("error") : nullptr;
    if (error == nullptr) return std::nullopt;
    const auto code = error->get_string("code");
    if (!code) return std::nullopt;
    GraphError out;
    out.status = reply.status;
    out.code = is_word(*code) ? std::string(*code) : "";
    out.request_id = request_id_of(reply, error);
    out.message = lowered(error->get_string("message").value_or(""));
    read_details(*error, out);
    return out;
}

std::string named(const GraphError& error) {
    std::string out = error.code.empty() ? "status " + std::to_string(error.status) : error.code;
    if (error.target) out += ", " + *error.target;
    if (!error.request_id.empty()) out += ", request " + error.request_id;
    return out;
}

Refused refused(Call call, FaultCode code, const GraphError& error, std::string cure = "") {
    return Refused{
        .code = code,
        .what = "Microsoft 365 refuses " + std::string(entry_of(call).doing) + " (" + named(error) + ")",
        .cure = cure.empty() ? std::string(entry_of(code).cure) : std::move(cure)};
}

// ---- refusals, call by call -----------------------------------------------------------------------------

bool is_conflict(const GraphError& error) {
    return error.has_detail("ObjectConflict") || error.has_detail("ConflictingObjects") ||
           error.code == "Request_MultipleObjectsWithSameKeyValue" ||
           // Without details only the message tells.
           error.says("another object with the same value for property") ||
           error.says("a conflicting object with one or more of the specified property values");
}

Conflict conflict_of(const GraphError& error) {
    constexpr std::array<std::string_view, 3> properties{
        "userPrincipalName", "onPremisesImmutableId", "proxyAddresses"};
    std::string property = error.target.value_or("");
    if (property.empty())
        for (const auto one : properties)
            if (error.says("for property " + lowered(one))) property = one;
    return Conflict{.holder = error.holder, .property = std::move(property)};
}

FaultCode refusal_of_property(std::string_view property) {
    if (same(property, "userPrincipalName")) return FaultCode::upn_invalid;
    if (same(property, "mailNickname")) return FaultCode::mail_nickname_invalid;
    if (same(property, "displayName")) return FaultCode::display_name_invalid;
    if (same(property, "usageLocation")) return FaultCode::usage_location_invalid;
    if (lowered(property).starts_with("password")) return FaultCode::password_refused;
    return FaultCode::account_refused;
}

Outcome<json::Value> refused_create(const GraphError& error) {
    constexpr auto call = Call::create_user;
    // The name exists as another kind of identity.
    if (error.says("property netid is invalid"))
        return Conflict{.holder = {}, .property = "userPrincipalName"};
    if (error.has_detail("PasswordProfile") || error.says("specified password does not comply"))
        return refused(call, FaultCode::password_refused, error);
    if (error.says("domain portion of the userprincipalname"))
        return refused(call, FaultCode::domain_not_verified, error);
    if (error.target) return refused(call, refusal_of_property(*error.target), error);
    if (error.says("property userprincipalname is invalid"))
        return refused(call, FaultCode::upn_invalid, error);
    return refused(call, FaultCode::account_refused, error);
}

Outcome<json::Value> refused_change(Call call, const GraphError& error) {
    if (error.says("on-premises mastered") || error.says("originated within an external service"))
        return refused(call,
                       FaultCode::account_refused,
                       error,
                       "The account is managed elsewhere: change it there; then `upliftctl job retry`.");
    if (error.target) return refused(call, refusal_of_property(*error.target), error);
    return refused(call, FaultCode::account_refused, error);
}

Outcome<json::Value> refused_license(Call call, const GraphError& error) {
    // Right after it was set the service may not see it yet: the step decides by age.
    if (error.says("invalid usage location")) return NotYet{.what = "usage location"};
    if (error.says("does not have any available licenses")) return refused(call, FaultCode::no_seats, error);
    if (error.says("duplicate") && error.says("service plan"))
        return refused(call, FaultCode::license_duplicate_plan, error);
    if (error.says("depends on the service plan")) return refused(call, FaultCode::license_dependency, error);
    if (error.says("mutually exclusive") || error.says("conflicts with service plan"))
        return refused(call, FaultCode::license_exclusive, error);
    if (error.says("usage location") && (error.says("not allowed") || error.says("prohibited")))
        return refused(call, FaultCode::license_location, error);
    if (error.says("does not correspond to a valid company license"))
        return refused(call, FaultCode::sku_unknown, error);
    return refused(call, FaultCode::license_refused, error);
}

Outcome<json::Value> refused_license_removal(const GraphError& error) {
    constexpr auto call = Call::remove_licenses;
    if (error.says("does not have a corresponding license")) return Done<json::Value>{};
    if (error.says("inherited from a group"))
        return refused(call,
                       FaultCode::license_refused,
                       error,
                       "A group gives the licence: take the account out of the group that does.");
    return refused_license(call, error);
}

Outcome<json::Value> refused_member(Call call, const GraphError& error) {
    if (error.says("added object references already exist") ||
        error.says("removed object references do not exist"))
        return Done<json::Value>{};
    if (error.says("mail-enabled security groups"))
        return refused(call, FaultCode::group_mail_enabled, error);
    if (error.says("on-premises mastered")) return refused(call, FaultCode::group_synced, error);
    if (error.says("dynamic")) return refused(call, FaultCode::group_dynamic, error);
    return refused(call, FaultCode::group_refused, error);
}

Outcome<json::Value> forbidden(Call call, const GraphError& error) {
    const auto& entry = entry_of(call);
    if (error.code == "Authorization_IdentityNotFound")
        return Unauthorized{
            .code = FaultCode::tenant_credentials,
            .what = "Microsoft 365 does not know the app (" + named(error) + ")",
            .cure = "Check client_id and tenant id, and that the app is consented in the tenant."};
    if (error.code == "Directory_QuotaExceeded")
        return refused(
            call,
            entry.refused,
            error,
            "A quota of the tenant is used up: remove what is not needed or ask Microsoft for more; "
            "then `upliftctl job retry`.");
    // Also said where the target holds an admin role or the group can be given one.
    const bool of_group = call == Call::add_member || call == Call::remove_member;
    if (of_group && error.says("dynamic")) return refused(call, FaultCode::group_dynamic, error);
    auto out = refused(call,
                       FaultCode::tenant_permission,
                       error,
                       "Grant the app " + std::string(entry.permission) + " and consent to it");
    if (entry.write && entry.by_id) out.cure += "; people and groups with admin roles are done by hand";
    out.cure += ".";
    return out;
}

// A DELETE: what is not there needs none.
bool takes_away(Call call) {
    return call == Call::remove_member || call == Call::remove_manager || call == Call::delete_user;
}

// A complete reply of the service: it was not applied.
Outcome<json::Value> definite(Call call, const GraphError& error) {
    const auto& entry = entry_of(call);
    if (error.status == 403) return forbidden(call, error);
    if (entry.write && is_conflict(error)) return conflict_of(error);
    if (error.status == 409)
        return call == Call::create_user ? Outcome<json::Value>(conflict_of(error))
                                         : NotYet{.what = "another change of the same object is under way"};
    const bool not_there = error.status == 404 || error.code == "Request_ResourceNotFound" ||
                           error.says("queried reference-property objects are not present");
    if (not_there && takes_away(call)) return Done<json::Value>{};
    if (entry.by_id && not_there) return NotYet{.what = "the object that was named"};
    switch (call) {
        case Call::create_user:
            return refused_create(error);
        case Call::set_usage_location:
        case Call::set_anchor:
        case Call::set_properties:
        case Call::set_manager:
        case Call::remove_manager:
        case Call::delete_user:
        case Call::restore_user:
            return refused_change(call, error);
        case Call::assign_licenses:
            return refused_license(call, error);
        case Call::remove_licenses:
            return refused_license_removal(error);
        case Call::add_member:
        case Call::remove_member:
            return refused_member(call, error);
        default:
            return refused(call, entry.refused, error);
    }
}

// ---- what is no answer ----------------------------------------------------------------------------------

Outcome<json::Value> no_answer(Call call, std::string why, FaultCode code) {
    why = std::string(entry_of(call).doing) + ": " + why;
    if (entry_of(call).write) return Unknown{.why = std::move(why)};
    return NotSent{.why = std::move(why), .code = code};
}

Outcome<json::Value> understood_failure(Call call, const http::Failure& failure) {
    using http::FailureKind;
    if (failure.kind == FailureKind::tls_verify)
        return Unauthorized{
            .code = FaultCode::tenant_tls,
            .what = failure.text,
            .cure = "Check the clock, the proxy between Uplift and Microsoft 365, and ca_file."};
    if (failure.kind == FailureKind::bad_request)
        return Refused{
            .code = entry_of(call).refused,
            .what = "the request was not sent: an id in it is none, or it has control characters",
            .cure = "Look at the person's row and account in Microsoft 365; then `upliftctl job retry`."};
    const bool ours = failure.kind == FailureKind::malformed || failure.kind == FailureKind::too_large;
    const auto code = failure.kind == FailureKind::tls     ? FaultCode::tenant_tls
                      : failure.kind == FailureKind::proxy ? FaultCode::tenant_proxy
                      : ours                               ? FaultCode::tenant_reply
                                                           : FaultCode::tenant_unreachable;
    if (failure.phase == http::Phase::not_sent) return NotSent{.why = failure.text, .code = code};
    return no_answer(call, failure.text, code);
}

Outcome<json::Value> understood_success(Call call, const http::Reply& reply) {
    const bool create = call == Call::create_user;
    if (reply.status == 204 && entry_of(call).write && !create) return Done<json::Value>{};
    if (reply.status != (create ? 201U : 200U))
        return no_answer(call, "unexpected status " + std::to_string(reply.status), FaultCode::tenant_reply);
    // A proxy's page is no answer of Graph.
    if (!reply.is_json()) return no_answer(call, "the reply is not JSON", FaultCode::tenant_reply);
    auto body = parsed(reply.body);
    if (!body || !body->is_object())
        return no_answer(call, "the reply is not understood", FaultCode::tenant_reply);
    return Done<json::Value>{std::move(*body)};
}

std::string said_by(const http::Reply& reply) {
    auto out = "status " + std::to_string(reply.status);
    if (const auto id = request_id_of(reply, nullptr); !id.empty()) out += ", request " + id;
    return out;
}

Outcome<json::Value> understood_reply(Call call, const http::Reply& reply, const Moment& moment) {
    const auto told = http::retry_after(reply.header("Retry-After"), moment.now);
    const auto status = reply.status;
    if (status == 429) return Throttled{.until = moment.now + (told ? told->wait : moment.wait_when_untold)};
    if (status >= 200 && status < 300) return understood_success(call, reply);
    if (status >= 300 && status < 400)
        return Refused{
            .code = FaultCode::tenant_reply,
            .what = "Microsoft 365 answers with a redirect (" + said_by(reply) + "); it is not followed",
            .cure = "Look at the proxy between Uplift and Microsoft 365, and at `endpoints`."};
    if (status == 401)
        return Unauthorized{.code = FaultCode::tenant_credentials,
                            .what = "Microsoft 365 does not take the app's token (" + said_by(reply) + ")",
                            .cure = "Check the app in the tenant, and this machine's clock."};
    if (status >= 400 && status < 500 && status != 408)
        if (const auto error = error_in(reply)) return definite(call, *error);
    if (!entry_of(call).write && told) return Throttled{.until = moment.now + told->wait};
    return no_answer(
        call, said_by(reply), status >= 500 ? FaultCode::tenant_unreachable : FaultCode::tenant_reply);
}

}  // namespace

Outcome<json::Value> understood(Call call, const http::Exchange& exchange, const Moment& moment) {
    if (const auto* failure = std::get_if<http::Failure>(&exchange))
        return understood_failure(call, *failure);
    return understood_reply(call, std::get<http::Reply>(exchange), moment);
}

Outcome<ObjectId> created(const Outcome<json::Value>& outcome, const PlannedAccount& plan) {
    const auto* body = done_value(outcome);
    if (body == nullptr) return without_value<ObjectId>(outcome);
    const auto alarm = [](std::string_view what) {
        return Unknown{.why = "ALARM: the reply to a create " + std::string(what)};
    };
    const auto id = body->get_string("id");
    if (!id || !is_guid_text(*id)) return alarm("has no id");
    const auto upn = body->get_string("userPrincipalName");
    if (!upn) return alarm("does not show whose account it is");
    if (!same(*upn, plan.user_principal_name)) return alarm("shows another userPrincipalName");
    const auto* anchor = body->find("onPremisesImmutableId");
    if (anchor != nullptr && !anchor->is_null() && anchor->as_string() != plan.anchor.text())
        return alarm("shows another onPremisesImmutableId");
    return Done<ObjectId>{ObjectId{lowered(*id)}};
}

Outcome<json::Value> about_object(Call call, Outcome<json::Value> outcome, const ObjectId& id) {
    const auto* body = done_value(outcome);
    if (body == nullptr || body->is_null()) return outcome;
    const auto shown = body->get_string("id");
    if (shown && same(*shown, id.value)) return outcome;
    if (!shown && entry_of(call).write) return outcome;
    return no_answer(call, "ALARM: the reply is about another object", FaultCode::tenant_reply);
}

bool is_stale_token(const http::Exchange& exchange) {
    const auto* reply = std::get_if<http::Reply>(&exchange);
    return reply != nullptr && reply->status == 401;
}

}  // namespace uplift::graph
