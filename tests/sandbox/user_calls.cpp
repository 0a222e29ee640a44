// One user: POST, GET, PATCH, DELETE and the manager.
#include "tests/sandbox/calls.hpp"
#include "tests/sandbox/exchange/mailbox_life.hpp"
#include "tests/sandbox/licensing.hpp"
#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/user_body.hpp"
#include "tests/sandbox/user_view.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

Answer user_answer(const Call& call, int status, const User& user, const std::vector<std::string>& names) {
    Answer answer;
    answer.status = status;
    answer.body = user_view(call.tenant, user, names);
    answer.body["@odata.context"] = context_url(call, with_selection("users", names) + "/$entity");
    return answer;
}

// Properties that the cloud owns even on a synced user.
bool is_cloud_owned(const std::string& property) {
    return property == "usageLocation" || property == "otherMails" || property == "passwordPolicies" ||
           property.starts_with('@');
}

void check_may_change(const Call& call, const User& user, const UserFacts& facts) {
    const auto& body = call.body;
    if (body.contains("passwordProfile") && !call.caller.has_role("User-PasswordProfile.ReadWrite.All"))
        throw denied();
    if (user.admin && (body.contains("passwordProfile") || body.contains("accountEnabled"))) throw denied();
    for (const auto& [key, value] : body.items()) {
        if (user.synced && !is_cloud_owned(key)) throw synced_object();
        if (user.once_synced && (key == "mail" || key == "mailNickname"))
            throw bad_request(
                "Unable to update the specified properties for objects that have originated within an "
                "external "
                "service.");
    }
    if (!facts.latent_conflict.empty()) throw conflict("proxyAddresses", "User_" + facts.latent_conflict);
}

}  // namespace

Answer create_user(Call& call) {
    const json& body = call.object_body();
    Tenant& tenant = call.tenant;
    User blank;
    blank.set(TextProperty::userType, "Member");
    UserChange change = read_user_body(body, std::move(blank), BodyOf::creation);
    check_required(body);
    check_domain(tenant, change.user);
    check_password(tenant, change.user, change.password->password);
    check_unique(tenant, change.user);

    User user = std::move(change.user);
    if (change.manager_url) {
        const auto id = referenced_id(call, *change.manager_url);
        user.manager = tenant.directory.truth(writable_user(call, id)).id;
    }
    user.id = tenant.random.guid();
    user.created_at = user.password_changed_at = call.now;
    const std::string anchor(user.value(TextProperty::onPremisesImmutableId));
    const auto position = tenant.directory.add(std::move(user), call.now);
    auto& facts = tenant.directory.facts(position);
    facts.password_given = std::move(change.password->password);
    facts.force_change = change.password->force_change;
    facts.writes.create = 1;
    tenant.directory.count_create(anchor);

    const User& made = tenant.directory.truth(position);
    Answer answer = user_answer(call, 201, made, {});
    answer.headers.emplace_back("Location",
                                call.base + "/v2/" + tenant.id + "/directoryObjects/" + made.id +
                                    "/Microsoft.DirectoryServices.User");
    return answer;
}

Answer get_user(Call& call) {
    const auto names = selected(call);
    check_user_selection(names);
    const auto position = addressed_user(call, call.ids[0]);
    for (const auto& name : names) {
        if (name != "signInActivity") continue;
        if (!is_guid(call.ids[0]))
            throw bad_request("Get By Key only supports UserId and the key has to be a valid Guid");
        if (!call.caller.has_role("AuditLog.Read.All")) throw denied();
        if (!call.tenant.settings.premium)
            throw Refusal{403,
                          "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                          "Neither tenant is B2C or tenant doesn't have premium license",
                          {},
                          {}};
    }
    const View view = is_guid(call.ids[0]) ? View::by_id : View::by_name;
    const User& user = *call.tenant.directory.seen(position, view, call.now);
    Answer answer = user_answer(call, 200, user, names);
    const std::string* expand = call.url.option("$expand");
    if (expand == nullptr) return answer;
    if (*expand != "manager" && !expand->starts_with("manager("))
        throw malformed("Parsing OData Select and Expand failed: only manager can be expanded here.");
    if (!user.manager.empty())
        answer.body["manager"] = {{"@odata.type", "#microsoft.graph.user"}, {"id", user.manager}};
    return answer;
}

