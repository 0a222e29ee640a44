#include "tests/sandbox/graph.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/sandbox/batch.hpp"
#include "tests/sandbox/routes.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/token_endpoint.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr std::string_view success_type =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
constexpr double noticeable_share = 0.8;  // Graph: from here on x-ms-throttle-limit-percentage is sent

json read_body(const Request& request) {
    if (request.body.empty()) return nullptr;
    json body = lower(request.header("content-type")).starts_with("application/json")
                    ? json::parse(request.body, nullptr, false)
                    : json(json::value_t::discarded);
    if (body.is_discarded())
        throw malformed(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of "
            "valid JSON format.");
    return body;
}

std::string dumped(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

bool has_any_role(const TokenClaims& caller, std::span<const std::string_view> roles) {
    return std::any_of(roles.begin(), roles.end(), [&](auto role) { return caller.has_role(role); });
}

void set_if_absent(Headers& headers, const std::string& name, std::string value) {
    for (const auto& [key, old] : headers)
        if (key == name) return;
    headers.emplace_back(name, std::move(value));
}

}  // namespace

RequestIds Graph::ids_for(const Request& request) {
    RequestIds ids{tenant_.random.guid(), std::string(request.header("client-request-id"))};
    if (ids.client_request_id.empty()) ids.client_request_id = ids.request_id;
    return ids;
}

const TokenClaims& Graph::authenticate(const Request& request,
                                       const std::vector<std::string>& bases,
                                       TimePoint now) {
    const auto header = request.header("authorization");
    const std::string_view token =
        same_ignoring_case(header.substr(0, 7), "bearer ") ? header.substr(7) : std::string_view();
    const TokenClaims* claims = nullptr;
    switch (tokens_.read(token, now, &claims)) {
        case TokenFault::none:
            break;
        case TokenFault::empty:
            throw invalid_token("Access token is empty.");
        case TokenFault::malformed:
            throw invalid_token("CompactToken parsing failed with error code: 80049217");
        case TokenFault::bad_signature:
            throw invalid_token("Access token validation failure. Invalid signature.");
        case TokenFault::expired:
            throw invalid_token("Lifetime validation failed, the token is expired.");
    }
    if (!is_graph_audience(claims->audience, bases))
        throw invalid_token("Access token validation failure. Invalid audience.");
    if (const App* app = tenant_.app(claims->app); app == nullptr || !app->consented)
        throw Refusal{403,
                      "Authorization_IdentityNotFound",
                      "The identity of the calling application could not be established.",
                      {},
                      {}};
    return *claims;
}

void Graph::charge(const Cost& cost, const TokenClaims& caller, TimePoint now, Headers& headers) {
    const auto verdict = throttle_.judge(caller.app, cost, tenant_.directory.active(), now);
    if (verdict.allowed) {
        headers.emplace_back("x-ms-resource-unit", std::to_string(cost.resource_units));
        if (verdict.used_share > noticeable_share) {
            char share[16];
            std::snprintf(share, sizeof share, "%.2f", verdict.used_share);
            headers.emplace_back("x-ms-throttle-limit-percentage", share);
        }
        return;
    }
    Refusal refusal{429, "TooManyRequests", "Too many requests.", {}, {}};
    if (auto wait = retry_after(tenant_.settings.retry_after, verdict.wait, now))
        refusal.headers.emplace_back("Retry-After", std::move(*wait));
    refusal.headers.emplace_back("x-ms-throttle-scope",
                                 std::string(verdict.scope) + "/" + caller.app + "/" + tenant_.id);
    refusal.headers.emplace_back("x-ms-throttle-information", std::string(verdict.information));
    throw refusal;
}

Answer Graph::handle(const Request& request, json body, const Context& context, Accounting& entry) {
    const auto url = parse_target(request.target);
    if (!url || url->segments.size() < 2) throw malformed("Resource not found for the segment ''.");
    const std::span<const std::string> segments = std::span(url->segments).subspan(1);
    RouteMatch match = find_route(request.method, segments);
    Headers headers;
    entry.cost = match.route == nullptr ? Cost{1, 0} : cost_of(*match.route, *url, body);
    charge(entry.cost, context.caller, context.now, headers);
    if (match.route == nullptr) {
        if (match.other_method)
            throw Refusal{405,
                          "Request_BadRequest",
                          "Specified HTTP method is not allowed for the request target.",
                          {},
                          {}};
        throw malformed("Resource not found for the segment '" + segments.back() + "'.");
    }
    if (!has_any_role(context.caller, match.route->roles)) throw denied();
    Call call{tenant_,
              request,
              *url,
              std::move(match.ids),
              std::move(body),
              context.caller,
              context.base,
              context.now};
    Answer answer = match.route->handle(call);
    answer.headers.insert(answer.headers.end(), headers.begin(), headers.end());
    return answer;
}

