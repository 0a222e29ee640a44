// People named by objectGUID at the same time share a search, and each caller gets its own answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "core/ldap/waiting_room.hpp"
#include "tests/unit/ldap/asking.hpp"
#include "tests/unit/ldap/hostile_server.hpp"

namespace uplift::ldap::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr SteadyTime start{1h};

Guid guid_of(unsigned number) {
    Guid guid = *parse_guid("068692c4-5f55-4775-bfd1-a5e20a2b6200");
    guid.octets[14] = static_cast<std::uint8_t>(number >> 8);
    guid.octets[15] = static_cast<std::uint8_t>(number);
    return guid;
}
std::string octets_of(const Guid& guid) { return {guid.octets.begin(), guid.octets.end()}; }

// What became of a caller: "nobody", the last octets of those it was given, or another outcome's number.
std::string shown(const FindOutcome& outcome) {
    const auto* people = done_value(outcome);
    if (people == nullptr) return "outcome " + std::to_string(outcome.index());
    std::string text;
    for (const auto& found : *people)
        text += std::to_string(found.person.object_guid.octets[15]) +
                (found.scope == engine::Scope::excluded ? "x " : " ");
    return text.empty() ? "nobody" : text;
}

class Room {
 public:
    void ask_for(unsigned number,
                 std::vector<std::string> attributes = {"mail"},
                 SteadyTime deadline = start + 30s) {
        answers.emplace_back();
        const auto at = answers.size() - 1;
        Lookup lookup(
            {.where = "directory corp",
             .base_dn = "DC=x",
             .search = {.base = "DC=x", .reach = Reach::subtree, .filter = guid_filter(guid_of(number))},
             .attributes = std::move(attributes),
             .exclude = exclude,
             .anchor = {},
             .page_size = 500,
             .many = Many::named,
             .named = {guid_of(number)},
             .takes = {}});
        waiting.enter(
            std::make_unique<Ticket>(std::move(lookup), deadline, [this, at](const FindOutcome& outcome) {
                answers[at] = shown(outcome);
            }));
    }
    static void give(Ticket& ticket, unsigned number) {
        ticket.lookup.take({.dn = "CN=" + std::to_string(number),
                            .attributes = {{"objectGUID", {octets_of(guid_of(number))}}}});
    }
    static void finish(Ticket& ticket) {
        while (ticket.lookup.take(SearchEnd{}) != Progress::finished) {
        }
        ticket.answer(ticket.lookup.outcome("dc1"));
    }

    WaitingRoom waiting;
    std::vector<std::string> answers;
    std::string exclude;
};

TEST(SharedSearch, EachCallerGetsItsOwnPerson) {
    Room room;
    for (unsigned i = 1; i <= 4; ++i) room.ask_for(i);
    room.ask_for(2);

    const auto ticket = room.waiting.next(0);

    ASSERT_TRUE(ticket);
    EXPECT_TRUE(room.waiting.empty());
    EXPECT_EQ(ticket->lookup.question().named.size(), 4u);
    for (const unsigned number : {3u, 1u, 2u}) Room::give(*ticket, number);
    Room::finish(*ticket);
    EXPECT_THAT(room.answers, ElementsAre("1 ", "2 ", "3 ", "nobody", "2 "));
}

TEST(SharedSearch, NobodyNobodyAskedForIsGiven) {
    Room room;
    room.ask_for(1);
    room.ask_for(2);
    const auto ticket = room.waiting.next(0);

    Room::give(*ticket, 9);
    Room::give(*ticket, 2);
    Room::finish(*ticket);

    EXPECT_THAT(room.answers, ElementsAre("nobody", "2 "));
}

// A directory that shows one person a thousand times must not push the others out.
TEST(SharedSearch, ManyOfOneDoNotPushOutAnother) {
    Room room;
    room.ask_for(1);
    room.ask_for(2);
    const auto ticket = room.waiting.next(0);

    for (int i = 0; i < 1000; ++i) Room::give(*ticket, 1);
    Room::give(*ticket, 2);
    Room::finish(*ticket);

    EXPECT_EQ(room.answers[0], "1 1 1 1 1 1 1 1 1 1 ");
    EXPECT_EQ(room.answers[1], "2 ");
}

