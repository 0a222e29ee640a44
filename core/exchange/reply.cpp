#include "core/exchange/reply.hpp"

#include <algorithm>
#include <string>

#include "core/http/retry_after.hpp"
#include "core/model/guid.hpp"
#include "core/text/utf8.hpp"

namespace uplift::exchange {
namespace {

// A name of .NET, fit to be shown.
bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char letter) {
        return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
               (letter >= '0' && letter <= '9') || letter == '_';
    });
}

// An error of Exchange, taken apart.
struct Exception {
    unsigned status = 0;
    std::string type;  // its last part: ManagementObjectNotFoundException; empty where none is told
    std::string text;  // lower case; matched, never shown
    std::string request_id;

    [[nodiscard]] bool is(std::string_view name) const { return type == name; }
    [[nodiscard]] bool says(std::string_view part) const { return text.find(part) != std::string::npos; }
};

Result<json::Value> parsed(std::string_view body) {
    return json::parse(body,
                       json::Reading{.where = "reply of Exchange Online",
                                     .code = FaultCode::tenant_reply,
                                     .max_bytes = http::list_reply_bytes});
}

std::string request_id_of(const http::Reply& reply) {
    const auto id = reply.header("request-id");
    return id && is_guid_text(*id) ? std::string(*id) : std::string();
}

// Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't…
bool read_detail(std::string_view message, Exception& out) {
    const auto first = message.find('|');
    const auto second = first == std::string_view::npos ? first : message.find('|', first + 1);
    if (second == std::string_view::npos) return false;
    auto type = message.substr(first + 1, second - first - 1);
    type.remove_prefix(std::min(type.size(), type.rfind('.') + 1));
    if (!is_word(type)) return false;
    out.type = std::string(type);
    out.text = text::lower(message.substr(second + 1));
    return true;
}

std::optional<Exception> exception_in(const http::Reply& reply) {
    if (!reply.is_json()) return std::nullopt;
    const auto body = parsed(reply.body);
    const auto* error = body ? body->find("error") : nullptr;
    if (error == nullptr || !error->is_object()) return std::nullopt;
    Exception out{.status = reply.status, .type = "", .text = "", .request_id = request_id_of(reply)};
    if (const auto* details = error->find("details"))
        for (const auto& detail : details->items())
            if (read_detail(detail.get_string("message").value_or(""), out)) return out;
    const auto* inner = error->find("innererror", "internalexception", "message");
    if (inner == nullptr) inner = error->find("message");
    if (inner != nullptr) out.text = text::lower(inner->as_string().value_or(""));
    return out;
}

std::string named(const Exception& exception) {
    auto out = exception.type.empty() ? "status " + std::to_string(exception.status) : exception.type;
    if (!exception.request_id.empty()) out += ", request " + exception.request_id;
    return out;
}

Outcome<json::Value> refused(Call call, FaultCode code, const Exception& exception) {
    return Refused{.code = code,
                   .what = "Exchange Online refuses " + std::string(entry_of(call).doing) + " (" +
                           named(exception) + ")",
                   .cure = std::string(entry_of(code).cure)};
}

// What came back is no word about the command: a write may have been carried out.
Outcome<json::Value> no_answer(Call call, std::string_view why, FaultCode code) {
    auto text = std::string(entry_of(call).doing) + ": " + std::string(why);
    if (entry_of(call).write) return Unknown{.why = std::move(text)};
    return NotSent{.why = std::move(text), .code = code};
}

Outcome<json::Value> address_conflict() { return Conflict{.holder = {}, .property = "proxyAddresses"}; }

// Entra refused what Exchange had to write there too; the text inside is Graph's.
Outcome<json::Value> refused_by_entra(Call call, const Exception& exception) {
    if (exception.says("objectconflict")) return address_conflict();
    if (exception.says("on-premises mastered"))
        return refused(call, FaultCode::exchange_write_scope, exception);
    if (exception.says("queried reference-property"))
        return NotYet{.what = "the account, in Exchange Online"};
    return no_answer(call, "Entra did not take it (" + named(exception) + ")", FaultCode::tenant_unreachable);
}

