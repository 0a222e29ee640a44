#include "tests/sandbox/token_endpoint.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/sandbox/text.hpp"
#include "tests/sandbox/url.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

// One row of the table of token errors: HTTP status, OAuth word, AADSTS numbers (the first is the main one),
// text.
struct TokenRefusal {
    int status;
    std::string error;
    std::vector<int> codes;
    std::string text;
};

constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct Form {
    std::vector<std::pair<std::string, std::string>> fields;

    std::string value(std::string_view name) const {
        for (const auto& [key, value] : fields)
            if (key == name) return value;
        return {};
    }
    std::string required(const std::string& name) const {
        auto found = value(name);
        if (found.empty())
            throw TokenRefusal{400,
                               "invalid_request",
                               {900144},
                               "The request body must contain the following parameter: '" + name + "'."};
        return found;
    }
};

TokenRefusal invalid_client(int code, std::string text) {
    return {401, "invalid_client", {code}, std::move(text)};
}

void check_tenant(const Tenant& tenant, const std::string& named) {
    if (same_ignoring_case(named, tenant.id)) return;
    const Domain* domain = tenant.domain(named);
    if (domain != nullptr && domain->verified) return;
    if (!is_guid(named) && named.find('.') == std::string::npos)
        throw TokenRefusal{400,
                           "invalid_request",
                           {900023},
                           "Specified tenant identifier '" + named +
                               "' is neither a valid DNS name, nor a valid external domain."};
    throw TokenRefusal{
        400,
        "invalid_request",
        {90002},
        "Tenant '" + named +
            "' not found. Check to make sure you have the correct tenant ID and are signing into "
            "the correct cloud. Check with your subscription administrator, this may happen if "
            "there are no active subscriptions for the tenant."};
}

void check_secret(const App& app, const std::string& given, TimePoint now) {
    const auto match = std::find_if(
        app.secrets.begin(), app.secrets.end(), [&](const auto& secret) { return secret.value == given; });
    if (match == app.secrets.end())
        throw invalid_client(7000215,
                             "Invalid client secret provided. Ensure the secret being sent in the request is "
                             "the client secret "
                             "value, not the client secret ID, for a secret added to app '" +
                                 app.client_id + "'.");
    if (match->expires && *match->expires <= now)
        throw invalid_client(
            7000222,
            "The provided client secret keys for app '" + app.client_id +
                "' are expired. Visit the Azure portal to create new keys for your app: "
                "https://aka.ms/NewClientSecret, or consider using certificate credentials for "
                "added security: https://aka.ms/certCreds.");
}

TokenRefusal key_refusal(const App& app, const std::string& reason, const std::string& thumbprint) {
    return invalid_client(
        700027,
        "The certificate with identifier used to sign the client assertion is not registered on application. "
        "[Reason - " +
            reason + ", Thumbprint of key used by client: '" + thumbprint +
            "', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured "
            "keys "
            "for app Id '" +
            app.client_id + "'.]");
}

void check_assertion(const App& app,
                     const std::string& assertion,
                     const std::vector<std::string>& audiences,
                     TimePoint now) {
    const auto verdict = verify_assertion(assertion, app.client_id, audiences, app.certificates, now);
    switch (verdict.fault) {
        case AssertionFault::none:
            return;
        case AssertionFault::malformed:
            throw TokenRefusal{400, "invalid_request", {50027}, "JWT token is invalid or malformed."};
        case AssertionFault::key_not_found:
            throw key_refusal(app, "The key was not found.", verdict.thumbprint);
        case AssertionFault::key_expired:
            throw key_refusal(app, "The key used is expired.", verdict.thumbprint);
        case AssertionFault::bad_signature:
            throw key_refusal(app, "The found key cannot verify the signature.", verdict.thumbprint);
        case AssertionFault::wrong_audience:
            throw TokenRefusal{401,
                               "invalid_client",
                               {50012, 70002},
                               "Client assertion audience claim does not match Realm issuer."};
        case AssertionFault::wrong_issuer:
            throw invalid_client(
                700021, "Client assertion application identifier doesn't match 'client_id' parameter.");
        case AssertionFault::not_valid_now:
            throw invalid_client(
                700024,
                "Client assertion is not within its valid time range. Current time: " + utc(now) + ".");
    }
}

