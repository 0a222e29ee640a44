// Sends requests of one tenant to Microsoft Graph: token, one renewal of it, deadline, throttling, pages.
//
// One executor, one thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/entropy.hpp"
#include "core/graph/calls.hpp"
#include "core/graph/reply.hpp"
#include "core/http/client.hpp"
#include "core/http/token_source.hpp"

namespace uplift::graph {

enum class Consistency { usual, eventual };

class Sender {
 public:
    Sender(http::Client& client,
           http::TokenSource& tokens,
           engine::Clock& clock,
           engine::Entropy& entropy,
           http::BaseUrl base)
        : client_(client), tokens_(tokens), clock_(clock), entropy_(entropy), base_(std::move(base)) {}

    // https://graph.microsoft.com/v1.0
    [[nodiscard]] const http::BaseUrl& base() const { return base_; }

    boost::asio::awaitable<Outcome<json::Value>> send(Call call, http::Request request, TimePoint deadline);
    boost::asio::awaitable<Outcome<json::Value>> read(Call call,
                                                      http::Target target,
                                                      TimePoint deadline,
                                                      Consistency consistency = Consistency::usual);
    // All items of a list, page after page. A next page is only asked for at the same service.
    boost::asio::awaitable<Outcome<std::vector<json::Value>>> read_list(
        Call call, http::Target target, TimePoint deadline, Consistency consistency = Consistency::usual);

 private:
    [[nodiscard]] http::Request read_request(http::Target target, Consistency consistency);
    [[nodiscard]] std::string fresh_guid();
    Moment moment();
    void note(const http::Exchange& exchange, TimePoint now);

    http::Client& client_;
    http::TokenSource& tokens_;
    engine::Clock& clock_;
    engine::Entropy& entropy_;
    http::BaseUrl base_;
    Duration wait_when_untold_ = std::chrono::seconds{30};
    TimePoint untold_until_{};
};

}  // namespace uplift::graph
