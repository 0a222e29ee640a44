// A tenant's mailboxes over a server that answers commands by a script.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "core/exchange/exchange_mailboxes.hpp"
#include "core/json/json.hpp"
#include "tests/unit/graph/real_ports.hpp"
#include "tests/unit/http/server/asking.hpp"

namespace uplift::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::reply_of;
using testing::HasSubstr;

inline const ObjectId kim_id{"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21"};
inline const ObjectId other_id{"8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10"};
inline const AttemptId attempt{"11111111-aaaa-4bbb-8ccc-222222222222"};
inline const std::string tenant_id = "0b3c1d52-7d0e-4b0c-9a54-6f1c0a2d7e11";

inline std::string json_reply(int status, std::string_view body, std::string_view more = "") {
    return reply_of(
        status,
        body,
        "Content-Type: application/json;odata.metadata=minimal;charset=utf-8\r\n" + std::string(more));
}
inline std::string listed(std::string_view rows, std::string_view more = "") {
    return R"({"@adminapi.warnings":[],"value":[)" + std::string(rows) + "]" + std::string(more) + "}";
}
// As the service writes one: `more` stands behind what every mailbox has.
inline std::string mailbox_row(std::string_view id, std::string_view more = "") {
    return R"({"ExternalDirectoryObjectId":")" + std::string(id) +
           R"(","PrimarySmtpAddress":"kim@contoso.com","EmailAddresses":["SMTP:kim@contoso.com",)"
           R"("smtp:ka@contoso.com","X500:/o=x"],"ArchiveGuid":"00000000-0000-0000-0000-000000000000",)"
           R"("WhenMailboxCreated":"2026-11-23T10:07:12Z","PersistedCapabilities":["BPOS_S_Enterprise"],)"
           R"("LitigationHoldEnabled":false,"LitigationHoldDuration":"Unlimited")" +
           std::string(more) + "}";
}
inline std::string exception_body(std::string_view type, std::string_view text) {
    return R"({"error":{"code":"X","message":"Error executing cmdlet","details":[{"code":"Context","target":"",)"
           R"("message":"Ex6F9304|)" +
           std::string(type) + "|" + std::string(text) +
           R"("}],"innererror":{"internalexception":{"message":"Exception was thrown."}}}})";
}

struct Talk {
    using Answer = std::function<std::string(const std::string& request)>;
    explicit Talk(Answer answer)
        : server(test::answering([this, answer](const std::string& request) {
              if (test::asks_for_token(request)) return test::token_reply(token(++tokens_given));
              const std::scoped_lock held(lock);
              calls.push_back(request);
              return answer(request);
          })),
          client(io.get_executor(), test::trusting()),
          tokens(client,
                 http::TokenSettings{.login = test::base_of(server, ""),
                                     .tenant = tenant_id,
                                     .client_id = "5d1b2c3a-0000-4000-8000-00000000c0de",
                                     .scope = "https://outlook.office365.com/.default",
                                     .credential = http::ClientSecret{Secret::copy_of("secret")}},
                 [this] { return clock.now(); }),
          mailboxes(
              {.exchange = test::base_of(server, ""), .tenant = tenant_id}, client, tokens, clock, entropy) {}

    [[nodiscard]] TimePoint soon() const { return clock.now() + 20s; }
    template <class T>
    T run(asio::awaitable<T> call) {
        return test::run(io, std::move(call));
    }
    // Opaque; or one that says what it carries.
    std::string token(int number) const {
        return tokens_said.empty() ? "token" + std::to_string(number) : tokens_said;
    }

    std::string tokens_said;
    std::mutex lock;
    std::vector<std::string> calls;
    std::atomic<int> tokens_given = 0;
    test::TlsServer server;
    asio::io_context io;
    test::AdjustedClock clock;
    test::KernelEntropy entropy;
    http::Client client;
    http::TokenSource tokens;
    ExchangeMailboxes mailboxes;
};

inline std::string first_line(const std::string& request) { return request.substr(0, request.find("\r\n")); }
inline std::string body_of_request(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

}  // namespace uplift::exchange
