// Listings against servers that misbehave: whole pages or none, the taker's pace, and an end whatever
// happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <set>
#include <thread>

#include "tests/unit/ldap/asking.hpp"
#include "tests/unit/ldap/hostile_server.hpp"

namespace uplift::ldap::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string base = "DC=corp,DC=example,DC=com";

std::string dn_of(const std::string& name) { return "CN=" + name + ",OU=Staff," + base; }

EntryAttributes user(const std::string& name, std::vector<std::string> classes = {"top", "user"}) {
    std::string guid(16, '\0');
    std::copy(name.begin(), name.end(), guid.begin());
    return {{"objectGUID", {guid}}, {"objectClass", std::move(classes)}, {"cn", {name}}};
}
std::string entry(int id, const std::string& name, std::vector<std::string> classes = {"top", "user"}) {
    return search_entry(id, dn_of(name), user(name, std::move(classes)));
}

// Pages "a b", "c", with a cookie between them.
bool two_pages(Peer& to, const Request& request) {
    if (request.cookie == "")
        to.send(entry(request.id, "a") + entry(request.id, "b") + search_done(request.id, 0, "more"));
    else
        to.send(entry(request.id, "c") + search_done(request.id, 0));
    return true;
}
void gives_two_pages(Peer& peer) { peer.serve(two_pages); }

// Names of everybody who was given, and the outcome.
struct Listed {
    std::vector<std::string> names;
    Outcome<Nothing> outcome;
};

class Lister {
 public:
    explicit Lister(LdapSettings settings) : asking(std::move(settings)) {}

    Listed list(Selection selection = {}, Duration patience = 3s) {
        Listed listed;
        const engine::PageTaker taker = [&](std::vector<engine::FoundPerson> page) {
            return take(std::move(page), listed.names);
        };
        listed.outcome = asking.run(asking.directory().list(std::move(selection), {"cn"}, taker, patience));
        return listed;
    }
    static boost::asio::awaitable<engine::Listing> take(std::vector<engine::FoundPerson> page,
                                                        std::vector<std::string>& names) {
        for (const auto& found : page) names.emplace_back(found.person.first("cn"));
        co_return engine::Listing::go_on;
    }

    Asking asking;
};

template <class Case>
const Case& expect(const Outcome<Nothing>& outcome) {
    const auto* found = std::get_if<Case>(&outcome);
    if (found == nullptr) throw std::runtime_error("another outcome: " + std::to_string(outcome.index()));
    return *found;
}

TEST(Listing, GivesAllPagesAndNoMoreThanWasAskedFor) {
    HostileServer server(gives_two_pages);
    Lister lister(scaled_settings({server.uri()}));

    const auto listed = lister.list();

    expect<Done<Nothing>>(listed.outcome);
    EXPECT_THAT(listed.names, ElementsAre("a", "b", "c"));
}

TEST(Listing, TakesUsersOnlyWhateverTheServerSends) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(entry(request.id, "pc", {"user", "computer"}) + entry(request.id, "max", {"contact"}) +
                    entry(request.id, "sales", {"group"}) + entry(request.id, "ivan", {"inetOrgPerson"}) +
                    entry(request.id, "both", {"inetOrgPerson", "user"}) + search_done(request.id, 0));
            return true;
        });
    });
    Lister lister(scaled_settings({server.uri()}));

    EXPECT_THAT(lister.list().names, ElementsAre("both"));
}

TEST(Listing, NobodyBelowAnExcludedOuHoweverItIsSpelled) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(
                search_entry(request.id, "cn=Doe\\2C A,ou=it staff,dc=corp,dc=example,dc=com", user("a")) +
                search_entry(request.id, "CN=x\\,OU=IT Staff," + base, user("b")) +
                search_done(request.id, 0));
            return true;
        });
    });
    Lister lister(scaled_settings({server.uri()}));
    Selection selection;
    selection.exclude_ous = {"OU=IT  Staff, DC=CORP,DC=example,DC=com"};

    EXPECT_THAT(lister.list(selection).names, ElementsAre("b"));
}

