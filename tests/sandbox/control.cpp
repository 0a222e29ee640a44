#include "tests/sandbox/control.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/sandbox/definition.hpp"
#include "tests/sandbox/definition_keys.hpp"
#include "tests/sandbox/exchange/mailbox_life.hpp"
#include "tests/sandbox/sandbox.hpp"
#include "tests/sandbox/state_dump.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

Reply json_reply(int status, const json& body) {
    Reply reply;
    reply.status = status;
    reply.headers.emplace_back("Content-Type", "application/json");
    reply.body = body.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
    return reply;
}

json done() { return {{"done", true}}; }

json set_faults(Sandbox& sandbox, const json& body) {
    auto rules = read_fault_rules(body);
    const auto count = rules.size();
    sandbox.faults().set(std::move(rules));
    return {{"rules", count}};
}

json show_faults(const Sandbox& sandbox) {
    json list = json::array();
    for (const auto& rule : const_cast<Sandbox&>(sandbox).faults().rules())
        list.push_back({{"action", word(rule.action.kind)},
                        {"path", rule.path.empty() ? rule.path_prefix : rule.path},
                        {"seen", rule.seen},
                        {"fired", rule.fired}});
    return list;
}

json set_throttle(Sandbox& sandbox, const json& body) {
    check_keys(body, {"scale", "retry_after"}, "throttle");
    if (body.contains("scale")) sandbox.throttle().set_scale(body.at("scale").get<double>());
    if (body.contains("retry_after")) {
        const auto form = retry_after_form_named(body.at("retry_after").get<std::string>());
        if (!form) throw std::runtime_error("retry_after: seconds, decimal, http-date or absent");
        sandbox.tenant().settings.retry_after = *form;
    }
    return {{"scale", sandbox.throttle().scale()}};
}

json set_seats(Sandbox& sandbox, const json& body, TimePoint now) {
    check_keys(body, {"sku", "seats", "warning", "capability_status", "buy", "take"}, "seats");
    auto& subscriptions = sandbox.tenant().subscriptions;
    const auto sku = subscriptions.named(needed_text(body, "sku", "seats"));
    if (!sku) throw std::runtime_error("the tenant has no such SKU");
    auto& subscription = subscriptions.all[*sku];
    subscription.enabled = body.value("seats", subscription.enabled);
    subscription.warning = body.value("warning", subscription.warning);
    subscription.capability_status = body.value("capability_status", subscription.capability_status);
    subscription.enabled += body.value("buy", std::int64_t{0});
    // A stranger's: consumedUnits shows them as late as ours.
    const auto shown_at = now + sandbox.tenant().random.delay(sandbox.tenant().settings.seat_lag);
    subscription.consume(body.value("take", std::int64_t{0}), now, shown_at);
    return {{"sku", subscription.part_number},
            {"seats", subscription.enabled},
            {"consumed", subscription.consumed},
            {"consumedUnits", subscription.consumed_units(now)}};
}

App& app_in(Sandbox& sandbox, const json& body) {
    auto& apps = sandbox.tenant().apps;
    if (apps.empty()) throw std::runtime_error("the tenant has no app");
    if (!body.contains("client_id")) return apps.front();
    App* app = sandbox.tenant().app(body.at("client_id").get<std::string>());
    if (app == nullptr) throw std::runtime_error("the tenant has no such app");
    return *app;
}

json set_secrets(Sandbox& sandbox, const json& body, TimePoint now) {
    check_keys(body,
               {"client_id", "expire", "secrets", "certificates", "enabled", "consented", "revoke_tokens"},
               "secrets");
    App& app = app_in(sandbox, body);
    if (body.value("expire", false))
        for (auto& secret : app.secrets) secret.expires = now;
    if (body.contains("secrets")) {
        app.secrets.clear();
        for (const auto& secret : body.at("secrets")) app.secrets.push_back(secret_of(secret));
    }
    if (body.contains("certificates")) {
        app.certificates.clear();
        for (const auto& pem : body.at("certificates")) {
            auto certificate = read_certificate(pem.get<std::string>());
            if (!certificate) throw std::runtime_error("no PEM certificate");
            app.certificates.push_back(std::move(*certificate));
        }
    }
    app.enabled = body.value("enabled", app.enabled);
    app.consented = body.value("consented", app.consented);
    if (body.value("revoke_tokens", false)) sandbox.tokens().revoke_all();
    return {{"client_id", app.client_id},
            {"secrets", app.secrets.size()},
            {"certificates", app.certificates.size()},
            {"enabled", app.enabled},
            {"consented", app.consented}};
}

