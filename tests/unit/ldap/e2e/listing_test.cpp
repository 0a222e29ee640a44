// Listings of a real server's twenty thousand people: whole or not at all, whatever its limits and whatever
// happens to it meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <iostream>
#include <set>

#include "core/text/ldap.hpp"
#include "tests/unit/ldap/asking.hpp"
#include "tests/unit/ldap/e2e/servers.hpp"

namespace uplift::ldap::test {
namespace {

using namespace std::chrono_literals;

constexpr int everybody = 20'000;
const std::string base = "DC=corp,DC=example,DC=com";

// Everybody once, and one page at a time.
struct Gathered {
    std::set<Guid> people;
    std::size_t entries = 0;
    std::size_t largest = 0;  // page
    std::size_t excluded = 0;
    std::function<void()> after_page = [] {};
    Outcome<Nothing> outcome;
};

boost::asio::awaitable<engine::Listing> gather(std::vector<engine::FoundPerson> page, Gathered& gathered) {
    for (const auto& found : page) {
        gathered.people.insert(found.person.object_guid);
        if (found.scope == engine::Scope::excluded) ++gathered.excluded;
    }
    gathered.entries += page.size();
    gathered.largest = std::max(gathered.largest, page.size());
    gathered.after_page();
    co_return engine::Listing::go_on;
}

void list(Asking& asking, const Selection& selection, Gathered& gathered) {
    const engine::PageTaker taker = [&](std::vector<engine::FoundPerson> page) {
        return gather(std::move(page), gathered);
    };
    gathered.outcome = asking.run(asking.directory().list(selection, {"displayName"}, taker, 30s));
}

bool is_done(const Gathered& gathered) { return std::holds_alternative<Done<Nothing>>(gathered.outcome); }

class Twenty : public testing::Test {
 protected:
    static void SetUpTestSuite() {
        ::setenv("LDAP_PAGE_LIMIT", "300", 1);
        slapd = new Slapd(everybody);
        ::unsetenv("LDAP_PAGE_LIMIT");
    }
    static void TearDownTestSuite() {
        delete slapd;
        slapd = nullptr;
    }
    static Slapd* slapd;
};
Slapd* Twenty::slapd = nullptr;

// A hard limit of 300 entries a search and a page: pages of 500 are refused, pages of 100 are not. Beside the
// people: a computer, a contact, groups, and the account to sign in with, whose objectGUID nobody set.
TEST_F(Twenty, ThousandsAreListedBelowAHardLimitAndUsersOnly) {
    Asking asking(slapd->settings());
    Gathered gathered;
    const auto start = std::chrono::steady_clock::now();

    list(asking, {}, gathered);

    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_TRUE(is_done(gathered));
    EXPECT_EQ(gathered.entries, everybody + 1U);
    EXPECT_EQ(gathered.people.size(), everybody + 1U);
    EXPECT_LE(gathered.largest, 300u);
    std::cout << gathered.entries << " people listed in " << took.count() << " s\n";
}

TEST_F(Twenty, FilterOusAndExcludedOusAreMeantTogether) {
    Asking asking(slapd->settings());
    Selection selection;
    selection.ous = {"OU=Branch 1," + base, "OU=IT Department," + base};
    selection.exclude_ous = {"ou=branch 1, dc=corp,dc=example,dc=com"};
    selection.filter = "(userAccountControl=514)";
    Gathered gathered;

    list(asking, selection, gathered);

    EXPECT_TRUE(is_done(gathered));
    int expected = 0;
    for (int i = 0; i < everybody; ++i) expected += i % 5 == 0 && i % 49 == 48 ? 1 : 0;
    EXPECT_EQ(gathered.people.size(), static_cast<std::size_t>(expected));
}

TEST_F(Twenty, OneLevelIsNotTheWholeTree) {
    Asking asking(slapd->settings());
    Selection selection;
    selection.scope = SelectionScope::onelevel;
    Gathered of_base, of_ou;

    list(asking, selection, of_base);
    selection.ous = {"OU=Branch 1," + base};
    list(asking, selection, of_ou);

    EXPECT_TRUE(is_done(of_base));
    EXPECT_EQ(of_base.entries, 0u);
    EXPECT_EQ(of_ou.entries, everybody / 5U);
}

TEST_F(Twenty, ExcludeFilterMarksWithoutASearchAPerson) {
    auto settings = slapd->settings();
    settings.exclude = "(department=IT)";
    Asking asking(std::move(settings));
    Gathered gathered;

    list(asking, {}, gathered);

    EXPECT_TRUE(is_done(gathered));
    EXPECT_EQ(gathered.excluded, everybody / 5U);
}

TEST_F(Twenty, OuThatIsNotThereIsRefused) {
    Asking asking(slapd->settings());
    Selection selection;
    selection.ous = {"OU=Nowhere," + base};
    Gathered gathered;

    list(asking, selection, gathered);

    ASSERT_TRUE(std::holds_alternative<Refused>(gathered.outcome));
}

// Killed in mid-listing: nothing counts, and the next try goes to the other one and is whole.
TEST_F(Twenty, T9_SlapdKilledInMidListingIsNotSentAndTheNextTryIsWholeElsewhere) {
    Slapd doomed(everybody);
    auto settings = slapd->settings();
    settings.uris.insert(settings.uris.begin(), doomed.value("LDAPS_URI"));
    std::ofstream both(slapd->folder() + "/both.pem");
    both << run_command("cat '" + slapd->value("CA_FILE") + "' '" + doomed.value("CA_FILE") + "'");
    both.close();
    settings.ca_file = slapd->folder() + "/both.pem";
    Asking asking(std::move(settings));
    Gathered first, second;
    first.after_page = [&] {
        if (first.entries > 2000) doomed.send_signal(SIGKILL);
    };

    list(asking, {}, first);
    const auto start = std::chrono::steady_clock::now();
    list(asking, {}, second);

    ASSERT_TRUE(std::holds_alternative<NotSent>(first.outcome));
    EXPECT_LT(first.entries, everybody + 0U);
    EXPECT_TRUE(is_done(second));
    EXPECT_EQ(second.people.size(), everybody + 1U);
    EXPECT_LE(std::chrono::steady_clock::now() - start, 12s);
}

}  // namespace
}  // namespace uplift::ldap::test