bool is_not_found(const Exception& exception) {
    return exception.is("ManagementObjectNotFoundException") || exception.is("RecipientNotFoundException");
}

bool is_overload(const Exception& exception) {
    return exception.is("OverBudgetException") || exception.is("ServerBusyException");
}

bool is_passing(const Exception& exception) {
    return exception.is("TransientException") || exception.is("ADTransientException");
}

std::optional<Outcome<json::Value>> refused_for_the_role(Call call, const Exception& exception) {
    // Of the app and of every command: the door rests, and goes on once the role counts.
    if (exception.is("CmdletAccessDeniedException"))
        return Unauthorized{.code = FaultCode::exchange_role_missing,
                            .what = "the app has no role in Exchange Online (" + named(exception) + ")",
                            .cure = std::string(entry_of(FaultCode::exchange_role_missing).cure)};
    if (exception.is("CommandNotFoundException"))
        return refused(call, FaultCode::exchange_cmdlet_missing, exception);
    // RBAC hides what the role does not allow: then the parameter does not exist.
    if (exception.is("ParameterBindingException") && exception.says("cannot be found that matches parameter"))
        return refused(call, FaultCode::exchange_parameter_missing, exception);
    return std::nullopt;
}

// One type, or one that nobody has documented, for several faults.
std::optional<Outcome<json::Value>> told_by_text(Call call, const Exception& exception) {
    if (call == Call::enable_archive && exception.says("already has an archive")) return Done<json::Value>{};
    if (exception.says("does not support recipients of this type"))
        return NotYet{.what = "the mailbox: the account is a recipient of another type"};
    if (exception.says("write scope")) return refused(call, FaultCode::exchange_write_scope, exception);
    const bool unlicensed = exception.says("license doesn't permit") ||
                            exception.says("have a license that permits") || exception.says("isn't licensed");
    if (unlicensed && call == Call::set_hold) return refused(call, FaultCode::hold_not_licensed, exception);
    if (unlicensed && call == Call::enable_archive)
        return refused(call, FaultCode::archive_not_licensed, exception);
    if (exception.says("call was made to keep object in sync") || exception.is("UnableToWriteToAadException"))
        return refused_by_entra(call, exception);
    if (exception.says("reason: objectconflict")) return address_conflict();
    return std::nullopt;
}

Outcome<json::Value> meaning(Call call, const Exception& exception, Duration wait, TimePoint now) {
    const auto& entry = entry_of(call);
    if (is_overload(exception)) return Throttled{.until = now + wait};
    if (is_not_found(exception) && entry.by_id) return NotYet{.what = "the recipient that was named"};
    if (exception.is("MemberAlreadyExistsException") && call == Call::add_list_member)
        return Done<json::Value>{};
    if (exception.is("ProxyAddressExistsException")) return address_conflict();
    if (exception.is("NotAcceptedDomainException")) return refused(call, FaultCode::alias_domain, exception);
    if (auto role = refused_for_the_role(call, exception)) return std::move(*role);
    if (auto told = told_by_text(call, exception)) return std::move(*told);
    const bool definite = exception.status >= 400 && exception.status < 500 && exception.status != 408;
    if (is_passing(exception) || !definite)
        return no_answer(call, named(exception), FaultCode::tenant_unreachable);
    return refused(call, FaultCode::exchange_refused, exception);
}

Outcome<json::Value> understood_failure(Call call, const http::Failure& failure) {
    using http::FailureKind;
    if (failure.kind == FailureKind::tls_verify)
        return Unauthorized{
            .code = FaultCode::tenant_tls,
            .what = failure.text,
            .cure = "Check the clock, the proxy between Uplift and Exchange Online, and ca_file."};
    if (failure.kind == FailureKind::bad_request)
        return Refused{.code = FaultCode::exchange_refused,
                       .what = "the command was not sent: the tenant's id has control characters",
                       .cure = "Look at the tenant's id in the configuration."};
    const bool ours = failure.kind == FailureKind::malformed || failure.kind == FailureKind::too_large;
    const auto code = failure.kind == FailureKind::tls     ? FaultCode::tenant_tls
                      : failure.kind == FailureKind::proxy ? FaultCode::tenant_proxy
                      : ours                               ? FaultCode::tenant_reply
                                                           : FaultCode::tenant_unreachable;
    if (failure.phase == http::Phase::not_sent) return NotSent{.why = failure.text, .code = code};
    return no_answer(call, failure.text, code);
}