json set_roles(Sandbox& sandbox, const json& body) {
    check_keys(
        body, {"client_id", "roles", "exchange_roles", "exchange_access", "exchange_without"}, "roles");
    App& app = app_in(sandbox, body);
    app.roles = body.value("roles", app.roles);
    app.exchange_roles = body.value("exchange_roles", app.exchange_roles);
    read_exchange_access(body, app.exchange_access);
    return {{"roles", app.roles},
            {"exchange_roles", app.exchange_roles},
            {"exchange_access", app.exchange_access.roles},
            {"exchange_without", app.exchange_access.without}};
}

json add_user(Sandbox& sandbox, const json& body, TimePoint now) {
    const json list = body.is_array() ? body : json::array({body});
    json ids = json::array();
    for (const auto& entry : list) {
        const auto position = add_defined_user(sandbox.tenant(), entry, Presence::active, now);
        ids.push_back(sandbox.tenant().directory.truth(position).id);
    }
    return {{"ids", ids}};
}

json sign_in(Sandbox& sandbox, const json& body, TimePoint now) {
    check_keys(body, {"user"}, "signin");
    auto& tenant = sandbox.tenant();
    const auto position = user_named(tenant, needed_text(body, "user", "signin"));
    if (!position) throw std::runtime_error("no such user");
    User user = tenant.directory.truth(*position);
    user.last_sign_in = now;
    tenant.directory.replace(*position, std::move(user), now);
    return done();
}

// Awaited mailboxes of `users` (ids or UPNs; without it, of everybody) are listed and usable so soon.
json set_mailboxes(Sandbox& sandbox, const json& body, TimePoint now) {
    check_keys(body, {"users", "listed_in", "usable_in"}, "mailboxes");
    Tenant& tenant = sandbox.tenant();
    const auto after = [&](const char* key, double otherwise) {
        const Seconds time(body.value(key, otherwise));
        return now + std::chrono::duration_cast<Clock::duration>(time);
    };
    const double listed = body.value("listed_in", 0.0);
    std::vector<UserPosition> users;
    for (const auto& name : list_of(body, "users")) {
        const auto user = user_named(tenant, name.get<std::string>());
        if (!user) throw std::runtime_error("no such user: " + name.get<std::string>());
        users.push_back(*user);
    }
    if (!body.contains("users"))
        for (UserPosition user = 0; user < tenant.mailboxes.end(); ++user) users.push_back(user);
    for (const auto user : users)
        exchange::reschedule_mailbox(tenant, user, after("listed_in", 0), after("usable_in", listed));
    sandbox.catch_up(now);
    return {{"users", users.size()}};
}

json changed(Sandbox& sandbox, const std::string& what, const Request& request, TimePoint now) {
    const json body = request.body.empty() ? json::object() : json::parse(request.body);
    if (what == "faults") return set_faults(sandbox, body);
    if (what == "throttle") return set_throttle(sandbox, body);
    if (what == "seats") return set_seats(sandbox, body, now);
    if (what == "secrets") return set_secrets(sandbox, body, now);
    if (what == "roles") return set_roles(sandbox, body);
    if (what == "signin") return sign_in(sandbox, body, now);
    if (what == "mailboxes") return set_mailboxes(sandbox, body, now);
    if (what == "users") return add_user(sandbox, body, now);
    if (what == "reset") {
        sandbox.reset(now);
        return done();
    }
    throw std::out_of_range(what);
}

}  // namespace

Reply answer_control(Sandbox& sandbox, const Request& request, TimePoint now) {
    const std::string what = request.target.substr(9, request.target.find('?') - 9);
    try {
        if (request.method == "POST") return json_reply(200, changed(sandbox, what, request, now));
        if (request.method != "GET") return json_reply(405, {{"error", "GET or POST"}});
        if (what == "state") return state_reply(sandbox);
        if (what == "summary") return json_reply(200, summary(sandbox));
        if (what == "faults") return json_reply(200, show_faults(sandbox));
        throw std::out_of_range(what);
    } catch (const std::out_of_range&) {
        return json_reply(404, {{"error", "no such control endpoint: " + what}});
    } catch (const std::exception& fault) {
        return json_reply(400, {{"error", fault.what()}});
    }
}

}  // namespace uplift::sandbox
