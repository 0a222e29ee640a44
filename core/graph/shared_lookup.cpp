#include "core/graph/shared_lookup.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <deque>

#include "core/http/signal.hpp"
#include "core/text/url.hpp"

namespace uplift::graph {
namespace asio = boost::asio;

struct SharedLookup::Waiter {
    Waiter(asio::any_io_executor executor, std::string asked, TimePoint until)
        : value(std::move(asked)), deadline(until), answered(std::move(executor)) {}
    std::string value;
    TimePoint deadline;
    Outcome<Accounts> outcome = NotSent{.why = "the look-up was given up"};
    http::Signal answered;

    void answer(Outcome<Accounts> with) {
        outcome = std::move(with);
        answered.set();
    }
};

struct SharedLookup::State {
    asio::any_io_executor executor;
    Fetch fetch;
    Matches matches;
    SharedLookupSettings settings;
    std::deque<std::shared_ptr<Waiter>> waiting;
    bool gathering = false;
    bool gone = false;

    // The next ones that fit into one request.
    std::vector<std::shared_ptr<Waiter>> next() {
        std::vector<std::shared_ptr<Waiter>> together;
        std::vector<std::string_view> values;
        std::size_t letters = 0;
        while (!waiting.empty()) {
            const std::string_view value = waiting.front()->value;
            if (std::find(values.begin(), values.end(), value) == values.end()) {
                const auto more = text::percent_encoded(text::odata_literal(value)).size() + 3;
                if (!values.empty() &&
                    (values.size() == settings.most_values || letters + more > settings.most_letters))
                    break;
                values.push_back(value);
                letters += more;
            }
            together.push_back(std::move(waiting.front()));
            waiting.pop_front();
        }
        return together;
    }

    void hand_out(const std::vector<std::shared_ptr<Waiter>>& waiters,
                  const Outcome<Accounts>& outcome) const {
        const auto* found = done_value(outcome);
        for (const auto& waiter : waiters) {
            if (found == nullptr) {
                waiter->answer(outcome);
                continue;
            }
            Accounts theirs;
            for (const auto& account : *found)
                if (matches(account, waiter->value)) theirs.push_back(account);
            waiter->answer(Done<Accounts>{std::move(theirs)});
        }
    }
};

SharedLookup::SharedLookup(asio::any_io_executor executor,
                           Fetch fetch,
                           Matches matches,
                           SharedLookupSettings settings)
    : state_(std::make_shared<State>()) {
    state_->executor = std::move(executor);
    state_->fetch = std::move(fetch);
    state_->matches = matches;
    state_->settings = settings;
}

SharedLookup::~SharedLookup() { state_->gone = true; }

asio::awaitable<void> SharedLookup::gather(std::shared_ptr<State> state) {
    co_await http::pause(state->settings.company);
    state->gathering = false;
    while (!state->waiting.empty())
        asio::co_spawn(state->executor, ask(state, state->next()), asio::detached);
}

asio::awaitable<void> SharedLookup::ask(std::shared_ptr<State> state,
                                        std::vector<std::shared_ptr<Waiter>> waiters) {
    std::vector<std::string> values;
    auto deadline = waiters.front()->deadline;
    for (const auto& waiter : waiters) {
        deadline = std::max(deadline, waiter->deadline);
        if (std::find(values.begin(), values.end(), waiter->value) == values.end())
            values.push_back(waiter->value);
    }
    if (state->gone) co_return;
    const bool shared = values.size() > 1;
    const auto outcome = co_await state->fetch(std::move(values), deadline);
    if (!shared || !std::holds_alternative<Refused>(outcome)) {
        state->hand_out(waiters, outcome);
        co_return;
    }
    for (auto& waiter : waiters) {
        std::vector<std::shared_ptr<Waiter>> alone{std::move(waiter)};
        asio::co_spawn(state->executor, ask(state, std::move(alone)), asio::detached);
    }
}

asio::awaitable<Outcome<Accounts>> SharedLookup::find(std::string value,
                                                      TimePoint deadline,
                                                      std::chrono::milliseconds time_allowed) {
    const auto state = state_;
    const auto limit = std::chrono::steady_clock::now() + time_allowed;
    const auto waiter = std::make_shared<Waiter>(state->executor, std::move(value), deadline);
    state->waiting.push_back(waiter);
    if (!state->gathering) {
        state->gathering = true;
        asio::co_spawn(state->executor, gather(state), asio::detached);
    }
    if (!co_await waiter->answered.wait_until(limit)) {
        std::erase(state->waiting, waiter);
        co_return NotSent{.why = "the look-up took too long", .code = FaultCode::tenant_unreachable};
    }
    co_return std::move(waiter->outcome);
}

}  // namespace uplift::graph
