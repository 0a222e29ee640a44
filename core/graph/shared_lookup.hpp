// Joins look-ups that wait at the same time into one request, and hands everybody their own share.
//
// One executor, one thread. A look-up waits a few milliseconds for company, then goes out with at most
// `most_values` others. Where a request of several is refused, each is asked for alone: one odd value must
// not fail the others.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/outcome.hpp"

namespace uplift::graph {

using Accounts = std::vector<Account>;

struct SharedLookupSettings {
    std::size_t most_values = 15;
    std::size_t most_letters = 1'400;  // of all values, encoded: an advanced query's URL has at most 2,048
    std::chrono::milliseconds company{2};
};

class SharedLookup {
 public:
    // Asks for all values in one request.
    using Fetch = std::function<boost::asio::awaitable<Outcome<Accounts>>(std::vector<std::string> values,
                                                                          TimePoint deadline)>;
    // Whether an account is what a value asked for.
    using Matches = bool (*)(const Account&, std::string_view value);

    // `fetch` must stay callable while look-ups run.
    SharedLookup(boost::asio::any_io_executor executor,
                 Fetch fetch,
                 Matches matches,
                 SharedLookupSettings settings = {});
    ~SharedLookup();
    SharedLookup(const SharedLookup&) = delete;
    SharedLookup& operator=(const SharedLookup&) = delete;

    // Ends by `deadline`, whatever the shared request does; `time_allowed` is the same as a duration.
    boost::asio::awaitable<Outcome<Accounts>> find(std::string value,
                                                   TimePoint deadline,
                                                   std::chrono::milliseconds time_allowed);

 private:
    struct State;
    struct Waiter;
    static boost::asio::awaitable<void> gather(std::shared_ptr<State> state);
    static boost::asio::awaitable<void> ask(std::shared_ptr<State> state,
                                            std::vector<std::shared_ptr<Waiter>> waiters);
    std::shared_ptr<State> state_;
};

}  // namespace uplift::graph
