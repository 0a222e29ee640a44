#include "tests/sandbox/exchange/admin_api.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "tests/sandbox/exchange/access.hpp"
#include "tests/sandbox/exchange/opath.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/token_endpoint.hpp"
#include "tests/sandbox/url.hpp"

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;

constexpr std::string_view permission = "Exchange.ManageAsApp";
constexpr std::string_view content_type =
    "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8";
constexpr std::size_t largest_page = 1000;       // the service's cap, whatever is asked for
constexpr std::size_t usual_result_size = 1000;  // -ResultSize when it is not given
constexpr std::size_t most_items = 10;           // what known clients send in a $batch

// The door's answers have no body.
struct Shut {
    int status;
};

json read_body(const Request& request) {
    json body = lower(request.header("content-type")).starts_with("application/json")
                    ? json::parse(request.body, nullptr, false)
                    : json(json::value_t::discarded);
    if (!body.is_object()) throw invalid_call("The request body is not a JSON object.");
    return body;
}

// A routing hint: of the forms that are understood, or as good as none.
std::string anchor_in(const Request& request) {
    const std::string anchor(request.header("x-anchormailbox"));
    const bool of_app = anchor.starts_with("APP:SystemMailbox{") && anchor.find("}@") != std::string::npos;
    const bool of_user = anchor.find('@') != std::string::npos && anchor.find('{') == std::string::npos;
    return of_app || of_user ? lower(anchor) : std::string();
}

std::optional<std::size_t> number_in(std::string_view text) {
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// Prefer: odata.maxpagesize=1000;odata.continue-on-error
std::size_t page_size(const Request& request) {
    std::string prefer = lower(request.header("prefer"));
    std::erase(prefer, ' ');
    constexpr std::string_view key = "odata.maxpagesize=";
    const auto at = prefer.find(key);
    if (at == std::string::npos) return largest_page;
    const auto digits = prefer.substr(at + key.size());
    const auto size = number_in(digits.substr(0, digits.find_first_of(";,")));
    return size && *size > 0 ? std::min(*size, largest_page) : largest_page;
}

// Where a page starts and how many rows came before it; opaque to clients.
struct PageStart {
    std::size_t position = 0;
    std::size_t given = 0;
};
constexpr std::string_view mark = "exchange:";

PageStart page_start(const Request& request) {
    const auto url = parse_target(request.target);
    const std::string* token = url ? url->option("$skiptoken") : nullptr;
    if (token == nullptr) return {};
    const auto bytes = from_base64url(*token);
    if (bytes && bytes->starts_with(mark)) {
        const auto parts = split(std::string_view(*bytes).substr(mark.size()), ':');
        const auto position = number_in(parts.front());
        const auto given = number_in(parts.back());
        if (parts.size() == 2 && position && given) return {*position, *given};
    }
    throw invalid_call("The skip token is invalid.");
}

std::size_t result_size(const Invocation& call) {
    const auto text = call.text("ResultSize");
    if (text.empty()) return usual_result_size;
    if (same_ignoring_case(text, "Unlimited")) return std::numeric_limits<std::size_t>::max();
    const auto size = number_in(text);
    if (!size)
        throw wrong_value("ResultSize", "Cannot convert value \"" + text + "\" to type \"Unlimited\".");
    return *size;
}

json only_selected(json row, const std::vector<std::string>& names) {
    if (names.empty()) return row;
    json some = json::object();
    for (const auto& name : names) {
        if (row.contains(name + "@odata.type")) some[name + "@odata.type"] = row[name + "@odata.type"];
        if (row.contains(name)) some[name] = row[name];
    }
    return some;
}

std::vector<std::string> selected_in(const Request& request) {
    const auto url = parse_target(request.target);
    const std::string* option = url ? url->option("$select") : nullptr;
    if (option == nullptr || option->empty()) return {};
    auto names = split(*option, ',');
    for (auto& name : names) std::erase(name, ' ');
    return names;
}

const json& input_of(const json& body) {
    const auto input = body.find("CmdletInput");
    if (input == body.end() || !input->is_object() || !input->value("CmdletName", json()).is_string() ||
        !input->value("Parameters", json()).is_object())
        throw invalid_call("CmdletInput has a CmdletName and an object of Parameters.");
    return *input;
}

void account_for(const json& input, Accounting& entry) {
    entry.cmdlet = input.at("CmdletName").get<std::string>();
    for (const auto& [name, value] : input.at("Parameters").items()) {
        entry.parameters.push_back(name);
        if (same_ignoring_case(name, "Identity") && value.is_string())
            entry.identity = value.get<std::string>();
    }
}

}  // namespace

