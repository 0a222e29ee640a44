// What a GraphTenant is made of, and how replies become the port's values. Of this room only.
//
// One executor, one thread.
#pragma once

#include "core/graph/graph_tenant.hpp"
#include "core/graph/queries.hpp"
#include "core/graph/sender.hpp"
#include "core/graph/shapes.hpp"
#include "core/graph/shared_lookup.hpp"

namespace uplift::graph {

inline NotSent not_understood(Call call) {
    return NotSent{.why = std::string(entry_of(call).doing) + ": the reply is not understood",
                   .code = FaultCode::tenant_reply};
}

// Every item by `shape`, or the reply is not understood.
template <class T>
Outcome<std::vector<T>> all_of(Call call, const Outcome<std::vector<json::Value>>& outcome, auto shape) {
    const auto* items = done_value(outcome);
    if (items == nullptr) return without_value<std::vector<T>>(outcome);
    std::vector<T> out;
    out.reserve(items->size());
    for (const auto& item : *items) {
        std::optional<T> one = shape(item);
        if (!one) return not_understood(call);
        out.push_back(std::move(*one));
    }
    return Done<std::vector<T>>{std::move(out)};
}

inline Outcome<Nothing> without_body(const Outcome<json::Value>& outcome) {
    if (done_value(outcome) != nullptr) return Done<Nothing>{};
    return without_value<Nothing>(outcome);
}

// Shared with the look-ups that run for several callers: they may end after the tenant is gone.
struct GraphTenant::Inside : std::enable_shared_from_this<Inside> {
    using Values = std::vector<std::string>;

    Inside(http::Client& client,
           http::TokenSource& tokens,
           engine::Clock& the_clock,
           engine::Entropy& entropy,
           GraphSettings settings);
    void start(const boost::asio::any_io_executor& executor, std::chrono::milliseconds company);

    static boost::asio::awaitable<Outcome<Accounts>> fetch_by_upn(std::shared_ptr<Inside> inside,
                                                                  Values upns,
                                                                  TimePoint deadline);
    static boost::asio::awaitable<Outcome<Accounts>> fetch_by_anchor(std::shared_ptr<Inside> inside,
                                                                     Values anchors,
                                                                     TimePoint deadline);

    // One write about `id`, with a body or an empty one.
    boost::asio::awaitable<Outcome<Nothing>> write(Call call,
                                                   http::Request request,
                                                   ObjectId id,
                                                   TimePoint deadline);
    [[nodiscard]] http::Request request(http::Method method,
                                        http::Target target,
                                        const AttemptId& attempt) const;
    [[nodiscard]] Duration left_until(TimePoint deadline) const {
        return std::max(deadline - clock.now(), Duration{0});
    }
    [[nodiscard]] http::Target target() const { return http::Target(sender.base()); }
    // /users/ID
    [[nodiscard]] http::Target user_target(const ObjectId& id) const {
        auto target = this->target();
        target.path("/users").id(id.value);
        return target;
    }

    engine::Clock& clock;
    Sender sender;
    std::unique_ptr<SharedLookup> by_upn;
    std::unique_ptr<SharedLookup> by_anchor;
};

}  // namespace uplift::graph
