// Sends requests of one tenant to Microsoft Graph: token, one renewal of it, deadline, throttling, pages.
//
// No write leaves with a token that carries a forbidden permission, and no call without the one that it
// needs. Permissions given or taken away show in a new token only: while one is in the way, a new token is
// got every `judgement_age`.
//
// One executor, one thread.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/entropy.hpp"
#include "core/graph/calls.hpp"
#include "core/graph/permissions.hpp"
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
           http::BaseUrl base,
           PermissionRules permissions)
        : client_(client),
          tokens_(tokens),
          clock_(clock),
          entropy_(entropy),
          base_(std::move(base)),
          permissions_(std::move(permissions)) {}

    // https://graph.microsoft.com/v1.0
    [[nodiscard]] const http::BaseUrl& base() const { return base_; }

    // Why no write may leave, by the token that was used last; nothing where that is not known any more.
    [[nodiscard]] std::optional<Unauthorized> write_bar() const;

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
    void judge(const http::TokenPtr& token);
    [[nodiscard]] std::optional<Unauthorized> bar_of(Call call) const;
    [[nodiscard]] bool judgement_is_old() const;
    Moment moment();
    void note(const http::Exchange& exchange, TimePoint now);

    http::Client& client_;
    http::TokenSource& tokens_;
    engine::Clock& clock_;
    engine::Entropy& entropy_;
    http::BaseUrl base_;
    PermissionRules permissions_;
    http::TokenPtr judged_;
    TimePoint judged_at_{};
    std::optional<Unauthorized> write_bar_;
    bool in_the_way_ = false;  // what was judged holds something back
    Duration wait_when_untold_ = std::chrono::seconds{30};
    TimePoint untold_until_{};
};

}  // namespace uplift::graph
