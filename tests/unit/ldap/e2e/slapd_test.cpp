// The adapter on a real LDAP server: the contract, and what only a real server shows of T7 and T9.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <iostream>
#include <span>

#include "tests/unit/ldap/asking.hpp"
#include "tests/unit/ldap/directory_contract.hpp"
#include "tests/unit/ldap/e2e/servers.hpp"
#include "tests/unit/ldap/hostile_server.hpp"

namespace uplift::ldap::test {
namespace {

using namespace std::chrono_literals;
using engine::contract::DirectoryEntry;
using engine::contract::EntryKind;
using testing::HasSubstr;

// One for all tests that leave it as it was; 1,000 people: user000000@corp.example.com, …
Slapd& shared_slapd() {
    static Slapd slapd(1000);
    return slapd;
}

void append_value(std::string& ldif, const std::string& name, const std::string& value) {
    const auto* octets = reinterpret_cast<const std::uint8_t*>(value.data());
    ldif += name + ":: " + base64(std::span(octets, value.size())) + "\n";
}

std::string ldif_of(const DirectoryEntry& entry) {
    std::string ldif;
    append_value(ldif, "dn", entry.dn());
    append_value(ldif, "cn", entry.cn);
    append_value(ldif, "distinguishedName", entry.dn());
    if (entry.kind == EntryKind::computer) ldif += "objectClass: user\nobjectClass: computer\n";
    if (entry.kind == EntryKind::user) ldif += "objectClass: user\n";
    if (entry.kind == EntryKind::contact) ldif += "objectClass: contact\n";
    if (entry.kind == EntryKind::group) ldif += "objectClass: group\n";
    const bool person = entry.kind == EntryKind::user || entry.kind == EntryKind::contact;
    ldif += person ? "objectCategory: person\n" : "objectCategory: other\n";
    for (const auto& [name, values] : entry.attributes)
        for (const auto& value : values) append_value(ldif, name, value);
    return ldif + "\n";
}

const std::vector<engine::FoundPerson>& people(const FoundPeople& outcome) {
    const auto* found = done_value(outcome);
    if (found != nullptr) return *found;
    std::string why = "another outcome: " + std::to_string(outcome.index());
    if (const auto* not_sent = std::get_if<NotSent>(&outcome)) why += " " + not_sent->why;
    if (const auto* refused = std::get_if<Refused>(&outcome)) why += " " + refused->what;
    throw std::runtime_error(why);
}

boost::asio::awaitable<engine::Listing> note_guids(std::vector<engine::FoundPerson> page,
                                                   std::vector<Guid>& guids) {
    for (const auto& found : page)
        if (found.anchor) guids.push_back(found.person.object_guid);
    co_return engine::Listing::go_on;
}

class SlapdWorld {
 public:
    SlapdWorld() : asking_(settings()) {}
    ~SlapdWorld() {
        shared_slapd().send_signal(SIGCONT);
        if (!dns_.empty()) shared_slapd().remove(dns_);
    }
    void put(const std::vector<DirectoryEntry>& entries) {
        std::string ldif;
        for (const auto& entry : entries) {
            ldif += ldif_of(entry);
            dns_ += entry.dn() + "\n";
        }
        shared_slapd().add(ldif);
    }
    FoundPeople find(Identity identity, std::vector<std::string> attributes, Duration time) {
        const auto start = std::chrono::steady_clock::now();
        auto outcome = asking_.find(std::move(identity), std::move(attributes), time);
        took_ = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start);
        return outcome;
    }
    Outcome<Nothing> list(Selection selection,
                          std::vector<std::string> attributes,
                          engine::PageTaker taker,
                          Duration patience) {
        const auto start = std::chrono::steady_clock::now();
        auto outcome = asking_.run(asking_.directory().list(
            std::move(selection), std::move(attributes), std::move(taker), patience));
        took_ = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start);
        return outcome;
    }
    [[nodiscard]] Duration took() const { return took_; }
    void fall_silent() { shared_slapd().send_signal(SIGSTOP); }

 private:
    static LdapSettings settings() {
        auto settings = shared_slapd().settings();
        settings.exclude = "(department=Vendors)";
        return settings;
    }
    Asking asking_;
    std::string dns_;
    Duration took_{};
};

}  // namespace
}  // namespace uplift::ldap::test

namespace uplift::engine::contract {
INSTANTIATE_TYPED_TEST_SUITE_P(Slapd, DirectoryContract, uplift::ldap::test::SlapdWorld);
}