const App& AdminApi::let_in(const Request& request, const std::vector<std::string>& bases, TimePoint now) {
    const auto header = request.header("authorization");
    const std::string_view token =
        same_ignoring_case(header.substr(0, 7), "bearer ") ? header.substr(7) : std::string_view();
    const TokenClaims* claims = nullptr;
    if (tokens_.read(token, now, &claims) != TokenFault::none) throw Shut{401};
    if (!is_exchange_audience(claims->audience, bases)) throw Shut{401};
    const App* app = tenant_.app(claims->app);
    if (app == nullptr || !app->consented) throw Shut{401};
    if (!claims->has_role(permission)) throw Shut{403};
    return *app;
}

void AdminApi::charge(const Context& context) {
    const auto& settings = tenant_.settings.exchange;
    const auto wait = budget_.refuse(context.app.client_id, settings, throttle_scale_, context.now);
    if (!wait) return;
    int status = settings.refuses == Refuses::with_503 ? 503 : 429;
    if (settings.refuses == Refuses::mixed && tenant_.random.fraction() < 0.5) status = 503;
    CmdletFault fault = over_budget(status);
    if (auto after = retry_after(tenant_.settings.retry_after, *wait, context.now))
        fault.headers.emplace_back("Retry-After", std::move(*after));
    throw fault;
}

void AdminApi::write_page(
    const Request& request, const Context& context, Invocation& call, const NextRow& next, json& body) {
    const auto names = selected_in(request);
    const std::size_t size = page_size(request);
    const std::size_t limit = result_size(call);
    PageStart at = page_start(request);
    json value = json::array();
    while (true) {
        std::size_t after = at.position;
        auto row = next(after);
        if (!row) break;
        if (at.given >= limit) {
            if (!call.has("ResultSize"))
                call.warnings.emplace_back(
                    "There are more results available than are currently displayed. To view them, increase "
                    "the value for the ResultSize parameter.");
            break;
        }
        if (value.size() == size) {
            const auto token =
                std::string(mark) + std::to_string(at.position) + ":" + std::to_string(at.given);
            body["@odata.nextLink"] =
                context.base + with_option(request.target, "$skiptoken", base64url(token));
            break;
        }
        value.push_back(only_selected(std::move(*row), names));
        at = {after, at.given + 1};
    }
    body["@adminapi.warnings"] = call.warnings;
    body["value"] = std::move(value);
}

Answer AdminApi::invoke(const Request& request, const json& body, const Context& context, Accounting& entry) {
    const json& input = input_of(body);
    account_for(input, entry);
    charge(context);
    const Access& access = context.app.exchange_access;
    if (!access.any()) throw role_not_supported(context.app.client_id);
    const Cmdlet* cmdlet = cmdlet_named(entry.cmdlet);
    if (cmdlet == nullptr || !access.may_run(cmdlet->name)) throw no_such_cmdlet(entry.cmdlet);
    entry.cost = {1, cmdlet->kind == CmdletKind::writes ? 1 : 0};
    Invocation call{tenant_,
                    context.app,
                    std::string(cmdlet->name),
                    bound_parameters(*cmdlet, access, input.at("Parameters")),
                    anchor_in(request),
                    context.now,
                    {}};
    Answer answer;
    answer.body["@odata.context"] =
        context.base + "/adminapi/beta/" + tenant_.id + "/$metadata#Collection(Exchange.GenericHashTable)";
    answer.body["adminapi.warnings@odata.type"] = "#Collection(String)";
    write_page(request, context, call, cmdlet->run(call), answer.body);
    return answer;
}

Answer AdminApi::refused(CmdletFault fault) {
    const bool by_chance = fault.status >= 400 && fault.status < 500 && fault.status != 429;
    if (by_chance && tenant_.random.fraction() < tenant_.settings.exchange.odd_status) {
        fault.status = 500;
        fault.code = "InternalServerError";
    }
    Answer answer;
    answer.status = fault.status;
    answer.headers = fault.headers;
    answer.body = envelope_of(fault);
    return answer;
}

Answer AdminApi::run(const Request& request, const json& body, const Context& context, Accounting& entry) {
    Answer answer;
    try {
        answer = invoke(request, body, context, entry);
    } catch (const CmdletFault& fault) {
        answer = refused(fault);
    } catch (const OpathError& fault) {
        answer = refused(wrong_value("Filter", std::string("Invalid filter syntax: ") + fault.what() + "."));
    }
    entry.status = answer.status;
    entry.throttled =
        answer.headers.end() != std::find_if(answer.headers.begin(),
                                             answer.headers.end(),
                                             [](auto& h) { return h.first == "Retry-After"; }) ||
        answer.status == 429;
    return answer;
}

