// The pure rules: searches for identities, meanings of codes, turns of domain controllers; and the watchdog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "core/ldap/domain_controllers.hpp"
#include "core/ldap/lookup.hpp"
#include "core/ldap/person_search.hpp"
#include "core/ldap/result_meaning.hpp"
#include "core/ldap/watchdog.hpp"

namespace uplift::ldap {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view base_dn = "DC=corp,DC=example,DC=com";

struct SearchCase {
    std::string name;
    Identity identity;
    std::string filter;  // empty: nobody
};
void PrintTo(const SearchCase& row, std::ostream* out) { *out << row.name; }
class SearchFor : public testing::TestWithParam<SearchCase> {};

TEST_P(SearchFor, GivesTheFilterOrNobody) {
    const auto& [name, identity, filter] = GetParam();

    const auto search = search_for(identity, base_dn, "CORP");

    EXPECT_EQ(search.has_value(), !filter.empty());
    if (!search) return;
    EXPECT_EQ(search->filter, filter);
    const bool by_dn = identity.kind == IdentityKind::distinguishedName;
    EXPECT_EQ(search->base, by_dn ? identity.value : base_dn);
    EXPECT_EQ(search->reach, by_dn ? Reach::entry : Reach::subtree);
}

using enum IdentityKind;
const SearchCase search_cases[] = {
    {"GuidInOctetOrder",
     {objectGUID, "068692c4-5f55-4775-bfd1-a5e20a2b6282"},
     R"((objectGUID=\c4\92\86\06\55\5f\75\47\bf\d1\a5\e2\0a\2b\62\82))"},
    {"NoGuid", {objectGUID, "jdoe"}, ""},
    {"Upn", {userPrincipalName, "jdoe@corp.example.com"}, "(userPrincipalName=jdoe@corp.example.com)"},
    {"UpnWithStar", {userPrincipalName, "*"}, R"((userPrincipalName=\2a))"},
    {"UpnThatInjects",
     {userPrincipalName, "x)(objectClass=*"},
     R"((userPrincipalName=x\29\28objectClass=\2a))"},
    {"EmptyUpn", {userPrincipalName, ""}, ""},
    {"UpnWithZeroOctet", {userPrincipalName, std::string("a\0b", 3)}, ""},
    {"AccountName", {sAMAccountName, "jdoe"}, "(sAMAccountName=jdoe)"},
    {"AccountNameOfDomain", {sAMAccountName, "corp\\jdoe"}, "(sAMAccountName=jdoe)"},
    {"AccountNameOfOtherDomain", {sAMAccountName, "SALES\\jdoe"}, ""},
    {"DomainWithoutAccountName", {sAMAccountName, "CORP\\"}, ""},
    {"AccountNameWithTwoBackslashes", {sAMAccountName, "CORP\\a\\b"}, R"((sAMAccountName=a\5cb))"},
    {"Dn", {distinguishedName, "CN=Doe\\, Jane,OU=Staff,dc=CORP,dc=example,dc=com"}, "(objectClass=*)"},
    {"DnElsewhere", {distinguishedName, "CN=Jane,DC=other,DC=example,DC=com"}, ""},
    {"NoDn", {distinguishedName, "jdoe"}, ""},
    {"GuidBaseOfAd", {distinguishedName, "<GUID=068692c45f554775bfd1a5e20a2b6282>"}, ""},
};
INSTANTIATE_TEST_SUITE_P(Identity, SearchFor, testing::ValuesIn(search_cases), [](const auto& row) {
    return row.param.name;
});

TEST(BindReason, SaysWhatActiveDirectoryMeans) {
    EXPECT_EQ(bind_reason(
                  "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1"),
              "wrong password (data 52e)");
    EXPECT_EQ(bind_reason("AcceptSecurityContext error, data 533, v1db1"),
              "the account is disabled (data 533)");
    EXPECT_EQ(bind_reason("AcceptSecurityContext error, data 999999, v1db1"), "");
    EXPECT_EQ(bind_reason(", data "), "");
    EXPECT_EQ(bind_reason(""), "");
}

DomainController named(const std::string& name, int rank) {
    return {.uri = name, .host = name, .port = "636", .name = name, .rank = rank};
}
DomainControllers three() { return {{named("a", 0), named("b", 1), named("c", 2)}, 60s}; }

std::string name_of(const std::optional<DomainController>& controller) {
    return controller ? controller->name : "nobody";
}

TEST(DomainControllers, AreAskedInOrderAndRestAfterAFailure) {
    auto controllers = three();
    const SteadyTime start{1h};

    controllers.failed(named("a", 0), start);
    controllers.failed(named("b", 1), start + 1s);

    EXPECT_EQ(name_of(controllers.pick(start + 2s)), "c");
    EXPECT_EQ(name_of(controllers.better_than(named("c", 2), start + 59s)), "nobody");
    EXPECT_EQ(name_of(controllers.better_than(named("c", 2), start + 60s)), "a");
    EXPECT_EQ(name_of(controllers.pick(start + 60s)), "a");
}

TEST(DomainControllers, TheOnlyOneLeftDoesNotRestAfterALostConnection) {
    auto controllers = three();
    const SteadyTime start{1h};
    controllers.failed(named("a", 0), start);
    controllers.failed(named("b", 1), start);

    controllers.lost(named("c", 2), start);

    EXPECT_EQ(name_of(controllers.pick(start)), "c");
}

TEST(DomainControllers, NoneIsLeftForAnotherOfItsRank) {
    const SteadyTime start{1h};
    const DomainControllers controllers({named("a", 7), named("b", 7)}, 60s);

    EXPECT_EQ(name_of(controllers.better_than(named("b", 7), start)), "nobody");
}

TEST(DomainControllers, WhoIsNamedAgainGoesOnRestingAndWhoIsNotIsLeft) {
    auto controllers = three();
    const SteadyTime start{1h};
    controllers.failed(named("b", 1), start);

    controllers.replace({named("b", 0), named("d", 0)});

    EXPECT_EQ(name_of(controllers.pick(start)), "d");
    EXPECT_EQ(name_of(controllers.better_than(named("a", 0), start)), "d");
}

Entry entry_of(std::string dn) { return {.dn = std::move(dn), .attributes = {}}; }
Lookup lookup_of(std::string exclude = {}) {
    return Lookup({.where = "directory corp",
                   .base_dn = "DC=x",
                   .search = {.base = "DC=x", .reach = Reach::subtree, .filter = "(a=b)"},
                   .attributes = {"mail"},
                   .exclude = std::move(exclude),
                   .anchor = {},
                   .page_size = 500,
                   .many = Many::identity,
                   .named = {},
                   .takes = {}});
}
const std::vector<engine::FoundPerson>& people(const FindOutcome& outcome) {
    return std::get<Done<std::vector<engine::FoundPerson>>>(outcome).value;
}

TEST(Lookup, MoreThanTenPeopleGiveTen) {
    auto lookup = lookup_of();

    for (int i = 0; i < 2000; ++i) lookup.take(entry_of("CN=" + std::to_string(i)));
    const auto progress = lookup.take(SearchEnd{.code = 0, .cookie = {}});

    EXPECT_EQ(progress, Progress::finished);
    EXPECT_EQ(people(lookup.outcome("dc1")).size(), 10u);
}

// Samba gives all pages of a search the same cookie.
TEST(Lookup, SameCookieOnPagesThatBringSomebodyNewIsFine) {
    auto lookup = lookup_of();

    for (int page = 0; page < 3; ++page) {
        lookup.take(entry_of("CN=" + std::to_string(page)));
        ASSERT_EQ(lookup.take(SearchEnd{.code = 0, .cookie = "1"}), Progress::ask_on);
        EXPECT_EQ(lookup.request().cookie, "1");
    }
    lookup.take(entry_of("CN=last"));

    EXPECT_EQ(lookup.take(SearchEnd{.code = 0, .cookie = {}}), Progress::finished);
    EXPECT_EQ(people(lookup.outcome("dc1")).size(), 4u);
}

TEST(Lookup, EmptyPagesWithTheSameCookieEnd) {
    auto lookup = lookup_of();

    lookup.take(SearchEnd{.code = 0, .cookie = "1"});
    const auto progress = lookup.take(SearchEnd{.code = 0, .cookie = "1"});

    EXPECT_EQ(progress, Progress::finished);
    EXPECT_TRUE(std::holds_alternative<Refused>(lookup.outcome("dc1")));
}

TEST(Lookup, EndlessPagesWithEverNewCookiesEnd) {
    auto lookup = lookup_of();

    auto progress = Progress::ask_on;
    for (int i = 0; i < 2000 && progress == Progress::ask_on; ++i)
        progress = lookup.take(SearchEnd{.code = 0, .cookie = std::to_string(i)});

    EXPECT_EQ(progress, Progress::finished);
    EXPECT_TRUE(std::holds_alternative<Refused>(lookup.outcome("dc1")));
}

TEST(Lookup, StartingOverForgetsEverybody) {
    auto lookup = lookup_of();
    lookup.take(entry_of("CN=half"));

    lookup.start_over();
    lookup.take(entry_of("CN=whole"));
    lookup.take(SearchEnd{.code = 0, .cookie = {}});

    const auto outcome = lookup.outcome("dc2");
    ASSERT_EQ(people(outcome).size(), 1u);
    EXPECT_EQ(people(outcome).front().person.distinguished_name, "CN=whole");
}

TEST(Lookup, ExcludeIsAskedOfEachEntryByItself) {
    auto lookup = lookup_of("(department=Vendors)");
    lookup.take(entry_of("CN=Vendor"));
    lookup.take(entry_of("CN=Staff"));
    lookup.take(SearchEnd{.code = 0, .cookie = {}});

    EXPECT_EQ(lookup.request().search.base, "CN=Vendor");
    EXPECT_EQ(lookup.request().search.reach, Reach::entry);
    EXPECT_EQ(lookup.request().search.filter, "(&(objectClass=*)(department=Vendors))");
    lookup.take(entry_of("CN=Vendor"));
    lookup.take(SearchEnd{.code = 0, .cookie = {}});
    EXPECT_EQ(lookup.request().search.base, "CN=Staff");
    lookup.take(SearchEnd{.code = 0, .cookie = {}});

    const auto outcome = lookup.outcome("dc1");
    ASSERT_EQ(people(outcome).size(), 2u);
    EXPECT_EQ(people(outcome)[0].scope, engine::Scope::excluded);
    EXPECT_EQ(people(outcome)[1].scope, engine::Scope::taken);
}

TEST(Lookup, EntryThatMovesWhileItIsReadIsAskedForAnew) {
    auto lookup = lookup_of("(department=Vendors)");
    lookup.take(entry_of("CN=Before"));
    lookup.take(SearchEnd{.code = 0, .cookie = {}});

    const auto progress = lookup.take(SearchEnd{.code = 32, .cookie = {}});

    EXPECT_EQ(progress, Progress::ask_on);
    EXPECT_EQ(lookup.request().search.filter, "(a=b)");
}

TEST(Lookup, ValuesAboveSixteenMegabytesAreADefiniteError) {
    auto lookup = lookup_of();
    for (int i = 0; i < 5; ++i) {
        auto entry = entry_of("CN=" + std::to_string(i));
        entry.attributes.push_back({"info", {std::string(4U << 20, 'x')}});
        lookup.take(std::move(entry));
    }

    lookup.take(SearchEnd{.code = 0, .cookie = {}});

    EXPECT_TRUE(std::holds_alternative<Refused>(lookup.outcome("dc1")));
}

TEST(Watchdog, ShutsASocketAtItsDeadline) {
    int pair[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    const Descriptor ours(pair[0]), theirs(pair[1]);
    Watchdog watchdog;
    auto watch = watchdog.watch(ours.get());

    watch.arm(std::chrono::steady_clock::now() + 20ms);
    char octet = 0;
    const auto got = ::recv(ours.get(), &octet, 1, 0);  // would block for ever

    EXPECT_EQ(got, 0);
}

TEST(Watchdog, DisarmedSocketStaysOpen) {
    int pair[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    const Descriptor ours(pair[0]), theirs(pair[1]);
    Watchdog watchdog;
    auto watch = watchdog.watch(ours.get());

    watch.arm(std::chrono::steady_clock::now() + 10ms);
    watch.disarm();
    std::this_thread::sleep_for(30ms);

    EXPECT_EQ(::send(theirs.get(), "x", 1, MSG_NOSIGNAL), 1);
}

}  // namespace
}  // namespace uplift::ldap