namespace uplift::ldap::test {
namespace {

TEST(Slapd, T7_WrongCaIsRefusedWhateverTheEnvironmentSays) {
    const Certificates others;
    auto settings = shared_slapd().settings();
    settings.ca_file = others.ca_file();
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("user000000@corp.example.com", 5s);

    ASSERT_TRUE(std::holds_alternative<NotSent>(outcome));
    EXPECT_EQ(std::get<NotSent>(outcome).code, FaultCode::directory_tls);
}

TEST(Slapd, StartTlsFindsPeopleToo) {
    auto settings = shared_slapd().settings();
    settings.tls = Tls::starttls;
    settings.uris = {shared_slapd().value("LDAP_URI")};
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("user000000@corp.example.com", 5s);

    EXPECT_EQ(people(outcome).size(), 1u);
}

TEST(Slapd, WrongPasswordIsUnauthorized) {
    auto settings = shared_slapd().settings();
    settings.password = Secret::copy_of("wrong");
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("user000000@corp.example.com", 5s);

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome));
    EXPECT_EQ(std::get<Unauthorized>(outcome).code, FaultCode::directory_credentials);
}

TEST(Slapd, MissingBaseIsRefused) {
    auto settings = shared_slapd().settings();
    settings.base_dn = "OU=Nowhere,DC=corp,DC=example,DC=com";
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("user000000@corp.example.com", 5s);
    const auto probed = asking.probe(5s);

    ASSERT_TRUE(std::holds_alternative<Refused>(outcome));
    EXPECT_THAT(std::get<Refused>(outcome).what, HasSubstr("OU=Nowhere"));
    EXPECT_TRUE(std::holds_alternative<Refused>(probed));
}

TEST(Slapd, PageAboveTheServersLimitIsAskedForSmaller) {
    auto settings = shared_slapd().settings();
    settings.page_size = 5000;
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("user000000@corp.example.com", 5s);

    EXPECT_EQ(people(outcome).size(), 1u);
}

TEST(Slapd, DeadPortFirstIsFailedOverFrom) {
    auto settings = shared_slapd().settings();
    settings.uris.insert(settings.uris.begin(), "ldaps://127.0.0.1:" + std::to_string(unused_port()));
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("user000000@corp.example.com", 12s);

    EXPECT_EQ(people(outcome).size(), 1u);
}

// With the times of production: a host that takes the connection and says nothing.
TEST(Slapd, SilentHostFirstIsFailedOverFromWithinTwelveSeconds) {
    HostileServer silent([](Peer& peer) { peer.fall_silent(); });
    auto settings = shared_slapd().settings();
    settings.uris.insert(settings.uris.begin(), silent.uri("ldaps"));
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("user000000@corp.example.com", 12s);

    EXPECT_EQ(people(outcome).size(), 1u);
}

// 2,500 people of one name; five a page, so that the kill comes in the middle of the search.
class Crowd : public testing::Test {
 protected:
    static std::string ldif() {
        std::string ldif;
        for (int i = 0; i < 2500; ++i) {
            DirectoryEntry entry;
            entry.cn = "crowd" + std::to_string(i);
            entry.attributes["userPrincipalName"] = {"crowd@corp.example.com"};
            ldif += ldif_of(entry);
        }
        return ldif;
    }
    static LdapSettings settings(const Slapd& first, const std::vector<std::string>& others) {
        auto settings = first.settings();
        settings.page_size = 5;
        // One certificate authority an instance; on this machine clear text will do.
        settings.tls = Tls::none;
        settings.uris = {first.value("LDAP_URI")};
        settings.uris.insert(settings.uris.end(), others.begin(), others.end());
        return settings;
    }
    // Kills `slapd` while the search runs.
    static FoundPeople find_with_a_kill(Asking& asking, const Slapd& slapd) {
        std::optional<FoundPeople> outcome;
        const auto call = [](LdapDirectory& asked,
                             std::optional<FoundPeople>& answer) -> boost::asio::awaitable<void> {
            Identity identity{.kind = IdentityKind::userPrincipalName, .value = "crowd@corp.example.com"};
            answer = co_await asked.find(std::move(identity), {}, within(10s));
        };
        boost::asio::co_spawn(asking.network(), call(asking.directory(), outcome), boost::asio::detached);
        while (asking.directory().health().outstanding == 0) {
            asking.network().poll();
            std::this_thread::sleep_for(1ms);
        }
        std::this_thread::sleep_for(20ms);
        slapd.send_signal(SIGSTOP);
        asking.network().poll();
        EXPECT_FALSE(outcome.has_value()) << "the search was over before the kill";
        slapd.send_signal(SIGKILL);
        asking.network().run();
        return std::move(*outcome);
    }
};