// Answers the client id that Basic authorization names, or nothing without that header.
std::optional<std::pair<std::string, std::string>> basic_credentials(const Request& request) {
    const auto header = request.header("authorization");
    if (!same_ignoring_case(header.substr(0, 6), "basic ")) return std::nullopt;
    const auto decoded = from_base64(header.substr(6));
    if (!decoded) return std::nullopt;
    const auto colon = decoded->find(':');
    if (colon == std::string::npos) return std::nullopt;
    // RFC 6749, 2.3.1: both halves are form-encoded before they are joined.
    const std::string_view view = *decoded;
    return std::pair{percent_decoded(view.substr(0, colon), Plus::blank),
                     percent_decoded(view.substr(colon + 1), Plus::blank)};
}

KnownResource resource_of(const std::string& scope, const std::vector<std::string>& bases) {
    constexpr std::string_view suffix = "/.default";
    const auto wrong_scope = [&] {
        return TokenRefusal{
            400,
            "invalid_scope",
            {1002012},
            "The provided value for scope " + scope +
                " is not valid. Client credential flows must have a scope value with /.default "
                "suffixed to the resource identifier (application ID URI)."};
    };
    std::set<std::string> wanted;
    for (const auto& word : split(scope, ' ')) {
        if (word.empty()) continue;
        if (!word.ends_with(suffix)) throw wrong_scope();
        std::string url = word.substr(0, word.size() - suffix.size());
        while (url.ends_with('/')) url.pop_back();
        wanted.insert(std::move(url));
    }
    if (wanted.size() > 1)
        throw TokenRefusal{
            400,
            "invalid_request",
            {28000},
            "Provided value for the input parameter scope is not valid because it contains more "
            "than one resource. Scope " +
                scope + " is not valid."};
    if (wanted.empty() || wanted.begin()->empty())
        throw TokenRefusal{
            400,
            "invalid_scope",
            {70011},
            "The provided request must include a 'scope' input parameter. The provided value for "
            "the input parameter 'scope' is not valid. The scope " +
                scope + " is not valid."};
    for (auto& known : known_resources(bases))
        if (same_ignoring_case(known.url, *wanted.begin())) return known;
    throw TokenRefusal{400,
                       "invalid_resource",
                       {500011},
                       "The resource principal named " + *wanted.begin() +
                           " was not found in the tenant. This can happen if the application has not been "
                           "installed by the administrator of the tenant or consented to by any user in the "
                           "tenant. You might have sent your authentication request to the wrong tenant."};
}

Reply json_reply(int status, const json& body) {
    Reply reply;
    reply.status = status;
    reply.headers = {{"Content-Type", "application/json; charset=utf-8"},
                     {"Cache-Control", "no-store, no-cache"},
                     {"Pragma", "no-cache"}};
    reply.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return reply;
}

}  // namespace

std::vector<KnownResource> known_resources(const std::vector<std::string>& bases) {
    std::vector<KnownResource> resources = {
        {"https://graph.microsoft.com", Resource::graph},
        {"https://graph.microsoft.us", Resource::graph},
        {"https://dod-graph.microsoft.us", Resource::graph},
        {"https://microsoftgraph.chinacloudapi.cn", Resource::graph},
        {"https://outlook.office365.com", Resource::exchange},
        {"https://outlook.office365.us", Resource::exchange},
        {"https://outlook-dod.office365.us", Resource::exchange},
        {"https://outlook.office365.cn", Resource::exchange},
        {"https://partner.outlook.cn", Resource::exchange},
    };
    for (const auto& base : bases) resources.push_back({base, Resource::both});
    return resources;
}

namespace {

bool is_audience_for(Resource wanted, std::string_view audience, const std::vector<std::string>& bases) {
    for (const auto& known : known_resources(bases))
        if (known.url == audience) return known.resource == wanted || known.resource == Resource::both;
    return false;
}

}  // namespace

bool is_graph_audience(std::string_view audience, const std::vector<std::string>& bases) {
    return is_audience_for(Resource::graph, audience, bases);
}