Answer Graph::refused(const Refusal& refusal, const Request& request, TimePoint now) {
    const RequestIds ids = ids_for(request);
    Answer answer;
    answer.status = refusal.status;
    answer.headers = refusal.headers;
    answer.headers.emplace_back("request-id", ids.request_id);
    answer.headers.emplace_back("client-request-id", ids.client_request_id);
    answer.body = envelope_of(refusal, ids, now);
    return answer;
}

Answer Graph::run(const Request& request, json body, const Context& context, Accounting& entry) {
    Answer answer;
    try {
        answer = handle(request, std::move(body), context, entry);
    } catch (const Refusal& refusal) {
        answer = refused(refusal, request, context.now);
    }
    entry.status = answer.status;
    entry.throttled = answer.status == 429;
    return answer;
}

Answer Graph::batch(const json& body,
                    const Request& outer,
                    const Context& context,
                    const ItemInterceptor& intercept,
                    std::vector<Accounting>& entries) {
    auto items = read_batch(body);
    std::vector<json> responses(items.size());
    std::vector<int> statuses(items.size(), 0);
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto& item = items[i];
        if (item.request.header("client-request-id").empty())
            item.request.headers.emplace_back("client-request-id", outer.header("client-request-id"));
        Accounting entry;
        entry.method = item.request.method;
        entry.target = item.request.target;
        entry.client_request_id = std::string(item.request.header("client-request-id"));
        entry.batch_item = item.id;
        const bool blocked = std::any_of(item.depends_on.begin(), item.depends_on.end(), [&](auto earlier) {
            return statuses[earlier] >= 400;
        });
        Answer answer;
        if (blocked) {
            const Refusal failed{424, "FailedDependency", "Failed Dependency", {}, {}};
            answer = refused(failed, item.request, context.now);
        } else {
            const Proceed proceed = [&] { return run(item.request, item.body, context, entry); };
            answer = intercept(item.request, entry, proceed);
        }
        entry.status = statuses[i] = answer.status;
        entries.push_back(std::move(entry));
        json headers = json::object();
        for (const auto& [name, value] : answer.headers)
            if (name != "request-id" && name != "client-request-id") headers[name] = value;
        if (!answer.body.is_null()) headers["Content-Type"] = "application/json";
        responses[i] = {{"id", item.id}, {"status", answer.status}, {"headers", std::move(headers)}};
        if (!answer.body.is_null()) responses[i]["body"] = std::move(answer.body);
    }
    // Graph answers in any order: the last dice decide.
    json shuffled = json::array();
    while (!responses.empty()) {
        const auto pick = tenant_.random.below(responses.size());
        shuffled.push_back(std::move(responses[pick]));
        responses.erase(responses.begin() + static_cast<std::ptrdiff_t>(pick));
    }
    Answer answer;
    answer.body = {{"responses", std::move(shuffled)}};
    return answer;
}

Reply Graph::finished(Answer answer, const Request& request, const Accounting& entry, TimePoint now) {
    Reply reply;
    reply.status = answer.status;
    reply.headers = std::move(answer.headers);
    const RequestIds ids = ids_for(request);
    set_if_absent(reply.headers, "request-id", ids.request_id);
    set_if_absent(reply.headers, "client-request-id", ids.client_request_id);
    reply.headers.emplace_back("Date", http_date(now));
    reply.headers.emplace_back(
        "x-ms-ags-diagnostic",
        R"({"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"SANDBOX"}})");
    if (entry.status < 400) {
        set_if_absent(
            reply.headers, "x-ms-resource-unit", std::to_string(std::max(1, entry.cost.resource_units)));
        reply.headers.emplace_back("OData-Version", "4.0");
    }
    if (answer.body.is_null()) return reply;
    if (answer.body.is_number()) {  // users/$count
        reply.headers.emplace_back("Content-Type", "text/plain");
    } else {
        reply.headers.emplace_back("Content-Type",
                                   answer.status < 400 ? std::string(success_type) : "application/json");
    }
    reply.body = dumped(answer.body);
    return reply;
}

Reply Graph::answer(const Request& request,
                    const std::vector<std::string>& bases,
                    TimePoint now,
                    const ItemInterceptor& intercept,
                    std::vector<Accounting>& entries) {
    entries.emplace_back();
    entries.front().method = request.method;
    entries.front().target = request.target;
    entries.front().client_request_id = std::string(request.header("client-request-id"));
    Answer answer;
    try {
        const TokenClaims& caller = authenticate(request, bases, now);
        const Context context{caller, bases.front(), now};
        json body = read_body(request);
        if (request.target == "/v1.0/$batch") {
            if (request.method != "POST") throw malformed("Only POST is allowed on $batch.");
            answer = batch(body, request, context, intercept, entries);
            entries.front().cost = Cost{0, 0};  // its items are charged, it is not
        } else {
            answer = run(request, std::move(body), context, entries.front());
        }
    } catch (const Refusal& refusal) {
        answer = refused(refusal, request, now);
    }
    Accounting& entry = entries.front();
    entry.status = answer.status;
    return finished(std::move(answer), request, entry, now);
}

}  // namespace uplift::sandbox