TEST_F(Crowd, T9_SlapdKilledInMidSearchIsNoAnswer) {
    Slapd slapd(0, ldif());
    Asking asking(settings(slapd, {}));

    const auto outcome = find_with_a_kill(asking, slapd);

    ASSERT_TRUE(std::holds_alternative<NotSent>(outcome));
    EXPECT_EQ(std::get<NotSent>(outcome).code, FaultCode::directory_unreachable);
}

TEST_F(Crowd, T9_SlapdKilledInMidSearchIsAskedElsewhereFromTheStart) {
    Slapd slapd(0, ldif()), second(0, ldif());
    Asking asking(settings(slapd, {second.value("LDAP_URI")}));

    const auto outcome = find_with_a_kill(asking, slapd);

    EXPECT_EQ(people(outcome).size(), 10u);
    EXPECT_EQ("ldap://" + people(outcome).front().person.read_from, second.value("LDAP_URI"));
}

TEST_F(Crowd, T9_UnpagedSearchAboveTheSizeLimitIsADefiniteError) {
    Slapd slapd(0, ldif());
    auto unpaged = settings(slapd, {});
    unpaged.page_size = 0;
    Asking asking(std::move(unpaged));

    const auto outcome = asking.find_upn("crowd@corp.example.com", 10s);

    ASSERT_TRUE(std::holds_alternative<Refused>(outcome));
    EXPECT_THAT(std::get<Refused>(outcome).what, HasSubstr("sizeLimitExceeded (4)"));
}

// No assertion on time: the figure is for whoever reads the log.
TEST(Slapd, BulkOfFindsOverOneConnection) {
    Asking asking(shared_slapd().settings());
    constexpr int finds = 4000, callers = 64;
    int next = 0, found = 0;
    const auto caller = [](Asking& through, int& number, int& count) -> boost::asio::awaitable<void> {
        while (number < finds) {
            char upn[64];
            std::snprintf(upn, sizeof upn, "user%06d@corp.example.com", number++ % 1000);
            Identity identity{.kind = IdentityKind::userPrincipalName, .value = upn};
            std::vector<std::string> attributes{
                "displayName", "mail", "c", "userAccountControl", "proxyAddresses"};
            const auto outcome =
                co_await through.directory().find(std::move(identity), std::move(attributes), within(60s));
            if (const auto* people = done_value(outcome); people != nullptr && people->size() == 1) ++count;
        }
    };
    const auto start = std::chrono::steady_clock::now();

    for (int i = 0; i < callers; ++i)
        boost::asio::co_spawn(asking.network(), caller(asking, next, found), boost::asio::detached);
    asking.network().run();

    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(found, finds);
    std::cout << finds
              << " finds over one TLS connection, 64 outstanding: " << static_cast<int>(finds / took.count())
              << " a second\n";
}

// The same people by objectGUID, as jobs made of a filter name them.
TEST(Slapd, BulkOfFindsByGuidShareSearches) {
    Asking asking(shared_slapd().settings());
    std::vector<Guid> guids;
    const engine::PageTaker taker = [&](const std::vector<engine::FoundPerson>& page) {
        return note_guids(page, guids);
    };
    ASSERT_TRUE(
        std::holds_alternative<Done<Nothing>>(asking.run(asking.directory().list({}, {}, taker, 10s))));
    ASSERT_EQ(guids.size(), 1000u);
    constexpr std::size_t finds = 20'000;
    std::size_t next = 0, found = 0;
    const auto caller = [](Asking& through,
                           const std::vector<Guid>& people,
                           std::size_t& number,
                           std::size_t& count) -> boost::asio::awaitable<void> {
        while (number < finds) {
            const auto guid = people[number++ % people.size()];
            Identity identity{.kind = IdentityKind::objectGUID, .value = to_string(guid)};
            std::vector<std::string> attributes{
                "displayName", "mail", "c", "userAccountControl", "proxyAddresses"};
            const auto outcome =
                co_await through.directory().find(std::move(identity), std::move(attributes), within(60s));
            const auto* answer = done_value(outcome);
            if (answer != nullptr && answer->size() == 1 && answer->front().person.object_guid == guid)
                ++count;
        }
    };
    const auto start = std::chrono::steady_clock::now();

    for (int i = 0; i < 64; ++i)
        boost::asio::co_spawn(asking.network(), caller(asking, guids, next, found), boost::asio::detached);
    asking.network().restart();
    asking.network().run();

    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(found, finds);
    std::cout << finds << " finds by objectGUID over one TLS connection, 64 callers: "
              << static_cast<int>(finds / took.count()) << " a second\n";
}

}  // namespace
}  // namespace uplift::ldap::test
