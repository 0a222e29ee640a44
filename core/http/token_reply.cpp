#include "core/http/token_reply.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/json/json.hpp"
#include "core/model/guid.hpp"

namespace uplift::http {
namespace {

constexpr std::chrono::seconds longest_lifetime{std::chrono::hours{24}};

struct Advice {
    std::int64_t number;
    std::string_view meaning;
    std::string_view cure;
};
constexpr std::string_view passing = "its directory has a passing trouble";
constexpr std::string_view wait = "Nothing: it is tried again by itself.";
constexpr std::array advices{
    Advice{7000215, "the client secret is wrong", "Give the secret's value, not its id, and reload."},
    Advice{7000222, "the client secret has expired", "Make a new client secret for the app and reload."},
    Advice{7000218, "no credential was sent", "Configure certificate or client_secret and reload."},
    Advice{700027,
           "the certificate is not registered with the app",
           "Upload the certificate to the app registration; it may take minutes to count."},
    Advice{700024, "the clocks differ", "Set this machine's clock; use NTP."},
    Advice{50012, "the certificate or its audience is not accepted", "Check the certificate and tenant id."},
    Advice{700016,
           "the app is not known in this tenant",
           "Check client_id and tenant id, and that an administrator consented."},
    Advice{7000112, "the app is disabled", "Enable the app in the tenant."},
    Advice{90002, "there is no such tenant", "Check the tenant id and the cloud."},
    Advice{900023, "the tenant id is not one", "Write the tenant id as GUID or verified domain."},
    Advice{70011, "the scope is not valid", "Check the tenant's cloud and endpoints."},
    Advice{1002012, "the scope is not valid", "Check the tenant's cloud and endpoints."},
    Advice{500011, "the tenant does not have this service", "Check that the service is part of the tenant."},
    Advice{90038, "the tenant belongs to another cloud", "Correct the tenant's cloud."},
    Advice{900382, "the tenant belongs to another cloud", "Correct the tenant's cloud."},
    Advice{
        900144, "something is missing in the request", "Check the proxy between Uplift and Microsoft 365."},
    Advice{90006, passing, wait},
    Advice{90024, passing, wait},
    Advice{90033, passing, wait},
    Advice{90090, passing, wait},
    Advice{53003, "Conditional Access blocks the app", "Allow the app from this machine's address."},
};

SignInFailed failed(std::string why, FaultCode code) {
    return SignInFailed{.why = std::move(why), .code = code, .wait = std::nullopt};
}

// The text of the member, where it stands in the reply; nothing when it has an escape or no end.
std::optional<std::span<char>> token_in(std::string& body) {
    constexpr std::string_view name = "\"access_token\"";
    auto at = body.find(name);
    if (at == std::string::npos) return std::nullopt;
    at = body.find_first_not_of(" \t\r\n", at + name.size());
    if (at == std::string::npos || body[at] != ':') return std::nullopt;
    at = body.find_first_not_of(" \t\r\n", at + 1);
    if (at == std::string::npos || body[at] != '"') return std::nullopt;
    const auto end = body.find_first_of("\"\\", ++at);
    if (end == std::string::npos || body[end] != '"') return std::nullopt;
    return std::span{body}.subspan(at, end - at);
}

Result<json::Value> parsed(std::string_view body) {
    return json::parse(
        body,
        json::Reading{
            .where = "token reply", .code = FaultCode::tenant_reply, .max_bytes = token_reply_bytes});
}

TokenReply granted(Reply reply) {
    const auto text = token_in(reply.body);
    if (!text || text->empty())
        return failed("the sign-in's reply has no access_token", FaultCode::tenant_reply);
    Granted out;
    out.token = Secret::copy_of({text->data(), text->size()});
    wipe(*text);
    // What the parser copies is this, and it proves that the member found above is the reply's own.
    const std::string stand_in(text->size(), 'x');
    std::copy(stand_in.begin(), stand_in.end(), text->begin());
    const auto value = parsed(reply.body);
    const auto lifetime = value ? value->get_int("expires_in") : std::nullopt;
    if (!value || value->get_string("access_token") != stand_in || !lifetime || *lifetime <= 0 ||
        !is_plain(out.token.view()))
        return failed("the sign-in's reply is not understood", FaultCode::tenant_reply);
    out.lifetime = std::min(std::chrono::seconds{*lifetime}, longest_lifetime);
    out.roles = roles_of(out.token.view());
    return out;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || letter == '_';
    });
}