TEST(SharedSearch, ExclusionIsAskedOnceForAllAndIsRightForEach) {
    Room room;
    room.exclude = "(department=Vendors)";
    for (unsigned i = 1; i <= 3; ++i) room.ask_for(i);
    const auto ticket = room.waiting.next(0);
    for (unsigned i = 1; i <= 3; ++i) Room::give(*ticket, i);

    ASSERT_EQ(ticket->lookup.take(SearchEnd{}), Progress::ask_on);
    const auto& request = ticket->lookup.request();
    EXPECT_EQ(request.search.base, "DC=x");
    EXPECT_TRUE(request.search.filter.ends_with(")(department=Vendors))"));
    EXPECT_EQ(std::count(request.search.filter.begin(), request.search.filter.end(), '\\'), 3 * 16);
    Room::give(*ticket, 2);
    Room::finish(*ticket);

    EXPECT_THAT(room.answers, ElementsAre("1 ", "2x ", "3 "));
}

TEST(SharedSearch, FiftyAtMostAndOnlyForTheSameAttributes) {
    Room room;
    for (unsigned i = 0; i < 120; ++i) room.ask_for(i);
    room.ask_for(500, {"mail", "department"});

    std::vector<std::size_t> sizes;
    while (const auto ticket = room.waiting.next(0)) sizes.push_back(ticket->lookup.question().named.size());

    EXPECT_THAT(sizes, ElementsAre(50u, 50u, 20u, 1u));
}

TEST(SharedSearch, WhileTwoAreOnTheWireTheOthersWaitAndGather) {
    Room room;
    room.ask_for(1);

    EXPECT_FALSE(room.waiting.next(2));
    room.ask_for(2);

    EXPECT_EQ(room.waiting.next(1)->lookup.question().named.size(), 2u);
}

TEST(SharedSearch, WhoseTimeIsOverIsToldAndTheOthersWaitOn) {
    Room room;
    room.ask_for(1, {"mail"}, start + 1s);
    room.ask_for(2, {"mail"}, start + 9s);
    const auto ticket = room.waiting.next(0);

    EXPECT_EQ(ticket->deadline(), start + 1s);
    EXPECT_FALSE(ticket->expire(start + 1s, NotSent{}));
    EXPECT_EQ(ticket->deadline(), start + 9s);
    Room::give(*ticket, 1);
    Room::give(*ticket, 2);
    Room::finish(*ticket);

    EXPECT_THAT(room.answers, ElementsAre("outcome 1", "2 "));
}

TEST(SharedSearch, LostConnectionForgetsWhatCameOfAll) {
    Room room;
    room.ask_for(1);
    room.ask_for(2);
    auto ticket = room.waiting.next(0);
    Room::give(*ticket, 1);

    ticket->lookup.start_over();
    room.waiting.enter_again(std::move(ticket));
    ticket = room.waiting.next(2);
    ASSERT_TRUE(ticket) << "it was sent before, so it waits for nobody";
    Room::give(*ticket, 2);
    Room::finish(*ticket);

    EXPECT_THAT(room.answers, ElementsAre("nobody", "2 "));
}

// Over a connection: a thousand people asked for by sixty-four callers at a time.
TEST(SharedSearch, ThousandPeopleCostFarFewerSearches) {
    std::atomic<int> searches = 0;
    HostileServer server([&](Peer& peer) {
        peer.serve([&](Peer& to, const Request& request) {
            ++searches;
            std::string reply;
            for (unsigned i = 0; i < 1000; i += 2) {  // every other one exists
                const auto guid = octets_of(guid_of(i));
                if (request.filter.find(guid) == std::string::npos) continue;
                reply += search_entry(request.id, "CN=" + std::to_string(i), {{"objectGUID", {guid}}});
            }
            to.send(reply + search_done(request.id, 0));
            return true;
        });
    });
    Asking asking(scaled_settings({server.uri()}));
    int right = 0;
    unsigned next = 0;
    const auto caller = [](Asking& through, unsigned& number, int& count) -> boost::asio::awaitable<void> {
        while (number < 1000) {
            const auto mine = number++;
            const auto guid = guid_of(mine);
            Identity identity{.kind = IdentityKind::objectGUID, .value = to_string(guid)};
            std::vector<std::string> attributes{"mail"};
            const auto outcome =
                co_await through.directory().find(std::move(identity), std::move(attributes), within(20s));
            const auto* people = done_value(outcome);
            const bool there =
                people != nullptr && people->size() == 1 && people->front().person.object_guid == guid;
            const bool absent = people != nullptr && people->empty();
            if (mine % 2 == 0 ? there : absent) ++count;
        }
    };

    for (int i = 0; i < 64; ++i)
        boost::asio::co_spawn(asking.network(), caller(asking, next, right), boost::asio::detached);
    asking.network().run();

    EXPECT_EQ(right, 1000);
    EXPECT_LE(searches, 150);
    RecordProperty("searches", searches);
}

}  // namespace
}  // namespace uplift::ldap::test
