#include "core/exchange/invoker.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "core/model/guid.hpp"
#include "core/text/utf8.hpp"

namespace uplift::exchange {
namespace asio = boost::asio;

namespace {

using Rows = std::vector<json::Value>;

constexpr std::size_t most_pages = 1'000;  // of 1,000 rows
constexpr Duration first_wait = std::chrono::seconds{30};
constexpr Duration longest_wait = std::chrono::seconds{300};
constexpr Duration judgement_age = std::chrono::minutes{5};
constexpr std::string_view permission = "Exchange.ManageAsApp";
// The arbitration mailbox that every organisation has, under this name.
constexpr std::string_view anchor_prefix = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@";

http::BaseUrl admin_api(const http::BaseUrl& service) {
    return http::BaseUrl::parse(service.text() + "/adminapi", "endpoints.exchange").value();
}

Rows rows_of(const json::Value& body) {
    const auto* value = body.find("value");
    if (value == nullptr) return {};
    return Rows(value->items().begin(), value->items().end());
}

// Asked for without a limit, a list that was cut all the same is none.
bool says_more(const json::Value& body) {
    const auto* warnings = body.find("@adminapi.warnings");
    if (warnings == nullptr) return false;
    return std::any_of(warnings->items().begin(), warnings->items().end(), [](const json::Value& one) {
        return text::lower(one.as_string().value_or("")).find("more results") != std::string::npos;
    });
}

// The same command at another place of the same service.
bool is_page(const http::Target& target) {
    const auto path = std::string_view(target.text()).substr(0, target.text().find('?'));
    return path.find("/adminapi/beta/") != std::string_view::npos && path.ends_with("/InvokeCommand");
}

}  // namespace

Invoker::Invoker(http::Client& client,
                 http::TokenSource& tokens,
                 engine::Clock& clock,
                 engine::Entropy& entropy,
                 const http::BaseUrl& service,
                 std::string tenant)
    : client_(client),
      tokens_(tokens),
      clock_(clock),
      entropy_(entropy),
      base_(admin_api(service)),
      tenant_(std::move(tenant)),
      anchor_(std::string(anchor_prefix) + tenant_) {}

std::string Invoker::fresh_guid() {
    Guid guid;
    entropy_.fill(std::as_writable_bytes(std::span{guid.octets}));
    guid.octets[7] = static_cast<std::uint8_t>((guid.octets[7] & 0x0F) | 0x40);  // version 4
    guid.octets[8] = static_cast<std::uint8_t>((guid.octets[8] & 0x3F) | 0x80);
    return to_string(guid);
}

// Jitter only ever adds: nobody comes before the time.
Moment Invoker::moment() {
    const auto spread = static_cast<std::uint64_t>(wait_when_untold_.count() / 4 + 1);
    const auto jitter = Duration{static_cast<std::int64_t>(entropy_.next_u64() % spread)};
    return Moment{.now = clock_.now(), .wait_when_untold = wait_when_untold_ + jitter};
}

// Microsoft publishes no limits of this service: without a time from it the waits grow.
void Invoker::note(const Outcome<json::Value>& outcome, const http::Exchange& exchange, TimePoint now) {
    if (done_value(outcome) != nullptr) wait_when_untold_ = first_wait;
    const auto* reply = std::get_if<http::Reply>(&exchange);
    if (reply == nullptr || !std::holds_alternative<Throttled>(outcome)) return;
    // Many calls in flight are throttled at once: that counts as one time.
    if (reply->header("Retry-After") || now < untold_until_) return;
    untold_until_ = now + wait_when_untold_;
    wait_when_untold_ = std::min(wait_when_untold_ * 2, longest_wait);
}

// A token that cannot be read may be anything: the service decides.
bool Invoker::lacks_permission(const http::TokenPtr& token) {
    if (token != judged_) {
        judged_ = token;
        judged_at_ = clock_.now();
    }
    if (!token->roles) return false;
    return std::find(token->roles->begin(), token->roles->end(), permission) == token->roles->end();
}

asio::awaitable<Outcome<json::Value>> Invoker::send(Call call, http::Request request, TimePoint deadline) {
    for (bool renewed = false;; renewed = true) {
        // What was granted meanwhile shows in a new token only.
        if (judged_ && lacks_permission(judged_) && clock_.now() >= judged_at_ + judgement_age)
            tokens_.invalidate(judged_);
        const auto patience = std::max(deadline - clock_.now(), Duration{0});
        const auto token_outcome = co_await tokens_.get(patience);
        const auto* token = done_value(token_outcome);
        if (token == nullptr) co_return without_value<json::Value>(token_outcome);
        if (lacks_permission(*token)) co_return exchange::lacks_permission();
        const auto left = deadline - clock_.now();
        if (left <= Duration{0}) co_return NotSent{.why = "no time was left to send it"};
        auto attempt = request.clone();
        attempt.bearer((*token)->bearer);
        const auto exchange = co_await client_.exchange(std::move(attempt), left);
        if (!renewed && is_stale_token(exchange)) {
            tokens_.invalidate(*token);
            continue;
        }
        const auto at = moment();
        auto outcome = understood(call, exchange, at);
        note(outcome, exchange, at.now);
        co_return outcome;
    }
}

http::Target Invoker::target_of(const Command& command) const {
    http::Target target(base_);
    target.path("/beta").segment(tenant_).path("/InvokeCommand");
    if (!command.properties.empty()) target.query("$select", command.properties);
    return target;
}

http::Request Invoker::request(const Command& command,
                               http::Target target,
                               std::string_view request_id) const {
    http::Request request(http::Method::post, base_, std::move(target));
    request.header("X-AnchorMailbox", anchor_)
        .header("X-CmdletName", entry_of(command.call).cmdlet)
        .header("X-ResponseFormat", "json")
        .header("Prefer", "odata.maxpagesize=1000")
        .header("client-request-id", request_id);
    request.body("application/json;charset=utf-8", body_of(command)).reply_cap(http::list_reply_bytes);
    return request;
}

asio::awaitable<Outcome<Rows>> Invoker::read(Command command, TimePoint deadline) {
    Rows rows;
    auto target = target_of(command);
    std::set<std::string> asked{target.text()};
    for (std::size_t page = 1; page <= most_pages; ++page) {
        // A next page is the same command at the address that the last one told.
        auto request = this->request(command, target, fresh_guid());
        const auto outcome = co_await send(command.call, std::move(request), deadline);
        const auto* body = done_value(outcome);
        if (body == nullptr) co_return without_value<Rows>(outcome);
        auto more = rows_of(*body);
        std::move(more.begin(), more.end(), std::back_inserter(rows));
        const auto* link = body->find("@odata.nextLink");
        if (link == nullptr || link->is_null()) {
            if (says_more(*body)) co_return not_understood(command.call, "the list was cut");
            co_return Done<Rows>{std::move(rows)};
        }
        auto next = http::Target::from_link(base_, link->as_string().value_or(""));
        if (!next || !is_page(*next))
            co_return not_understood(command.call, "ALARM: the next page leads elsewhere");
        target = std::move(*next);
        if (!asked.insert(target.text()).second)
            co_return not_understood(command.call, "the pages go in a circle");
    }
    co_return not_understood(command.call, "there is no end of pages");
}

asio::awaitable<Outcome<Rows>> Invoker::write(Command command, AttemptId attempt, TimePoint deadline) {
    auto request = this->request(command, target_of(command), attempt.value);
    const auto outcome = co_await send(command.call, std::move(request), deadline);
    const auto* body = done_value(outcome);
    if (body == nullptr) co_return without_value<Rows>(outcome);
    co_return Done<Rows>{rows_of(*body)};
}

asio::awaitable<Outcome<Rows>> Invoker::read_module(TimePoint deadline) {
    constexpr auto call = Call::get_cmdlets;
    http::Target target(base_);
    // The version of ExchangeOnlineManagement whose list this is.
    target.path("/v1.0").segment(tenant_).path("/EXOModuleFile").query("Version=3.9.2");
    http::Request request(http::Method::get, base_, std::move(target));
    request.header("X-AnchorMailbox", anchor_)
        .header("CommandName", "*")
        .header("client-request-id", fresh_guid())
        .reply_cap(http::list_reply_bytes);
    const auto outcome = co_await send(call, std::move(request), deadline);
    const auto* body = done_value(outcome);
    if (body == nullptr) co_return without_value<Rows>(outcome);
    co_return Done<Rows>{rows_of(*body)};
}

}  // namespace uplift::exchange