bool is_exchange_audience(std::string_view audience, const std::vector<std::string>& bases) {
    return is_audience_for(Resource::exchange, audience, bases);
}

Reply TokenEndpoint::answer(const Request& request,
                            std::string_view tenant_in_path,
                            const std::vector<std::string>& bases,
                            TimePoint now) {
    try {
        Form form;
        if (lower(request.header("content-type")).starts_with("application/x-www-form-urlencoded"))
            form.fields = parse_form(request.body);
        const std::string named(tenant_in_path);
        check_tenant(tenant_, named);
        if (form.required("grant_type") != "client_credentials")
            throw TokenRefusal{
                400,
                "unsupported_grant_type",
                {70003},
                "The app requested an unsupported grant type '" + form.value("grant_type") + "'."};
        const auto basic = basic_credentials(request);
        const std::string client_id = basic ? basic->first : form.required("client_id");
        const std::string scope = form.required("scope");
        App* app = tenant_.app(client_id);
        if (app == nullptr || !app->consented)
            throw TokenRefusal{
                400,
                "unauthorized_client",
                {700016},
                "Application with identifier '" + client_id + "' was not found in the directory '" +
                    tenant_.name +
                    "'. This can happen if the application has not been installed by the "
                    "administrator of the tenant or consented to by any user in the tenant. You "
                    "may have sent your authentication request to the wrong tenant."};
        if (!app->enabled)
            throw TokenRefusal{400,
                               "unauthorized_client",
                               {7000112},
                               "Application '" + app->client_id + "'(" + app->name + ") is disabled."};
        const KnownResource resource = resource_of(scope, bases);

        if (const auto assertion = form.value("client_assertion"); !assertion.empty()) {
            if (form.required("client_assertion_type") != assertion_type)
                throw TokenRefusal{400,
                                   "invalid_request",
                                   {900144},
                                   "The request body must contain the following parameter: "
                                   "'client_assertion_type'."};
            std::vector<std::string> audiences;
            for (const auto& host : bases)
                for (const auto& name : {named, tenant_.id})
                    audiences.push_back(host + "/" + name + "/oauth2/v2.0/token");
            for (const auto& name : {named, tenant_.id})
                audiences.push_back("https://login.microsoftonline.com/" + name + "/oauth2/v2.0/token");
            check_assertion(*app, assertion, audiences, now);
        } else {
            const std::string secret = basic ? basic->second : form.value("client_secret");
            if (secret.empty())
                throw invalid_client(7000218,
                                     "The request body must contain the following parameter: "
                                     "'client_assertion' or 'client_secret'.");
            check_secret(*app, secret, now);
        }

        TokenClaims claims;
        claims.audience = resource.url;
        claims.tenant = tenant_.id;
        claims.app = app->client_id;
        claims.object_id = app->object_id;
        if (resource.resource != Resource::exchange) claims.roles = app->roles;
        if (resource.resource != Resource::graph)
            claims.roles.insert(claims.roles.end(), app->exchange_roles.begin(), app->exchange_roles.end());
        claims.issued = now;
        claims.expires = now + tenant_.settings.token_lifetime;
        const auto lifetime = tenant_.settings.token_lifetime.count();
        const json body = {{"token_type", "Bearer"},
                           {"expires_in", lifetime},
                           {"ext_expires_in", lifetime},
                           {"access_token", tokens_.issue(claims)}};
        return json_reply(200, body);
    } catch (const TokenRefusal& refusal) {
        const std::string trace = tenant_.random.guid();
        const auto given = request.header("client-request-id");
        const std::string correlation = given.empty() ? tenant_.random.guid() : std::string(given);
        const std::string code = std::to_string(refusal.codes.front());
        const json body = {
            {"error", refusal.error},
            {"error_description",
             "AADSTS" + code + ": " + refusal.text + " Trace ID: " + trace +
                 " Correlation ID: " + correlation + " Timestamp: " + utc_with_blank(now)},
            {"error_codes", refusal.codes},
            {"timestamp", utc_with_blank(now)},
            {"trace_id", trace},
            {"correlation_id", correlation},
            {"error_uri", "https://login.microsoftonline.com/error?code=" + code},
        };
        return json_reply(refusal.status, body);
    }
}

}  // namespace uplift::sandbox