Answer update_user(Call& call) {
    const json& body = call.object_body();
    Tenant& tenant = call.tenant;
    const auto position = writable_user(call, call.ids[0]);
    const User& old = tenant.directory.truth(position);
    auto& facts = tenant.directory.facts(position);
    UserChange change = read_user_body(body, old, BodyOf::update);
    check_may_change(call, old, facts);
    const auto upn = change.user.value(TextProperty::userPrincipalName);
    if (upn != old.value(TextProperty::userPrincipalName)) check_domain(tenant, change.user);
    if (change.password) check_password(tenant, change.user, change.password->password);
    check_unique(tenant, change.user);

    if (change.password) {
        facts.password_given = std::move(change.password->password);
        change.user.password_changed_at = call.now;
    }
    ++facts.writes.patch;
    tenant.directory.replace(position, std::move(change.user), call.now);
    return no_content();
}

Answer delete_user(Call& call) {
    Tenant& tenant = call.tenant;
    const auto position = writable_user(call, call.ids[0]);
    User user = tenant.directory.truth(position);
    if (user.admin) throw denied();
    user.presence = Presence::in_bin;
    user.deleted_at = call.now;
    user.set(TextProperty::userPrincipalName, bin_name(user.id, user.value(TextProperty::userPrincipalName)));
    settle_seats(tenant, user.licences, {}, call.now);
    tenant.bin.emplace(call.now, position);
    ++tenant.directory.facts(position).writes.removal;
    tenant.directory.replace(position, std::move(user), call.now);
    exchange::refresh_mailbox(tenant, position, call.now);
    return no_content();
}

Answer get_manager(Call& call) {
    const auto names = selected(call);
    check_user_selection(names);
    const User& user = seen_user(call, call.ids[0]);
    if (user.manager.empty()) throw not_found("manager");
    Answer answer = user_answer(call, 200, seen_user(call, user.manager), names);
    answer.body["@odata.context"] = context_url(call, with_selection("directoryObjects", names) + "/$entity");
    answer.body["@odata.type"] = "#microsoft.graph.user";
    return answer;
}

Answer get_manager_reference(Call& call) {
    const User& user = seen_user(call, call.ids[0]);
    if (user.manager.empty()) throw not_found("manager");
    Answer answer;
    answer.body = {{"@odata.context", context_url(call, "$ref")},
                   {"@odata.id",
                    call.base + "/v2/" + call.tenant.id + "/directoryObjects/" + user.manager +
                        "/Microsoft.DirectoryServices.User"}};
    return answer;
}

Answer put_manager(Call& call) {
    const json& body = call.object_body();
    const auto reference = body.find("@odata.id");
    if (reference == body.end() || !reference->is_string())
        throw bad_request("The '@odata.id' property is required in the request body.");
    Tenant& tenant = call.tenant;
    const auto position = writable_user(call, call.ids[0]);
    const auto manager = writable_user(call, referenced_id(call, reference->get<std::string>()));
    User user = tenant.directory.truth(position);
    if (user.synced) throw synced_object();
    user.manager = tenant.directory.truth(manager).id;
    ++tenant.directory.facts(position).writes.manager;
    tenant.directory.replace(position, std::move(user), call.now);
    return no_content();
}

Answer delete_manager(Call& call) {
    const auto position = writable_user(call, call.ids[0]);
    User user = call.tenant.directory.truth(position);
    if (user.manager.empty()) throw not_found("manager");
    user.manager.clear();
    call.tenant.directory.replace(position, std::move(user), call.now);
    return no_content();
}

}  // namespace uplift::sandbox
