// Runs commands of one tenant in Exchange Online: token, one renewal of it, deadline, throttling, pages.
//
// One executor, one thread. Every command of a tenant goes to the same anchor mailbox: else the next back end
// may not have seen the last write.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/entropy.hpp"
#include "core/exchange/commands.hpp"
#include "core/exchange/reply.hpp"
#include "core/http/client.hpp"
#include "core/http/token_source.hpp"

namespace uplift::exchange {

class Invoker {
 public:
    // `service` is https://outlook.office365.com, or the endpoint in its place; `tenant` a GUID or a domain.
    Invoker(http::Client& client,
            http::TokenSource& tokens,
            engine::Clock& clock,
            engine::Entropy& entropy,
            const http::BaseUrl& service,
            std::string tenant);

    // All rows, page after page. A next page is only asked for at the same service.
    boost::asio::awaitable<Outcome<std::vector<json::Value>>> read(Command command, TimePoint deadline);
    // One request; the rows of its reply, often none.
    boost::asio::awaitable<Outcome<std::vector<json::Value>>> write(Command command,
                                                                    AttemptId attempt,
                                                                    TimePoint deadline);
    // What the app may run, by the service's own list.
    boost::asio::awaitable<Outcome<std::vector<json::Value>>> read_module(TimePoint deadline);

 private:
    boost::asio::awaitable<Outcome<json::Value>> send(Call call, http::Request request, TimePoint deadline);
    [[nodiscard]] http::Target target_of(const Command& command) const;
    [[nodiscard]] http::Request request(const Command& command,
                                        http::Target target,
                                        std::string_view request_id) const;
    [[nodiscard]] std::string fresh_guid();
    [[nodiscard]] bool lacks_permission(const http::TokenPtr& token);
    Moment moment();
    void note(const Outcome<json::Value>& outcome, const http::Exchange& exchange, TimePoint now);

    http::Client& client_;
    http::TokenSource& tokens_;
    engine::Clock& clock_;
    engine::Entropy& entropy_;
    http::BaseUrl base_;  // …/adminapi
    std::string tenant_;
    std::string anchor_;
    http::TokenPtr judged_;
    TimePoint judged_at_{};
    Duration wait_when_untold_ = std::chrono::seconds{30};
    TimePoint untold_until_{};
};

}  // namespace uplift::exchange
