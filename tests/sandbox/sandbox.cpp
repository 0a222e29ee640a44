#include "tests/sandbox/sandbox.hpp"

#include "tests/sandbox/calls.hpp"
#include "tests/sandbox/control.hpp"
#include "tests/sandbox/definition.hpp"
#include "tests/sandbox/exchange/admin_api.hpp"
#include "tests/sandbox/exchange/mailbox_life.hpp"
#include "tests/sandbox/faulty_reply.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/token_endpoint.hpp"
#include "tests/sandbox/url.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr std::string_view token_path = "/oauth2/v2.0/token";

// The tenant's name in /{tenant}/oauth2/v2.0/token; nothing for another path.
std::optional<std::string> tenant_of_token_path(std::string_view target) {
    const auto path = target.substr(0, target.find('?'));
    if (!path.ends_with(token_path)) return std::nullopt;
    const auto name = path.substr(0, path.size() - token_path.size());
    if (name.size() < 2 || name.find('/', 1) != std::string_view::npos) return std::nullopt;
    return percent_decoded(name.substr(1), Plus::literal);
}

bool is_control(const Request& request) { return request.target.starts_with("/sandbox/"); }

// Faults that an item of a batch can show by itself; the rest concern the connection.
bool stays_in_item(FaultKind kind) {
    return kind == FaultKind::status || kind == FaultKind::wrong_id || kind == FaultKind::rewrite;
}

}  // namespace

Sandbox::Sandbox(json definition, SandboxOptions options, TimePoint now, LogLine log)
    : definition_(std::move(definition)),
      options_(std::move(options)),
      log_line_(std::move(log)),
      throttle_(1) {
    reset(now);
}

void Sandbox::reset(TimePoint now) {
    tenant_ = make_tenant(definition_, options_.directory, options_.seed, now);
    caught_up_ = now;
    tokens_ = std::make_unique<AccessTokens>(tenant_->random);
    exchange_budget_.clear();
    throttle_.set_scale(options_.throttle_scale.value_or(tenant_->settings.throttle_scale));
    faults_.set(
        read_fault_rules(options_.faults ? *options_.faults : definition_.value("faults", json::array())));
    counters_ = Counters{};
}

void Sandbox::catch_up(TimePoint now) {
    caught_up_ = now;
    exchange::settle_mailboxes(*tenant_, now);
    empty_bin(*tenant_, now);
}

void Sandbox::log(const Accounting& entry, TimePoint now) {
    if (entry.throttled) ++counters_.throttled;
    if (entry.cmdlet.empty()) {
        counters_.resource_units += static_cast<std::uint64_t>(entry.cost.resource_units);
        counters_.writes += static_cast<std::uint64_t>(entry.cost.writes);
    } else {
        ++counters_.exchange_calls;
        counters_.exchange_writes += static_cast<std::uint64_t>(entry.cost.writes);
    }
    if (!entry.fault.empty()) ++counters_.faults;
    if (!log_line_) return;
    json line = {{"time",
                  static_cast<double>(
                      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count()) /
                      1000.0},
                 {"method", entry.method},
                 {"target", entry.target},
                 {"client_request_id", entry.client_request_id},
                 {"status", entry.status},
                 {"ru", entry.cost.resource_units},
                 {"writes", entry.cost.writes},
                 {"fault", entry.fault.empty() ? json(nullptr) : json(entry.fault)}};
    if (!entry.batch_item.empty()) line["item"] = entry.batch_item;
    if (!entry.cmdlet.empty()) {
        line["cmdlet"] = entry.cmdlet;
        line["identity"] = entry.identity;
        line["parameters"] = entry.parameters;
    }
    std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace);
    text.push_back('\n');
    log_line_(std::move(text));
}

Answer Sandbox::intercepted(const Request& item,
                            Accounting& entry,
                            const Graph::Proceed& proceed,
                            std::optional<FaultAction>& connection_fault) {
    const auto action = faults_.decide(item, tenant_->random);
    if (!action) return proceed();
    entry.fault = word(action->kind);
    if (!stays_in_item(action->kind)) {
        connection_fault = *action;
        const bool not_done = action->kind == FaultKind::drop_before ||
                              action->kind == FaultKind::apply_later || action->kind == FaultKind::redirect;
        if (!not_done) return proceed();
        Answer none;
        none.status = 503;
        return none;
    }
    if (action->kind == FaultKind::status) {
        if (action->applied == Applied::yes) proceed();
        return item_answer(*action);
    }
    Answer answer = proceed();
    rewrite(*action, answer.body, tenant_->random);
    return answer;
}

Sandbox::Handled Sandbox::handle(const Request& request, TimePoint now, std::string_view fault) {
    Handled handled;
    std::vector<Accounting> entries;
    if (const auto name = tenant_of_token_path(request.target); name && request.method == "POST") {
        ++counters_.token_requests;
        handled.reply = TokenEndpoint(*tenant_, *tokens_).answer(request, *name, bases_, now);
        if (handled.reply.status == 200) ++counters_.tokens_issued;
        Accounting entry;
        entry.method = request.method;
        entry.target = request.target;
        entry.client_request_id = std::string(request.header("client-request-id"));
        entry.status = handled.reply.status;
        entries.push_back(std::move(entry));
    } else {
        const auto intercept = [&](const Request& item, Accounting& entry, const Graph::Proceed& proceed) {
            return intercepted(item, entry, proceed, handled.of_an_item);
        };
        if (exchange::AdminApi::answers(request)) {
            exchange::AdminApi api(*tenant_, *tokens_, exchange_budget_, throttle_.scale());
            handled.reply = api.answer(request, bases_, now, intercept, entries);
            handled.took = tenant_->settings.exchange.command_time.drawn(tenant_->random);
        } else {
            handled.reply =
                Graph(*tenant_, *tokens_, throttle_).answer(request, bases_, now, intercept, entries);
            counters_.graph_calls += entries.size() > 1 ? entries.size() - 1 : 1;
        }
    }
    entries.front().fault = fault;
    for (const auto& entry : entries) log(entry, now);
    return handled;
}

Delivery Sandbox::faulted(const Request& request, const FaultAction& action, TimePoint now) {
    Delivery delivery;
    if (does_the_work(action)) {
        delivery.reply = handle(request, now, word(action.kind)).reply;
    } else {
        Accounting entry;
        entry.method = request.method;
        entry.target = request.target;
        entry.client_request_id = std::string(request.header("client-request-id"));
        entry.status = action.kind == FaultKind::status ? action.status : 0;
        entry.fault = word(action.kind);
        log(entry, now);
    }
    spoil(action, tenant_->random, now, delivery);
    return delivery;
}

Delivery Sandbox::serve(const Request& request, TimePoint now) {
    catch_up(now);
    if (is_control(request)) {
        Delivery delivery;
        delivery.reply = answer_control(*this, request, now);
        return delivery;
    }
    ++counters_.requests;
    if (const auto action = faults_.decide(request, tenant_->random)) return faulted(request, *action, now);
    Handled handled = handle(request, now, "");
    Delivery delivery;
    delivery.reply = std::move(handled.reply);
    delivery.delay = handled.took;
    if (handled.of_an_item) {
        // Its work is done or left out already: only the connection is left to spoil.
        FaultAction action = *handled.of_an_item;
        if (action.kind == FaultKind::apply_later) action.kind = FaultKind::drop_after;
        spoil(action, tenant_->random, now, delivery);
    }
    return delivery;
}

void Sandbox::apply(const Request& request, TimePoint now) {
    catch_up(now);
    handle(request, now, "applied_later");
}

}  // namespace uplift::sandbox
