// Domain controllers by DNS: names, order, ports, and whom not to believe; and the clocks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <thread>

#include "core/ldap/service_records.hpp"
#include "tests/unit/ldap/asking.hpp"
#include "tests/unit/ldap/hostile_server.hpp"

namespace uplift::ldap::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string of_domain = "_ldap._tcp.dc._msdcs.corp.example.com";
const std::string of_site = "_ldap._tcp.HQ._sites.dc._msdcs.corp.example.com";

// Name servers that a test fills. Any thread.
class ToldResolver final : public ServiceResolver {
 public:
    std::variant<std::vector<ServiceRecord>, std::string> look_up(const std::string& name) override {
        const std::lock_guard lock(mutex_);
        ++asked_;
        if (fails_) return "no name server answers for " + name;
        const auto found = records_.find(name);
        return found == records_.end() ? std::vector<ServiceRecord>{} : found->second;
    }
    void put(const std::string& name, std::vector<ServiceRecord> records) {
        const std::lock_guard lock(mutex_);
        records_[name] = std::move(records);
    }
    void fail(bool fails) {
        const std::lock_guard lock(mutex_);
        fails_ = fails;
    }
    int asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

 private:
    std::mutex mutex_;
    std::map<std::string, std::vector<ServiceRecord>> records_;
    bool fails_ = false;
    int asked_ = 0;
};

ServiceRecord record(std::string target, int priority = 0, int weight = 100, int port = 389) {
    return {.target = std::move(target),
            .port = static_cast<std::uint16_t>(port),
            .priority = static_cast<std::uint16_t>(priority),
            .weight = static_cast<std::uint16_t>(weight)};
}
const Draw always_least = [](std::uint32_t) { return 0U; };
const Draw always_most = [](std::uint32_t most) { return most; };

std::vector<std::string> uris_of(const std::variant<std::vector<DomainController>, std::string>& found) {
    std::vector<std::string> uris;
    if (const auto* why = std::get_if<std::string>(&found)) return {*why};
    for (const auto& controller : std::get<std::vector<DomainController>>(found))
        uris.push_back(controller.uri);
    return uris;
}

TEST(Discovery, LowerPrioritiesComeFirstAndWeightsDecideAmongEquals) {
    const std::vector<ServiceRecord> records{
        record("far", 10), record("light", 0, 1), record("heavy", 0, 99), record("zero", 0, 0)};
    const auto names = [&](const Draw& draw) {
        std::vector<std::string> order;
        for (const auto& one : in_order(records, draw)) order.push_back(one.target);
        return order;
    };

    EXPECT_THAT(names(always_least), ElementsAre("zero", "light", "heavy", "far"));
    EXPECT_THAT(names(always_most), ElementsAre("heavy", "light", "zero", "far"));
}

TEST(Discovery, LdapsIsOnItsOwnPortAndStartTlsOnTheRecords) {
    ToldResolver resolver;
    resolver.put(of_domain, {record("dc1.corp.example.com.", 0, 100, 3890)});

    EXPECT_THAT(uris_of(discover(resolver, "corp.example.com", "", Tls::ldaps, always_least)),
                ElementsAre("ldaps://dc1.corp.example.com:636"));
    EXPECT_THAT(uris_of(discover(resolver, "corp.example.com", "", Tls::starttls, always_least)),
                ElementsAre("ldap://dc1.corp.example.com:3890"));
}

TEST(Discovery, ThoseOfTheSiteComeFirstAndTheRestBehindThem) {
    ToldResolver resolver;
    resolver.put(of_site, {record("hq.corp.example.com", 50)});
    resolver.put(of_domain, {record("far.corp.example.com"), record("hq.corp.example.com")});

    const auto found = discover(resolver, "corp.example.com", "HQ", Tls::ldaps, always_least);

    EXPECT_THAT(uris_of(found),
                ElementsAre("ldaps://hq.corp.example.com:636", "ldaps://far.corp.example.com:636"));
    const auto& controllers = std::get<std::vector<DomainController>>(found);
    EXPECT_LT(controllers[0].rank, controllers[1].rank);
}

// Whoever forges DNS has a certificate for a name of his own.
TEST(Discovery, NamesOutsideOfTheDomainAreNobodys) {
    ToldResolver resolver;
    resolver.put(of_domain,
                 {record("dc1.attacker.example"),
                  record("evilcorp.example.com"),
                  record("dc1.corp.example.com.attacker.example"),
                  record("dc1/x.corp.example.com"),
                  record(".corp.example.com"),
                  record("")});

    EXPECT_THAT(uris_of(discover(resolver, "corp.example.com", "", Tls::ldaps, always_least)),
                ElementsAre(HasSubstr("does not belong to corp.example.com")));
}

TEST(Discovery, NobodyNamedIsSaid) {
    ToldResolver resolver;

    EXPECT_THAT(uris_of(discover(resolver, "corp.example.com", "", Tls::ldaps, always_least)),
                ElementsAre("DNS names no domain controller of corp.example.com"));
}

