// ExchangeMailboxes against the sandbox, which gives half of its faults as 500 instead of their own status.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/exchange/exchange_mailboxes.hpp"
#include "core/json/json.hpp"
#include "tests/unit/graph/e2e/sandbox_process.hpp"
#include "tests/unit/graph/real_ports.hpp"
#include "tests/unit/http/server/asking.hpp"

namespace uplift::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::string_view tenant_id = "0b3c1d52-7d0e-4b0c-9a54-6f1c0a2d7e11";
constexpr std::string_view client_id = "5d1b2c3a-0000-4000-8000-00000000c0de";
const ObjectId kim{"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21"};     // plan 2
const ObjectId jane{"8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10"};    // plan 1
const ObjectId none{"11111111-2f6b-4d0e-8a90-5b7e4c3d2f10"};    // no licence
const ObjectId nobody{"00000000-1111-4222-8333-444444444444"};  // no account
const GroupId news{"d02a1f88-2d3e-4b6c-9f70-8b9c0d1e2f30"};

std::string user(const ObjectId& id, const std::string& name, const std::string& licenses) {
    return R"({"id":")" + id.value + R"(","userPrincipalName":")" + name +
           R"(@contoso.com","displayName":")" + name + R"(","usageLocation":"DE","licenses":[)" + licenses +
           "]}";
}

std::string definition(const std::string& more_users) {
    return R"({"tenant":{"id":")" + std::string(tenant_id) +
           R"("},"read_lag":0,"index_lag":0,"throttle_scale":0,
"domains":[{"name":"contoso.com"},{"name":"young.example","accepted":false}],
"exchange":{"odd_status":0.5},
"apps":[{"client_id":")" +
           std::string(client_id) +
           R"(","secrets":["s3cr3t"],"roles":[],"exchange_roles":["Exchange.ManageAsApp"]}],
"skus":[{"sku":"SPE_E3","seats":5000},{"sku":"EXCHANGESTANDARD","seats":100}],
"groups":[{"id":")" +
           news.value +
           R"(","name":"News","kind":"distribution","nickname":"news","mail":"news@contoso.com"}],
"contacts":[{"name":"Outside","mail":"outside@contoso.com"}],
"users":[)" +
           user(kim, "kim", R"("SPE_E3")") + "," + user(jane, "jane", R"("EXCHANGESTANDARD")") + "," +
           user(none, "none", "") + more_users + "]}";
}

class World {
 public:
    explicit World(const std::string& more_users = "")
        : sandbox_(definition(more_users)),
          base_(http::BaseUrl::parse(sandbox_.base(), "sandbox").value()),
          client_(io_.get_executor(), http::TlsContext::create(sandbox_.ca_file()).value()),
          tokens_(client_,
                  http::TokenSettings{.login = base_,
                                      .tenant = std::string(tenant_id),
                                      .client_id = std::string(client_id),
                                      .scope = "https://outlook.office365.com/.default",
                                      .credential = http::ClientSecret{Secret::copy_of("s3cr3t")}},
                  [this] { return clock.now(); }),
          mailboxes(
              {.exchange = base_, .tenant = std::string(tenant_id)}, client_, tokens_, clock, entropy_) {}

    template <class T>
    T run(asio::awaitable<T> call) {
        return test::run(io_, std::move(call));
    }
    [[nodiscard]] TimePoint soon() const { return clock.now() + 30s; }
    AttemptId attempt() {
        return AttemptId{"11111111-aaaa-4bbb-8ccc-22222222" + std::to_string(++attempts_)};
    }
    void control(http::Literal path, std::string body) {
        http::Target target(base_);
        target.path(path);
        http::Request request(http::Method::post, base_, std::move(target));
        request.body("application/json", std::move(body));
        const auto exchange = run(client_.exchange(std::move(request), 10s));
        const auto* reply = std::get_if<http::Reply>(&exchange);
        ASSERT_NE(reply, nullptr);
        ASSERT_EQ(reply->status, 200u) << reply->body;
    }
    Mailbox read(const ObjectId& account) {
        const auto outcome = run(mailboxes.get(account, soon()));
        EXPECT_NE(done_value(outcome), nullptr);
        return done_value(outcome) == nullptr ? Mailbox{} : *done_value(outcome);
    }
    Outcome<Nothing> add(const ObjectId& account, const std::string& address) {
        std::vector<std::string> addresses{address};
        return run(mailboxes.add_addresses(account, addresses, attempt(), soon()));
    }
    Outcome<Nothing> hold(const ObjectId& account, const LitigationHold& hold) {
        return run(mailboxes.set_hold(account, hold, attempt(), soon()));
    }
    Outcome<Nothing> archive(const ObjectId& account) {
        return run(mailboxes.enable_archive(account, attempt(), soon()));
    }
    Outcome<Nothing> join(const GroupId& list, const ObjectId& account) {
        return run(mailboxes.add_list_member(list, account, attempt(), soon()));
    }