TEST(Listing, NextPageIsAskedForOnlyWhenTheLastOneIsTaken) {
    std::atomic<int> pages = 0;
    HostileServer server([&](Peer& peer) {
        peer.serve([&](Peer& to, const Request& request) {
            ++pages;
            return two_pages(to, request);
        });
    });
    Lister lister(scaled_settings({server.uri()}));
    std::vector<int> asked_when_taken;
    const auto slow = [](std::atomic<int>& asked,
                         std::vector<int>& seen) -> boost::asio::awaitable<engine::Listing> {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 200ms);
        co_await timer.async_wait(boost::asio::use_awaitable);
        seen.push_back(asked);
        co_return engine::Listing::go_on;
    };
    const engine::PageTaker taker = [&](std::vector<engine::FoundPerson>) {
        return slow(pages, asked_when_taken);
    };

    expect<Done<Nothing>>(lister.asking.run(lister.asking.directory().list({}, {"cn"}, taker, 3s)));

    EXPECT_THAT(asked_when_taken, ElementsAre(1, 2));
}

TEST(Listing, TakerWhoHasEnoughEndsItWithoutAnotherPage) {
    std::atomic<int> pages = 0;
    HostileServer server([&](Peer& peer) {
        peer.serve([&](Peer& to, const Request& request) {
            ++pages;
            return two_pages(to, request);
        });
    });
    Lister lister(scaled_settings({server.uri()}));
    const engine::PageTaker taker =
        [](std::vector<engine::FoundPerson>) -> boost::asio::awaitable<engine::Listing> {
        co_return engine::Listing::enough;
    };

    expect<Done<Nothing>>(lister.asking.run(lister.asking.directory().list({}, {"cn"}, taker, 3s)));

    EXPECT_EQ(pages, 1);
}

TEST(Listing, T9_ServerThatDiesInMidListingIsNotSentAndTheNextTryGoesElsewhere) {
    HostileServer dying([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            if (request.cookie != "") return false;
            return two_pages(to, request);
        });
    });
    HostileServer good(gives_two_pages);
    Lister lister(scaled_settings({dying.uri(), good.uri()}));

    const auto first = lister.list();
    const auto second = lister.list();

    EXPECT_EQ(expect<NotSent>(first.outcome).code, FaultCode::directory_unreachable);
    EXPECT_THAT(expect<NotSent>(first.outcome).why, HasSubstr(dying.name()));
    expect<Done<Nothing>>(second.outcome);
    EXPECT_THAT(second.names, ElementsAre("a", "b", "c"));
    EXPECT_EQ(good.connections(), 1);
}

TEST(Listing, T9_HalfAPageIsNeverGivenAndTheNextServerIsAskedFromTheStart) {
    HostileServer dying([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(entry(request.id, "half"));
            return false;
        });
    });
    HostileServer good(gives_two_pages);
    Lister lister(scaled_settings({dying.uri(), good.uri()}));

    const auto listed = lister.list();

    expect<Done<Nothing>>(listed.outcome);
    EXPECT_THAT(listed.names, ElementsAre("a", "b", "c"));
}

TEST(Listing, T6_ServerThatFallsSilentInMidListingIsNotSentWithinItsTime) {
    HostileServer silent([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            if (request.cookie != "") to.fall_silent();
            return two_pages(to, request);
        });
    });
    Lister lister(scaled_settings({silent.uri()}));
    const auto start = std::chrono::steady_clock::now();

    const auto listed = lister.list();

    expect<NotSent>(listed.outcome);
    EXPECT_LE(std::chrono::steady_clock::now() - start, 2s);
}

TEST(Listing, PageSizeAboveTheServersLimitIsAskedForSmaller) {
    for (const int code : {4, 11}) {
        std::vector<int> sizes;
        HostileServer server([&](Peer& peer) {
            peer.serve([&](Peer& to, const Request& request) {
                sizes.push_back(request.page_size);
                if (request.page_size <= 100) return two_pages(to, request);
                to.send(entry(request.id, "first") + search_done(request.id, code));
                return true;
            });
        });
        Lister lister(scaled_settings({server.uri()}));

        const auto listed = lister.list();
        lister.list();

        EXPECT_THAT(listed.names, ElementsAre("a", "b", "c"));
        EXPECT_THAT(sizes, ElementsAre(500, 100, 100, 100, 100)) << "it is learnt";
    }
}