const std::string only_dn = "CN=Jane,DC=corp,DC=example,DC=com";
void knows_one(Peer& peer) {
    peer.serve([](Peer& to, const Request& request) {
        to.send(search_entry(request.id, only_dn, {}) + search_done(request.id, 0));
        return true;
    });
}

// "localhost" is the domain: its name resolves to this machine, whose ports stand for hosts.
LdapSettings discovering() {
    auto settings = scaled_settings({});
    settings.discover = "localhost";
    return settings;
}
const std::string of_localhost = "_ldap._tcp.dc._msdcs.localhost";

struct Discovering {
    explicit Discovering(LdapSettings settings) : resolver(std::make_shared<ToldResolver>()) {
        directory = *LdapDirectory::make(std::move(settings), resolver);
    }
    FoundPeople find(Duration time = 3s) {
        FoundPeople outcome;
        boost::asio::io_context network;
        const auto call =
            [](LdapDirectory& asked, Duration until, FoundPeople& answer) -> boost::asio::awaitable<void> {
            Identity identity{.kind = IdentityKind::userPrincipalName, .value = "jane@corp.example.com"};
            answer = co_await asked.find(std::move(identity), {}, within(until));
        };
        boost::asio::co_spawn(network, call(*directory, time, outcome), boost::asio::detached);
        network.run();
        return outcome;
    }
    std::shared_ptr<ToldResolver> resolver;
    std::unique_ptr<LdapDirectory> directory;
};

TEST(Discovery, DomainControllersThatDnsNamesAreAskedAndDnsOnlyOnce) {
    HostileServer server(knows_one);
    Discovering discovering_(discovering());
    discovering_.resolver->put(of_localhost, {record("localhost", 0, 100, server.port())});

    for (int i = 0; i < 3; ++i) ASSERT_NE(done_value(discovering_.find()), nullptr);

    EXPECT_EQ(discovering_.resolver->asked(), 1);
    EXPECT_EQ(discovering_.directory->health().domain_controller, "localhost");
}

TEST(Discovery, WhenNobodyAnswersDnsIsAskedAgain) {
    HostileServer server(knows_one);
    Discovering asking(discovering());
    asking.resolver->put(of_localhost, {record("localhost", 0, 100, unused_port())});

    const auto first = asking.find();
    asking.resolver->put(of_localhost, {record("localhost", 0, 100, server.port())});
    std::this_thread::sleep_for(300ms);  // limits.busy: DNS is not asked more often
    const auto second = asking.find();

    EXPECT_TRUE(std::holds_alternative<NotSent>(first));
    EXPECT_NE(done_value(second), nullptr);
}

TEST(Discovery, DnsThatFailsIsSaidAndForgottenWhenItIsBack) {
    HostileServer server(knows_one);
    Discovering asking(discovering());
    asking.resolver->put(of_localhost, {record("localhost", 0, 100, server.port())});
    asking.resolver->fail(true);

    const auto first = asking.find();
    asking.resolver->fail(false);
    std::this_thread::sleep_for(300ms);
    const auto second = asking.find();

    ASSERT_TRUE(std::holds_alternative<NotSent>(first));
    EXPECT_THAT(std::get<NotSent>(first).why, HasSubstr("no name server answers"));
    EXPECT_NE(done_value(second), nullptr);
}

TEST(Discovery, WhatDnsSaidCountsForAWhileOnly) {
    HostileServer old(knows_one), young(knows_one);
    auto settings = discovering();
    settings.limits.discovered = 100ms;
    Discovering asking(std::move(settings));
    asking.resolver->put(of_localhost, {record("localhost", 0, 100, old.port())});
    ASSERT_NE(done_value(asking.find()), nullptr);

    asking.resolver->put(of_localhost, {record("localhost", 0, 100, young.port())});
    std::this_thread::sleep_for(150ms);
    for (int i = 0; i < 20 && young.connections() == 0; ++i) {
        ASSERT_NE(done_value(asking.find()), nullptr);
        std::this_thread::sleep_for(20ms);
    }

    EXPECT_EQ(young.connections(), 1);
}

TEST(ClockSkew, IsWhatTheDomainControllerSaysAgainstOurs) {
    std::time_t then = std::time(nullptr) - 600;
    char text[32];
    std::strftime(text, sizeof text, "%Y%m%d%H%M%S.0Z", std::gmtime(&then));
    HostileServer slow([&](Peer& peer) {
        peer.set_current_time(text);
        knows_one(peer);
    });
    Asking asking(scaled_settings({slow.uri()}));

    ASSERT_NE(done_value(asking.find_upn("jane@corp.example.com", 2s)), nullptr);

    const auto skew = asking.directory().health().clock_skew;
    ASSERT_TRUE(skew);
    EXPECT_GT(std::chrono::abs(*skew), worst_clock_skew);
    EXPECT_NEAR(static_cast<double>(skew->count()), -600, 5);
}

}  // namespace
}  // namespace uplift::ldap::test