    AdjustedClock clock;

 private:
    SandboxProcess sandbox_;
    asio::io_context io_;
    KernelEntropy entropy_;
    http::BaseUrl base_;
    http::Client client_;
    http::TokenSource tokens_;
    int attempts_ = 1'000;

 public:
    exchange::ExchangeMailboxes mailboxes;
};

template <class T>
std::string shown(const Outcome<T>& outcome) {
    return match(
        outcome,
        [](const Done<T>&) -> std::string { return "done"; },
        [](const NotSent& one) { return "not sent: " + one.why; },
        [](const Unknown&) -> std::string { return "unknown"; },
        [](const Conflict& one) { return "conflict " + one.property; },
        [](const Refused& one) { return "refused " + std::string(entry_of(one.code).word); },
        [](const Throttled&) -> std::string { return "throttled"; },
        [](const NotYet&) -> std::string { return "not yet"; },
        [](const Unauthorized& one) { return "unauthorized " + std::string(entry_of(one.code).word); });
}

// Half of the faults come as 500: several times each.
constexpr int times = 6;

TEST(ExchangeOverSandbox, MailboxesAreFoundReadAndToldFromThoseThatAreNot) {
    World world;

    const auto found = world.run(world.mailboxes.find({kim, jane, none, nobody}, world.soon()));

    ASSERT_NE(done_value(found), nullptr) << shown(found);
    EXPECT_EQ(done_value(found)->size(), 2u);
    const auto mailbox = world.read(kim);
    EXPECT_EQ(mailbox.account, kim);
    EXPECT_EQ(mailbox.primary_address, "kim@contoso.com");
    EXPECT_TRUE(mailbox.created_at);
    EXPECT_FALSE(mailbox.hold);
    EXPECT_FALSE(mailbox.has_archive);
    EXPECT_FALSE(mailbox.capabilities.empty());
    for (int i = 0; i < times; ++i)
        for (const auto& account : {none, nobody})
            EXPECT_EQ(shown(world.run(world.mailboxes.get(account, world.soon()))), "not yet");
}