TEST(Listing, SizeLimitThatPagesDoNotLiftIsRefused) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            if (request.cookie == "") return two_pages(to, request);
            to.send(search_done(request.id, 4));
            return true;
        });
    });
    Lister lister(scaled_settings({server.uri()}));

    const auto listed = lister.list();

    EXPECT_THAT(expect<Refused>(listed.outcome).what, HasSubstr("sizeLimitExceeded (4)"));
    EXPECT_THAT(expect<Refused>(listed.outcome).cure, HasSubstr("limits"));
}

TEST(Listing, T8_ReferralIsRefusedAndNeverFollowed) {
    HostileServer elsewhere(gives_two_pages);
    HostileServer referring([&](Peer& peer) {
        peer.serve([&](Peer& to, const Request& request) {
            to.send(search_done(request.id, 10, {}, elsewhere.uri() + "/DC=other"));
            return true;
        });
    });
    Lister lister(scaled_settings({referring.uri()}));

    EXPECT_THAT(expect<Refused>(lister.list().outcome).what, HasSubstr("referral (10)"));
    EXPECT_EQ(elsewhere.connections(), 0);
}

TEST(Listing, OuThatDoesNotExistIsRefusedByName) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(search_done(request.id, 32));
            return true;
        });
    });
    Lister lister(scaled_settings({server.uri()}));
    Selection selection;
    selection.ous = {"OU=Nowhere," + base};

    EXPECT_THAT(expect<Refused>(lister.list(selection).outcome).what, HasSubstr("OU=Nowhere"));
}

TEST(Listing, WholePagesAreMarkedByTheExcludeFilterInOneSearch) {
    std::atomic<int> searches = 0;
    HostileServer server([&](Peer& peer) {
        peer.serve([&](Peer& to, const Request& request) {
            ++searches;
            if (request.filter.find("department") == std::string::npos) return two_pages(to, request);
            to.send((request.filter.find("b") == std::string::npos ? "" : entry(request.id, "b")) +
                    search_done(request.id, 0));
            return true;
        });
    });
    auto settings = scaled_settings({server.uri()});
    settings.exclude = "(department=Vendors)";
    Lister lister(std::move(settings));
    std::set<std::string> excluded;
    const auto note = [](std::vector<engine::FoundPerson> page,
                         std::set<std::string>& into) -> boost::asio::awaitable<engine::Listing> {
        for (const auto& found : page)
            if (found.scope == engine::Scope::excluded) into.emplace(found.person.first("cn"));
        co_return engine::Listing::go_on;
    };
    const engine::PageTaker taker = [&](std::vector<engine::FoundPerson> page) {
        return note(std::move(page), excluded);
    };

    expect<Done<Nothing>>(lister.asking.run(lister.asking.directory().list({}, {"cn"}, taker, 3s)));

    EXPECT_THAT(excluded, ElementsAre("b"));
    EXPECT_EQ(searches, 4);
}

TEST(Listing, SinglePeopleAreLookedUpMeanwhile) {
    HostileServer server(gives_two_pages);
    Lister lister(scaled_settings({server.uri()}));
    std::size_t found = 0;
    const auto look_up = [](LdapDirectory& directory,
                            std::size_t& count) -> boost::asio::awaitable<engine::Listing> {
        Identity identity{.kind = IdentityKind::userPrincipalName, .value = "a@corp.example.com"};
        const auto outcome = co_await directory.find(std::move(identity), {}, within(2s));
        if (const auto* people = done_value(outcome)) count += people->size();
        co_return engine::Listing::go_on;
    };
    const engine::PageTaker taker = [&](std::vector<engine::FoundPerson>) {
        return look_up(lister.asking.directory(), found);
    };

    expect<Done<Nothing>>(lister.asking.run(lister.asking.directory().list({}, {"cn"}, taker, 3s)));

    EXPECT_GE(found, 2u);
    EXPECT_EQ(server.connections(), 2);
}

