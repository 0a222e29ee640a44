#include "core/graph/shared_lookup.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace uplift::graph {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

bool has_name(const Account& account, std::string_view name) { return account.user_principal_name == name; }

Account account_named(std::string name) {
    Account account;
    account.user_principal_name = std::move(name);
    return account;
}

// Everybody but "nobody" exists; "odd" makes a request refused.
struct World {
    explicit World(SharedLookupSettings settings = {.company = 0ms})
        : lookup(
              io.get_executor(),
              [this](std::vector<std::string> values, TimePoint deadline) {
                  return fetch(std::move(values), deadline);
              },
              has_name,
              settings) {}

    asio::awaitable<Outcome<Accounts>> fetch(std::vector<std::string> values, TimePoint) {
        requests.push_back(values);
        if (silent) {
            asio::steady_timer never(io, 1h);
            co_await never.async_wait(asio::use_awaitable);
        }
        Accounts found;
        for (const auto& value : values) {
            if (value == "odd") co_return Refused{.code = FaultCode::tenant_reply, .what = "x", .cure = "x"};
            if (value != "nobody") found.push_back(account_named(value));
        }
        co_return Done<Accounts>{std::move(found)};
    }

    void ask(std::string value, std::chrono::milliseconds time = 10s) {
        ++waiting;
        asio::co_spawn(
            io, lookup.find(value, TimePoint{}, time), [this, value](std::exception_ptr, auto outcome) {
                const auto* found = done_value(outcome);
                std::string text = found == nullptr ? "no answer" : "";
                if (found != nullptr)
                    for (const auto& account : *found) text += account.user_principal_name;
                answers[value] = text;
                --waiting;
            });
    }
    void run() {
        while (waiting > 0) io.run_one();
    }

    asio::io_context io;
    std::vector<std::vector<std::string>> requests;
    std::map<std::string, std::string> answers;
    int waiting = 0;
    bool silent = false;
    SharedLookup lookup;
};

TEST(SharedLookup, LoneOneGoesAlone) {
    World world;

    world.ask("jane");
    world.run();

    EXPECT_EQ(world.answers["jane"], "jane");
    EXPECT_EQ(world.requests, (std::vector<std::vector<std::string>>{{"jane"}}));
}

TEST(SharedLookup, ThoseWhoWaitTogetherShareRequestsOfFifteenAndGetTheirOwn) {
    World world;

    for (int i = 0; i < 32; ++i) world.ask("p" + std::to_string(i));
    world.ask("nobody");
    world.run();

    ASSERT_EQ(world.requests.size(), 3u);
    EXPECT_EQ(world.requests[0].size(), 15u);
    EXPECT_EQ(world.requests[2].size(), 3u);
    for (int i = 0; i < 32; ++i) EXPECT_EQ(world.answers["p" + std::to_string(i)], "p" + std::to_string(i));
    EXPECT_EQ(world.answers["nobody"], "");
}

TEST(SharedLookup, SameValueIsAskedOnce) {
    World world;

    world.ask("jane");
    world.ask("jane");
    world.run();

    EXPECT_EQ(world.requests, (std::vector<std::vector<std::string>>{{"jane"}}));
}

TEST(SharedLookup, LongValuesDoNotMakeAUrlTooLong) {
    World world({.most_letters = 100, .company = 0ms});

    for (const char letter : std::string("abcdef")) world.ask(std::string(40, letter));
    world.run();

    EXPECT_EQ(world.requests.size(), 3u);
}

TEST(SharedLookup, RefusalOfOneDoesNotFailTheOthers) {
    World world;

    for (const auto* value : {"jane", "odd", "john"}) world.ask(value);
    world.run();

    EXPECT_EQ(world.answers["jane"], "jane");
    EXPECT_EQ(world.answers["john"], "john");
    EXPECT_EQ(world.answers["odd"], "no answer");
}

TEST(SharedLookup, EndsByItsOwnDeadline) {
    World world;
    world.silent = true;

    world.ask("jane", 20ms);
    world.run();

    EXPECT_EQ(world.answers["jane"], "no answer");
}

TEST(SharedLookup, GoesAwayWhileSomebodyWaits) {
    World world;
    world.ask("jane");
    SUCCEED();  // nothing is touched after the end
}

}  // namespace
}  // namespace uplift::graph