TEST(ExchangeOverSandbox, AllThatWereMadeAreGivenPastAThousandRows) {
    std::string users;
    for (int i = 0; i < 2'100; ++i) {
        auto number = std::to_string(10'000 + i);
        users +=
            "," + user(ObjectId{"22222222-0000-4000-8000-0000000" + number}, "p" + number, R"("SPE_E3")");
    }
    World world(users);

    const auto all = world.run(world.mailboxes.made_since(world.clock.now() - 24h * 400, world.soon()));
    const auto later = world.run(world.mailboxes.made_since(world.clock.now() + 24h, world.soon()));

    ASSERT_NE(done_value(all), nullptr) << shown(all);
    auto accounts = *done_value(all);
    EXPECT_EQ(accounts.size(), 2'102u);
    std::set<ObjectId> different;
    for (const auto& mailbox : accounts) different.insert(mailbox.account);
    EXPECT_EQ(different.size(), 2'102u);
    ASSERT_NE(done_value(later), nullptr) << shown(later);
    EXPECT_TRUE(done_value(later)->empty());
}

TEST(ExchangeOverSandbox, HoldersOfAddressesAreNamed) {
    World world;
    const auto kind_of = [&](const std::string& address) -> std::string {
        const auto outcome = world.run(world.mailboxes.find_recipient(address, world.soon()));
        if (done_value(outcome) == nullptr) return shown(outcome);
        return *done_value(outcome) ? std::string(word((*done_value(outcome))->kind)) : "free";
    };

    EXPECT_EQ(kind_of("KIM@contoso.com"), word(HolderKind::user));
    EXPECT_EQ(kind_of("news@contoso.com"), word(HolderKind::group));
    EXPECT_EQ(kind_of("outside@contoso.com"), word(HolderKind::contact));
    EXPECT_EQ(kind_of("o'free@contoso.com"), "free");
}

TEST(ExchangeOverSandbox, DomainsAndCmdletsAreRead) {
    World world;

    const auto domains = world.run(world.mailboxes.get_accepted_domains(world.soon()));
    const auto cmdlets = world.run(world.mailboxes.get_cmdlets(world.soon()));

    ASSERT_NE(done_value(domains), nullptr) << shown(domains);
    EXPECT_EQ(std::count(done_value(domains)->begin(), done_value(domains)->end(), "contoso.com"), 1);
    EXPECT_EQ(std::count(done_value(domains)->begin(), done_value(domains)->end(), "young.example"), 0);
    ASSERT_NE(done_value(cmdlets), nullptr) << shown(cmdlets);
    for (const auto* cmdlet : {"Get-Mailbox", "Set-Mailbox", "Enable-Mailbox", "Add-DistributionGroupMember"})
        EXPECT_EQ(std::count(done_value(cmdlets)->begin(), done_value(cmdlets)->end(), cmdlet), 1) << cmdlet;
}

TEST(ExchangeOverSandbox, AddressesAreAddedOnceAndTheOthersStay) {
    World world;

    for (int i = 0; i < 2; ++i) EXPECT_EQ(shown(world.add(kim, "kim.a@contoso.com")), "done");

    const auto mailbox = world.read(kim);
    EXPECT_EQ(mailbox.primary_address, "kim@contoso.com");
    EXPECT_EQ(std::count(mailbox.addresses.begin(), mailbox.addresses.end(), "kim.a@contoso.com"), 1);
    EXPECT_EQ(std::count(mailbox.addresses.begin(), mailbox.addresses.end(), "kim@contoso.com"), 1);
    for (int i = 0; i < times; ++i) {
        for (const auto* taken : {"jane@contoso.com", "news@contoso.com", "outside@contoso.com"})
            EXPECT_EQ(shown(world.add(kim, taken)), "conflict proxyAddresses") << taken;
        EXPECT_EQ(shown(world.add(kim, "kim@young.example")), "refused alias_domain");
        EXPECT_EQ(shown(world.add(none, "none.a@contoso.com")), "not yet");
    }
}

TEST(ExchangeOverSandbox, HoldIsSetWithAllItsSettingsWhereTheLicenceAllowsIt) {
    World world;
    LitigationHold hold;
    hold.duration_days = 2'555;
    hold.comment = "Seven years \"so\"";
    hold.url = "https://contoso.com/hold?a=b";

    EXPECT_EQ(shown(world.hold(kim, hold)), "done");

    EXPECT_EQ(world.read(kim).hold, hold);
    for (int i = 0; i < times; ++i)
        EXPECT_EQ(shown(world.hold(jane, LitigationHold{})), "refused hold_not_licensed");
    EXPECT_FALSE(world.read(jane).hold);
}

TEST(ExchangeOverSandbox, ArchiveIsEnabledAndAgainIsDone) {
    World world;

    for (int i = 0; i < times; ++i) EXPECT_EQ(shown(world.archive(kim)), "done");

    EXPECT_TRUE(world.read(kim).has_archive);
    EXPECT_EQ(shown(world.archive(nobody)), "not yet");
}

TEST(ExchangeOverSandbox, ListIsJoinedAndAgainIsDone) {
    World world;

    for (int i = 0; i < times; ++i) EXPECT_EQ(shown(world.join(news, kim)), "done");

    for (int i = 0; i < times; ++i) {
        EXPECT_EQ(shown(world.join(news, nobody)), "not yet");
        EXPECT_EQ(shown(world.join(GroupId{nobody.value}, kim)), "not yet");
    }
}

TEST(ExchangeOverSandbox, WhatTheAppsRoleLacksIsNamed) {
    World world;
    world.control("/sandbox/roles",
                  R"({"exchange_without":["Set-Mailbox:LitigationHoldEnabled","Enable-Mailbox"]})");
    for (int i = 0; i < times; ++i) {
        EXPECT_EQ(shown(world.hold(kim, LitigationHold{})), "refused exchange_parameter_missing");
        EXPECT_EQ(shown(world.archive(kim)), "refused exchange_cmdlet_missing");
    }
    EXPECT_EQ(shown(world.add(kim, "kim.a@contoso.com")), "done");

    world.control("/sandbox/roles", R"({"exchange_access":[]})");
    for (int i = 0; i < times; ++i)
        EXPECT_EQ(shown(world.add(kim, "kim.b@contoso.com")), "unauthorized exchange_role_missing");
}

TEST(ExchangeOverSandbox, LostReplyIsUnknownAndTheHoldIsThere) {
    World world;
    world.control(
        "/sandbox/faults",
        R"([{"match":{"method":["POST"],"path_prefix":"/adminapi"},"when":{"nth":[1]},"do":"drop_after"}])");

    EXPECT_EQ(shown(world.hold(kim, LitigationHold{})), "unknown");

    EXPECT_TRUE(world.read(kim).hold);
}

TEST(ExchangeOverSandbox, ThrottlingIsATimeToWaitFor) {
    World world;
    world.control("/sandbox/throttle", R"({"scale":0.001})");
    std::string last;
    for (int i = 0; i < 20 && last != "throttled"; ++i)
        last = shown(world.run(world.mailboxes.get(kim, world.soon())));

    EXPECT_EQ(last, "throttled");
}

}  // namespace
}  // namespace uplift::test