TEST(Listing, RefusedCredentialsAreTriedOnceForListingsAndLookupsTogether) {
    HostileServer server([](Peer& peer) {
        while (const auto request = peer.read())
            if (request->operation == Operation::bind) peer.send(bind_response(request->id, 49));
    });
    Lister lister(scaled_settings({server.uri()}));

    const auto first = lister.list();
    const auto second = lister.list();
    const auto third = lister.asking.find_upn("a@corp.example.com", 1s);

    EXPECT_EQ(expect<Unauthorized>(first.outcome).code, FaultCode::directory_credentials);
    expect<Unauthorized>(second.outcome);
    EXPECT_TRUE(std::holds_alternative<Unauthorized>(third));
    EXPECT_EQ(server.binds(), 1);
}

TEST(Listing, DestructionInMidListingEndsWithinTwoSecondsAndSaysSo) {
    HostileServer deaf([](Peer& peer) { peer.serve([](Peer&, const Request&) { return true; }); });
    auto settings = scaled_settings({deaf.uri()});
    settings.limits = Limits{};
    auto directory = *LdapDirectory::make(std::move(settings));
    boost::asio::io_context network;
    Outcome<Nothing> outcome = Done<Nothing>{};
    const auto ignore = [](std::vector<engine::FoundPerson>) -> boost::asio::awaitable<engine::Listing> {
        co_return engine::Listing::go_on;
    };
    const auto call = [](LdapDirectory& asked,
                         engine::PageTaker taker,
                         Outcome<Nothing>& answer) -> boost::asio::awaitable<void> {
        Selection everybody;
        std::vector<std::string> nothing;
        answer = co_await asked.list(std::move(everybody), std::move(nothing), std::move(taker), 60s);
    };
    boost::asio::co_spawn(
        network, call(*directory, engine::PageTaker(ignore), outcome), boost::asio::detached);
    const auto until = std::chrono::steady_clock::now() + 5s;
    while (deaf.binds() == 0 && std::chrono::steady_clock::now() < until) {
        network.poll();
        std::this_thread::sleep_for(5ms);
    }
    const auto start = std::chrono::steady_clock::now();

    directory.reset();
    network.run();

    EXPECT_LE(std::chrono::steady_clock::now() - start, 2s);
    EXPECT_EQ(expect<NotSent>(outcome).why, "Uplift stops");
}

// As when the daemon ends: the coroutine goes with its io_context, before the directory.
TEST(Listing, CallerThatGoesAwayEndsTheListing) {
    HostileServer deaf([](Peer& peer) { peer.serve([](Peer&, const Request&) { return true; }); });
    auto settings = scaled_settings({deaf.uri()});
    settings.limits = Limits{};
    auto directory = *LdapDirectory::make(std::move(settings));
    {
        boost::asio::io_context network;
        const auto ignore = [](std::vector<engine::FoundPerson>) -> boost::asio::awaitable<engine::Listing> {
            co_return engine::Listing::go_on;
        };
        const auto call = [](LdapDirectory& asked, engine::PageTaker taker) -> boost::asio::awaitable<void> {
            Selection everybody;
            std::vector<std::string> nothing;
            co_await asked.list(std::move(everybody), std::move(nothing), std::move(taker), 60s);
        };
        boost::asio::co_spawn(network, call(*directory, engine::PageTaker(ignore)), boost::asio::detached);
        const auto until = std::chrono::steady_clock::now() + 5s;
        while (deaf.binds() == 0 && std::chrono::steady_clock::now() < until) {
            network.poll();
            std::this_thread::sleep_for(5ms);
        }
    }
    const auto start = std::chrono::steady_clock::now();

    directory.reset();

    EXPECT_LE(std::chrono::steady_clock::now() - start, 1s);
}

}  // namespace
}  // namespace uplift::ldap::test
