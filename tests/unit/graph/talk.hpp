// A tenant of the tests over a server that answers Graph's calls by a script.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "core/graph/graph_tenant.hpp"
#include "tests/unit/graph/real_ports.hpp"
#include "tests/unit/http/server/asking.hpp"

namespace uplift::graph {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::ok;
using test::reply_of;
using testing::HasSubstr;

inline const ObjectId kim_id{"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21"};
inline const AttemptId attempt{"11111111-aaaa-4bbb-8ccc-222222222222"};
inline const std::string kim =
    R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21","userPrincipalName":"Kim.Akers@contoso.com","onPremisesImmutableId":"xJKGBlVfdUe/0aXiCit+gg==","usageLocation":null,"accountEnabled":true,"createdDateTime":"2026-11-23T10:00:00Z"})";

inline std::string json_reply(int status, std::string_view body, std::string_view more = "") {
    return reply_of(status, body, "Content-Type: application/json\r\n" + std::string(more));
}

inline std::string base64url(std::string_view text) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char letter : text) {
        bits = (bits << 8 | static_cast<unsigned char>(letter)) & 0xFFFFFFU;
        for (count += 8; count >= 6; count -= 6) out += letters[(bits >> (count - 6)) & 0x3FU];
    }
    if (count > 0) out += letters[(bits << (6 - count)) & 0x3FU];
    return out;
}

// A tenant over a server that answers Graph's calls by `graph`.
struct Talk {
    using Answer = std::function<std::string(const std::string& request)>;
    explicit Talk(Answer graph, PermissionRules permissions = {})
        : server(test::answering([this, graph](const std::string& request) {
              if (test::asks_for_token(request)) return test::token_reply(token(++tokens_given));
              const std::scoped_lock held(lock);
              calls.push_back(request);
              return graph(request);
          })),
          client(io.get_executor(), test::trusting()),
          tokens(client,
                 http::TokenSettings{.login = test::base_of(server, ""),
                                     .tenant = "contoso.com",
                                     .client_id = "5d1b2c3a-0000-4000-8000-00000000c0de",
                                     .scope = "https://graph.microsoft.com/.default",
                                     .credential = http::ClientSecret{Secret::copy_of("secret")}},
                 [this] { return clock.now(); }),
          tenant({.graph = test::base_of(server, ""), .permissions = std::move(permissions)},
                 client,
                 tokens,
                 clock,
                 entropy) {}

    [[nodiscard]] TimePoint soon() const { return clock.now() + 20s; }
    template <class T>
    T run(asio::awaitable<T> call) {
        return test::run(io, std::move(call));
    }

    // Opaque, as Microsoft says; or one that says what it carries.
    std::string token(int number) const {
        const auto name = "token" + std::to_string(number);
        return claims.empty() ? name : "e30." + base64url(claims) + "." + name;
    }

    std::string claims;
    std::mutex lock;
    std::vector<std::string> calls;
    std::atomic<int> tokens_given = 0;
    test::TlsServer server;
    asio::io_context io;
    test::AdjustedClock clock;
    test::KernelEntropy entropy;
    http::Client client;
    http::TokenSource tokens;
    GraphTenant tenant;
};

inline std::string first_line(const std::string& request) { return request.substr(0, request.find("\r\n")); }
inline std::string body_of(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

inline PlannedAccount planned() {
    PlannedAccount plan;
    plan.user_principal_name = "kim.akers@contoso.com";
    plan.mail_nickname = "kim.akers";
    plan.display_name = "Kim \"K\" Åkers";
    plan.usage_location = "DE";
    plan.anchor = Anchor::from_text("xJKGBlVfdUe/0aXiCit+gg==");
    plan.properties = {{"givenName", "Kim"},
                       {"businessPhones", "+49 30 555"},
                       {"extensionAttribute1", "one"},
                       {"extensionAttribute15", "fifteen"},
                       {"department", ""}};
    return plan;
}

}  // namespace uplift::graph