std::string_view general_cure(std::string_view error) {
    if (error == "invalid_client") return "Renew the app's secret or certificate and reload.";
    if (error == "unauthorized_client")
        return "Check client_id and tenant id, and that the app is consented.";
    if (error == "invalid_scope" || error == "invalid_resource")
        return "Check the tenant's cloud and endpoints.";
    return "Check tenant id, client_id and the app's credential, and reload.";
}

TokenReply refused(unsigned status, const json::Value& value) {
    const auto said = value.get_string("error").value_or("");
    const std::string error(is_word(said) ? said : "an unknown error");
    const auto* codes = value.find("error_codes");
    std::int64_t number = 0;
    if (codes != nullptr && !codes->items().empty()) number = codes->items().front().as_int().value_or(0);
    if (status == 429 || error == "temporarily_unavailable" || error == "server_error") {
        auto retry = failed("the sign-in service is busy (" + error + ")", FaultCode::tenant_throttled);
        retry.throttled = status == 429;
        return retry;
    }
    const auto advice =
        std::find_if(advices.begin(), advices.end(), [&](const Advice& one) { return number == one.number; });
    std::string what = "Microsoft 365 refuses the app's sign-in: " + error;
    if (number > 0) what += ", AADSTS" + std::to_string(number);
    if (advice != advices.end()) what += ", " + std::string(advice->meaning);
    const auto cure = advice != advices.end() ? advice->cure : general_cure(error);
    return SignInRefused{
        .error = error,
        .outcome = {.code = FaultCode::tenant_credentials, .what = what, .cure = std::string(cure)}};
}

std::optional<std::string> base64url_decoded(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char letter : text) {
        unsigned value = 0;
        if (letter >= 'A' && letter <= 'Z')
            value = static_cast<unsigned>(letter - 'A');
        else if (letter >= 'a' && letter <= 'z')
            value = static_cast<unsigned>(letter - 'a') + 26;
        else if (letter >= '0' && letter <= '9')
            value = static_cast<unsigned>(letter - '0') + 52;
        else if (letter == '-' || letter == '_')
            value = letter == '-' ? 62 : 63;
        else
            return std::nullopt;
        bits = (bits << 6 | value) & 0xFFFFFFU;
        if ((count += 6) >= 8) {
            count -= 8;
            out += static_cast<char>((bits >> count) & 0xFFU);
        }
    }
    return out;
}

}  // namespace

std::optional<std::vector<std::string>> roles_of(std::string_view token) {
    const auto first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const auto rest = token.substr(first + 1);
    const auto payload = base64url_decoded(rest.substr(0, rest.find('.')));
    if (!payload) return std::nullopt;
    const auto claims = parsed(*payload);
    if (!claims || !claims->is_object()) return std::nullopt;
    const auto* roles = claims->find("roles");
    std::vector<std::string> out;
    if (roles == nullptr) return out;
    for (const auto& role : roles->items())
        if (const auto text = role.as_string()) out.emplace_back(*text);
    return out;
}

TokenReply understood_token(Exchange exchange, TimePoint now) {
    if (const auto* failure = std::get_if<Failure>(&exchange)) {
        if (failure->kind == FailureKind::tls_verify)
            return SignInRefused{
                .error = "certificate",
                .outcome = {
                    .code = FaultCode::tenant_tls,
                    .what = failure->text,
                    .cure = "Check the clock, the proxy between Uplift and Microsoft 365, and ca_file."}};
        if (failure->kind == FailureKind::proxy) return failed(failure->text, FaultCode::tenant_proxy);
        return failed("the sign-in service does not answer: " + failure->text, FaultCode::tenant_unreachable);
    }
    auto& reply = std::get<Reply>(exchange);
    if (reply.status == 200) {
        auto token = granted(std::move(reply));
        return token;
    }
    auto outcome = TokenReply(failed("the sign-in service answers " + std::to_string(reply.status),
                                     reply.status >= 500 || reply.status == 429 || reply.status == 408
                                         ? FaultCode::tenant_unreachable
                                         : FaultCode::tenant_reply));
    const bool client_error = reply.status >= 400 && reply.status < 500 && reply.status != 408;
    const auto value = parsed(reply.body);
    if (client_error && value && value->get_string("error")) outcome = refused(reply.status, *value);
    if (auto* retry = std::get_if<SignInFailed>(&outcome)) {
        retry->throttled = reply.status == 429;
        retry->wait = retry_after(reply.header("Retry-After"), now);
    }
    return outcome;
}

}  // namespace uplift::http