Answer AdminApi::batch(const json& body,
                       const Context& context,
                       const Graph::ItemInterceptor& intercept,
                       std::vector<Accounting>& entries) {
    const auto requests = body.find("requests");
    if (requests == body.end() || !requests->is_array() || requests->empty() || requests->size() > most_items)
        throw invalid_call("A batch has 1 to 10 requests.");
    json responses = json::array();
    for (const auto& given : *requests) {
        Request item;
        item.method = given.value("method", "");
        item.target = given.value("url", "");
        if (item.target.starts_with(context.base)) item.target.erase(0, context.base.size());
        if (given.contains("headers"))
            for (const auto& [name, value] : given.at("headers").items())
                item.headers.emplace_back(lower(name),
                                          value.is_string() ? value.get<std::string>() : value.dump());
        const json input = given.value("body", json::object());
        item.body = input.dump();
        Accounting entry;
        entry.method = item.method;
        entry.target = item.target;
        entry.batch_item = given.value("id", "");
        const Graph::Proceed proceed = [&] {
            const bool known =
                item.method == "POST" && item.target.find("/InvokeCommand") != std::string::npos;
            if (known) return run(item, input, context, entry);
            return refused(invalid_call("Only InvokeCommand can be part of a batch."));
        };
        Answer answer = intercept(item, entry, proceed);
        entry.status = answer.status;
        json headers = json::object();
        for (const auto& [name, value] : answer.headers) headers[name] = value;
        responses.push_back({{"id", entry.batch_item},
                             {"status", answer.status},
                             {"headers", std::move(headers)},
                             {"body", std::move(answer.body)}});
        entries.push_back(std::move(entry));
    }
    // In any order, like Graph's.
    for (std::size_t left = responses.size(); left > 1; --left)
        std::swap(responses[left - 1], responses[tenant_.random.below(left)]);
    Answer answer;
    answer.body = {{"responses", std::move(responses)}};
    return answer;
}

Answer AdminApi::module_file(const Context& context) {
    const Access& access = context.app.exchange_access;
    if (!access.any()) throw role_not_supported(context.app.client_id);
    Answer answer;
    answer.body = {{"value", json::array({{{"exportedCmdlets", exported_cmdlets(access)}}})}};
    return answer;
}

Answer AdminApi::route(const Request& request,
                       const Context& context,
                       const Graph::ItemInterceptor& intercept,
                       std::vector<Accounting>& entries) {
    const auto url = parse_target(request.target);
    if (!url || url->segments.size() != 4) throw Shut{404};
    const auto& version = url->segments[1];
    const auto& tenant = url->segments[2];
    const auto& what = url->segments[3];
    if (version != "beta" && version != "v1.0") throw Shut{404};
    const Domain* domain = tenant_.domain(tenant);
    if (!same_ignoring_case(tenant, tenant_.id) && (domain == nullptr || !domain->verified)) throw Shut{404};
    if (what == "EXOModuleFile") {
        if (request.method != "GET") throw Shut{405};
        return module_file(context);
    }
    if (version != "beta" || (what != "InvokeCommand" && what != "$batch")) throw Shut{404};
    if (request.method != "POST") throw Shut{405};
    const json body = read_body(request);
    if (what == "$batch") return batch(body, context, intercept, entries);
    return run(request, body, context, entries.front());
}

Reply AdminApi::answer(const Request& request,
                       const std::vector<std::string>& bases,
                       TimePoint now,
                       const Graph::ItemInterceptor& intercept,
                       std::vector<Accounting>& entries) {
    entries.emplace_back();
    entries.front().method = request.method;
    entries.front().target = request.target;
    entries.front().client_request_id = std::string(request.header("client-request-id"));
    Reply reply;
    reply.headers = {{"request-id", tenant_.random.guid()}, {"Date", http_date(now)}};
    try {
        const Context context{let_in(request, bases, now), bases.front(), now};
        Answer answer;
        try {
            answer = route(request, context, intercept, entries);
        } catch (const CmdletFault& fault) {
            answer = refused(fault);
        }
        reply.status = answer.status;
        reply.headers.insert(reply.headers.end(), answer.headers.begin(), answer.headers.end());
        reply.headers.emplace_back("Content-Type", content_type);
        reply.body = answer.body.dump(-1, ' ', false, json::error_handler_t::replace);
    } catch (const Shut& shut) {
        reply.status = shut.status;
        if (shut.status == 401) reply.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"\"");
    }
    entries.front().status = reply.status;
    return reply;
}

}  // namespace uplift::sandbox::exchange