Outcome<json::Value> understood_success(Call call, const http::Reply& reply) {
    if (reply.status != 200)
        return no_answer(call, "unexpected status " + std::to_string(reply.status), FaultCode::tenant_reply);
    // A proxy's page is no answer of Exchange.
    if (!reply.is_json()) return no_answer(call, "the reply is not JSON", FaultCode::tenant_reply);
    auto body = parsed(reply.body);
    const auto* value = body ? body->find("value") : nullptr;
    if (value == nullptr || !value->is_array())
        return no_answer(call, "the reply is not understood", FaultCode::tenant_reply);
    return Done<json::Value>{std::move(*body)};
}

std::string said_by(const http::Reply& reply) {
    auto out = "status " + std::to_string(reply.status);
    if (const auto id = request_id_of(reply); !id.empty()) out += ", request " + id;
    return out;
}

Outcome<json::Value> understood_reply(Call call, const http::Reply& reply, const Moment& moment) {
    const auto told = http::retry_after(reply.header("Retry-After"), moment.now);
    const auto wait = told ? told->wait : moment.wait_when_untold;
    const auto status = reply.status;
    if (status == 429) return Throttled{.until = moment.now + wait};
    if (status >= 200 && status < 300) return understood_success(call, reply);
    if (status >= 300 && status < 400)
        return Refused{
            .code = FaultCode::tenant_reply,
            .what = "Exchange Online answers with a redirect (" + said_by(reply) + "); it is not followed",
            .cure = "Look at the proxy between Uplift and Exchange Online, and at `endpoints`."};
    const auto exception = exception_in(reply);
    if (exception && !exception->type.empty()) return meaning(call, *exception, wait, moment.now);
    // Every write here is set-like: whether this one was carried out shows before it is sent again.
    if (status == 503 && told) return Throttled{.until = moment.now + wait};
    if (status == 401)
        return Unauthorized{.code = FaultCode::tenant_credentials,
                            .what = "Exchange Online does not take the app's token (" + said_by(reply) + ")",
                            .cure = "Check the app in the tenant, and this machine's clock."};
    if (status == 403 && (reply.body.empty() || exception)) return lacks_permission();
    if (exception) return meaning(call, *exception, wait, moment.now);
    return no_answer(
        call, said_by(reply), status >= 500 ? FaultCode::tenant_unreachable : FaultCode::tenant_reply);
}

}  // namespace

Outcome<json::Value> understood(Call call, const http::Exchange& exchange, const Moment& moment) {
    if (const auto* failure = std::get_if<http::Failure>(&exchange))
        return understood_failure(call, *failure);
    return understood_reply(call, std::get<http::Reply>(exchange), moment);
}

bool is_stale_token(const http::Exchange& exchange) {
    const auto* reply = std::get_if<http::Reply>(&exchange);
    if (reply == nullptr || reply->status != 401) return false;
    // With a word of Exchange in it, it is about the app's role and not about the token.
    const auto exception = exception_in(*reply);
    return !exception || exception->type.empty();
}

Unauthorized lacks_permission() {
    return Unauthorized{
        .code = FaultCode::tenant_permission,
        .what = "the app lacks Exchange.ManageAsApp, so Exchange Online is not asked",
        .cure =
            "Grant it Exchange.ManageAsApp of Office 365 Exchange Online as an application permission, "
            "give admin consent, and give the app its role group."};
}

Unknown alarm(Call call, std::string_view what) {
    return Unknown{.why = "ALARM: " + std::string(entry_of(call).doing) + ": " + std::string(what)};
}

NotSent not_understood(Call call, std::string_view why) {
    return NotSent{.why = std::string(entry_of(call).doing) + ": " + std::string(why),
                   .code = FaultCode::tenant_reply};
}

}  // namespace uplift::exchange
