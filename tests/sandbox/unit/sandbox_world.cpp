#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {

using nlohmann::json;

json a_definition() {
    return json::parse(R"({
        "tenant": {"id": "0b3c1d52-7d0e-4b0c-9a54-6f1c0a2d7e11", "name": "Contoso"},
        "domains": [
            {"name": "contoso.com", "default": true},
            {"name": "contoso.onmicrosoft.com", "initial": true},
            {"name": "fed.contoso.com", "federated": true},
            {"name": "fabrikam.com", "verified": false}
        ],
        "apps": [{
            "client_id": "5d1b2c3a-0000-4000-8000-00000000c0de",
            "secrets": ["s3cret", {"value": "old", "expires": "2020-01-01T00:00:00Z"}],
            "roles": ["User.ReadWrite.All", "LicenseAssignment.ReadWrite.All", "GroupMember.ReadWrite.All",
                      "Organization.Read.All", "Domain.Read.All", "OrgContact.Read.All"],
            "exchange_roles": ["Exchange.ManageAsApp"]
        }, {
            "client_id": "5d1b2c3a-0000-4000-8000-00000000dddd", "secrets": ["s3cret"], "enabled": false
        }, {
            "client_id": "5d1b2c3a-0000-4000-8000-00000000bbbb", "secrets": ["s3cret"], "roles": []
        }],
        "skus": [{"sku": "SPE_E3", "seats": 3}, {"sku": "EXCHANGESTANDARD", "seats": 3},
                 {"sku": "MCOMEETADV", "seats": 3}, {"sku": "POWER_BI_PRO", "seats": 0}],
        "groups": [
            {"id": "00000000-0000-4000-8000-000000000001", "name": "Security", "kind": "security"},
            {"id": "00000000-0000-4000-8000-000000000002", "name": "M365", "kind": "microsoft365", "mail": "m@contoso.com"},
            {"id": "00000000-0000-4000-8000-000000000003", "name": "List", "kind": "distribution", "mail": "dl@contoso.com"},
            {"id": "00000000-0000-4000-8000-000000000004", "name": "Mail security", "kind": "mail_security", "mail": "ms@contoso.com"},
            {"id": "00000000-0000-4000-8000-000000000005", "name": "Dynamic", "kind": "dynamic", "rule": "x"},
            {"id": "00000000-0000-4000-8000-000000000006", "name": "Synced", "kind": "synced"},
            {"id": "00000000-0000-4000-8000-000000000007", "name": "Roles", "kind": "role_assignable"}
        ],
        "contacts": [{"id": "00000000-0000-4000-8000-00000000cccc", "name": "Vera", "mail": "vera@contoso.com"}],
        "throttle_scale": 0
    })");
}

json a_person(const std::string& name, const json& changes) {
    json body = {
        {"accountEnabled", true},
        {"displayName", name},
        {"mailNickname", name},
        {"userPrincipalName", name + "@contoso.com"},
        {"usageLocation", "DE"},
        {"passwordProfile", {{"forceChangePasswordNextSignIn", true}, {"password", "xWwvJ]6NMw+bWH-d"}}}};
    body.merge_patch(changes);
    return body;
}

SandboxWorld::SandboxWorld(const json& definition)
    : sandbox(
          definition, SandboxOptions{}, now, [this](std::string&& line) { log.push_back(std::move(line)); }) {
    sandbox.set_bases({"https://127.0.0.1:1", "https://localhost:1"});
}

Reply SandboxWorld::sign_in(const std::string& tenant, const std::string& form, const Headers& headers) {
    Request request{"POST", "/" + tenant + "/oauth2/v2.0/token", headers, form};
    request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    return sandbox.serve(request, now).reply;
}

std::string SandboxWorld::signed_in_for(const std::string& scope) {
    const auto reply = sign_in("contoso.com",
                               std::string("grant_type=client_credentials&client_secret=s3cret&client_id=") +
                                   test_app + "&scope=" + encoded(scope));
    return body_of(reply).value("access_token", "");
}

Reply SandboxWorld::exchange_at(const std::string& target, const json& body, const Headers& headers) {
    if (exchange_token_.empty()) exchange_token_ = signed_in_for("https://outlook.office365.com/.default");
    const std::string method = body.is_null() ? "GET" : "POST";
    Request request{method, target, headers, body.is_null() ? "" : body.dump()};
    request.headers.emplace_back("authorization", "Bearer " + exchange_token_);
    request.headers.emplace_back("content-type", "application/json; charset=utf-8");
    return sandbox.serve(request, now).reply;
}

Reply SandboxWorld::exchange(const std::string& cmdlet, const json& parameters) {
    const json body = {{"CmdletInput", {{"CmdletName", cmdlet}, {"Parameters", parameters}}}};
    return exchange_at(std::string("/adminapi/beta/") + test_tenant + "/InvokeCommand",
                       body,
                       {{"x-anchormailbox", test_anchor}});
}

Delivery SandboxWorld::deliver(const std::string& method, const std::string& target, const json& body) {
    if (token_.empty()) token_ = signed_in_for("https://graph.microsoft.com/.default");
    Request request{method, "/v1.0" + target, {{"authorization", "Bearer " + token_}}, ""};
    if (!body.is_null()) {
        request.headers.emplace_back("content-type", "application/json");
        request.body = body.dump();
    }
    return sandbox.serve(request, now);
}

Reply SandboxWorld::send(const std::string& method, const std::string& target, const json& body) {
    return deliver(method, target, body).reply;
}

Reply SandboxWorld::get(const std::string& target, const Headers& headers) {
    if (token_.empty()) deliver("GET", "/domains", nullptr);
    Request request{"GET", "/v1.0" + target, headers, ""};
    request.headers.emplace_back("authorization", "Bearer " + token_);
    return sandbox.serve(request, now).reply;
}

Reply SandboxWorld::control(const std::string& method, const std::string& path, const json& body) {
    const Request request{method, "/sandbox/" + path, {}, body.is_null() ? "" : body.dump()};
    return sandbox.serve(request, now).reply;
}

std::string SandboxWorld::id_of(const std::string& upn) {
    const auto& directory = sandbox.tenant().directory;
    const auto position = directory.holder(Key::user_principal_name, upn, Presence::active);
    return position ? directory.truth(*position).id : "";
}

json body_of(const Reply& reply) { return json::parse(reply.body, nullptr, false); }

std::string error_code(const Reply& reply) {
    const json body = body_of(reply);
    return body.contains("error") ? body.at("error").value("code", "") : "";
}

std::string error_message(const Reply& reply) {
    const json body = body_of(reply);
    return body.contains("error") ? body.at("error").value("message", "") : "";
}

ExchangeFault exchange_fault(const Reply& reply) {
    const json body = body_of(reply);
    if (!body.contains("error")) return {};
    const auto message = body.at("error").at("details").at(0).at("message").get<std::string>();
    const auto first = message.find('|');
    const auto second = message.find('|', first + 1);
    const auto type = message.substr(first + 1, second - first - 1);
    return {type.substr(type.rfind('.') + 1), message.substr(second + 1)};
}

std::string encoded(const std::string& text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
            result.push_back(c);
        } else {
            result += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return result;
}

}  // namespace uplift::sandbox
