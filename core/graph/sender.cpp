#include "core/graph/sender.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "core/model/guid.hpp"

namespace uplift::graph {
namespace asio = boost::asio;

namespace {

constexpr std::size_t most_pages = 1'000;
constexpr Duration first_wait = std::chrono::seconds{30};
constexpr Duration longest_wait = std::chrono::seconds{300};
constexpr Duration judgement_age = std::chrono::minutes{5};

}  // namespace

std::string Sender::fresh_guid() {
    Guid guid;
    entropy_.fill(std::as_writable_bytes(std::span{guid.octets}));
    guid.octets[7] = static_cast<std::uint8_t>((guid.octets[7] & 0x0F) | 0x40);  // version 4
    guid.octets[8] = static_cast<std::uint8_t>((guid.octets[8] & 0x3F) | 0x80);
    return to_string(guid);
}

// Jitter only ever adds: nobody comes before the time.
Moment Sender::moment() {
    const auto spread = static_cast<std::uint64_t>(wait_when_untold_.count() / 4 + 1);
    const auto jitter = Duration{static_cast<std::int64_t>(entropy_.next_u64() % spread)};
    return Moment{.now = clock_.now(), .wait_when_untold = wait_when_untold_ + jitter};
}

void Sender::note(const http::Exchange& exchange, TimePoint now) {
    const auto* reply = std::get_if<http::Reply>(&exchange);
    if (reply == nullptr) return;
    if (reply->status != 429) {
        if (reply->status < 400) wait_when_untold_ = first_wait;
        return;
    }
    // Many calls in flight are throttled at once: that counts as one time.
    if (reply->header("Retry-After") || now < untold_until_) return;
    untold_until_ = now + wait_when_untold_;
    wait_when_untold_ = std::min(wait_when_untold_ * 2, longest_wait);
}

bool Sender::judgement_is_old() const { return clock_.now() >= judged_at_ + judgement_age; }

std::optional<Unauthorized> Sender::write_bar() const {
    return judgement_is_old() ? std::nullopt : write_bar_;
}

void Sender::judge(const http::TokenPtr& token) {
    if (token == judged_) return;
    judged_ = token;
    judged_at_ = clock_.now();
    // A token that cannot be read may be anything: the service decides.
    write_bar_ = token->roles ? why_no_write(*token->roles, permissions_) : std::nullopt;
    in_the_way_ = write_bar_.has_value();
}

std::optional<Unauthorized> Sender::bar_of(Call call) const {
    if (entry_of(call).write && write_bar_) return write_bar_;
    return judged_->roles ? why_not(*judged_->roles, call, permissions_) : std::nullopt;
}

asio::awaitable<Outcome<json::Value>> Sender::send(Call call, http::Request request, TimePoint deadline) {
    for (bool renewed = false;; renewed = true) {
        if (in_the_way_ && judgement_is_old()) tokens_.invalidate(judged_);
        const auto patience = std::max(deadline - clock_.now(), Duration{0});
        const auto token_outcome = co_await tokens_.get(patience);
        const auto* token = done_value(token_outcome);
        if (token == nullptr) co_return without_value<json::Value>(token_outcome);
        judge(*token);
        if (auto bar = bar_of(call)) {
            in_the_way_ = true;
            co_return std::move(*bar);
        }
        const auto left = deadline - clock_.now();
        if (left <= Duration{0}) co_return NotSent{.why = "no time was left to send it"};
        auto attempt = request.clone();
        attempt.bearer((*token)->bearer);
        const auto exchange = co_await client_.exchange(std::move(attempt), left);
        const auto at = moment();
        note(exchange, at.now);
        if (renewed || !is_stale_token(exchange)) co_return understood(call, exchange, at);
        tokens_.invalidate(*token);
    }
}

http::Request Sender::read_request(http::Target target, Consistency consistency) {
    http::Request request(http::Method::get, base_, std::move(target));
    request.header("client-request-id", fresh_guid()).reply_cap(http::list_reply_bytes);
    if (consistency == Consistency::eventual) request.header("ConsistencyLevel", "eventual");
    return request;
}

asio::awaitable<Outcome<json::Value>> Sender::read(Call call,
                                                   http::Target target,
                                                   TimePoint deadline,
                                                   Consistency consistency) {
    auto request = read_request(std::move(target), consistency);
    request.reply_cap(http::usual_reply_bytes);
    co_return co_await send(call, std::move(request), deadline);
}

asio::awaitable<Outcome<std::vector<json::Value>>> Sender::read_list(Call call,
                                                                     http::Target target,
                                                                     TimePoint deadline,
                                                                     Consistency consistency) {
    std::vector<json::Value> items;
    std::set<std::string> asked{target.text()};
    const auto not_understood = [&](std::string_view why) {
        return NotSent{.why = std::string(entry_of(call).doing) + ": " + std::string(why),
                       .code = FaultCode::tenant_reply};
    };
    for (std::size_t page = 1; page <= most_pages; ++page) {
        auto request = read_request(target, consistency);
        const auto outcome = co_await send(call, std::move(request), deadline);
        const auto* body = done_value(outcome);
        if (body == nullptr) co_return without_value<std::vector<json::Value>>(outcome);
        const auto* value = body->find("value");
        if (value == nullptr || !value->is_array()) co_return not_understood("the reply has no list");
        items.insert(items.end(), value->items().begin(), value->items().end());
        const auto* link = body->find("@odata.nextLink");
        if (link == nullptr || link->is_null()) co_return Done<std::vector<json::Value>>{std::move(items)};
        auto next = http::Target::from_link(base_, link->as_string().value_or(""));
        if (!next) co_return not_understood("ALARM: the next page leads elsewhere");
        target = std::move(*next);
        if (!asked.insert(target.text()).second) co_return not_understood("the pages go in a circle");
    }
    co_return not_understood("there is no end of pages");
}

}  // namespace uplift::graph
