// When mailboxes come, when they take commands, and when they go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

json timed(const json& changes) {
    json definition = a_definition();
    definition["skus"] = json::parse(R"([{"sku": "SPE_E3", "seats": 5000}])");
    definition.merge_patch(changes);
    return definition;
}

json licence(const json& disabled = json::array()) {
    return {{"addLicenses", json::array({{{"skuId", sku_e3}, {"disabledPlans", disabled}}})},
            {"removeLicenses", json::array()}};
}
const json no_licence = {{"addLicenses", json::array()}, {"removeLicenses", {sku_e3}}};

std::string enrolled(SandboxWorld& world, const std::string& name, const json& order = licence()) {
    world.post("/users", a_person(name));
    world.post("/users/" + name + "@contoso.com/assignLicense", order);
    return world.id_of(name + "@contoso.com");
}

bool is_there(SandboxWorld& world, const std::string& id) {
    return world.exchange("Get-Mailbox", {{"Identity", id}}).status == 200;
}
bool is_usable(SandboxWorld& world, const std::string& id) {
    return world.exchange("Set-Mailbox", {{"Identity", id}, {"LitigationHoldEnabled", true}}).status == 200;
}

TEST(MailboxLife, ComesAfterItsDelayAndTakesCommandsLaterStill) {
    SandboxWorld world(timed({{"mailbox_delay", 60}, {"mailbox_lag", 30}}));
    const auto kim = enrolled(world, "kim");
    world.pass(Seconds(59));
    EXPECT_FALSE(is_there(world, kim));
    world.pass(Seconds(1));

    EXPECT_TRUE(is_there(world, kim));
    const auto early = world.exchange("Set-Mailbox", {{"Identity", kim}, {"LitigationHoldEnabled", true}});
    EXPECT_EQ(exchange_fault(early).type, "ManagementObjectNotFoundException");
    world.pass(Seconds(30));
    EXPECT_TRUE(is_usable(world, kim));
    const auto user = body_of(world.get("/users/" + kim + "?$select=mail,proxyAddresses"));
    EXPECT_EQ(user.at("mail"), "kim@contoso.com");
    EXPECT_EQ(user.at("proxyAddresses"), json({"SMTP:kim@contoso.com", "smtp:kim@contoso.onmicrosoft.com"}));
}

TEST(MailboxLife, FollowsTheRuleOfItsUserAndTheScale) {
    SandboxWorld world(timed({{"mailbox_delay", 600},
                              {"mailbox_late", 7200},
                              {"mailbox_scale", 0.1},
                              {"mailboxes",
                               json::array({{{"users", "never*"}, {"delay", "never"}},
                                            {{"users", "late*"}, {"delay", "late"}},
                                            {{"users", "soon*"}, {"delay", 10}, {"lag", 100}}})}}));
    const auto usual = enrolled(world, "kim");
    const auto never = enrolled(world, "never1");
    const auto late = enrolled(world, "late1");
    const auto soon = enrolled(world, "soon1");

    world.pass(Seconds(1));
    EXPECT_TRUE(is_there(world, soon));
    EXPECT_FALSE(is_usable(world, soon));
    world.pass(Seconds(59));
    EXPECT_TRUE(is_there(world, usual));
    EXPECT_TRUE(is_usable(world, soon));
    EXPECT_FALSE(is_there(world, late));
    world.pass(Seconds(660));
    EXPECT_TRUE(is_there(world, late));
    world.pass(Seconds(1e7));
    EXPECT_FALSE(is_there(world, never));
}

TEST(MailboxLife, NeedsAnEnabledExchangePlan) {
    SandboxWorld world(timed({{"mailbox_delay", 0}}));
    const auto off = enrolled(world, "off", licence({plan_exchange}));
    EXPECT_FALSE(is_there(world, off));

    world.post("/users/" + off + "/assignLicense", licence());

    EXPECT_TRUE(is_there(world, off));
}

TEST(MailboxLife, EndsWithTheLicenceAndComesBackAsItWas) {
    SandboxWorld world(timed({{"mailbox_delay", 60}}));
    const auto kim = enrolled(world, "kim");
    world.pass(Seconds(60));
    ASSERT_TRUE(is_usable(world, kim));
    const auto before = body_of(world.exchange("Get-Mailbox", {{"Identity", kim}})).at("value").at(0);

    world.post("/users/" + kim + "/assignLicense", no_licence);
    EXPECT_FALSE(is_there(world, kim));
    const auto in_bin = world.exchange("Get-Mailbox", {{"Identity", kim}, {"SoftDeletedMailbox", true}});
    EXPECT_EQ(in_bin.status, 200);
    world.pass(Seconds(1800));
    world.post("/users/" + kim + "/assignLicense", licence());
    EXPECT_FALSE(is_there(world, kim));
    world.pass(Seconds(60));

    const auto after = body_of(world.exchange("Get-Mailbox", {{"Identity", kim}})).at("value").at(0);
    EXPECT_EQ(after.at("Guid"), before.at("Guid"));
    EXPECT_EQ(after.at("WhenMailboxCreated"), before.at("WhenMailboxCreated"));  // older than any watermark
    EXPECT_EQ(after.at("LitigationHoldEnabled"), true);
}

TEST(MailboxLife, GoesAndComesWithItsUserWhoCanAlsoVanishWhileItIsAwaited) {
    SandboxWorld world(timed({{"mailbox_delay", 60}}));
    const auto kim = enrolled(world, "kim");
    const auto waiting = enrolled(world, "waiting");
    world.send("DELETE", "/users/" + waiting, nullptr);
    world.pass(Seconds(60));
    ASSERT_TRUE(is_there(world, kim));

    world.send("DELETE", "/users/" + kim, nullptr);

    EXPECT_FALSE(is_there(world, kim));
    EXPECT_FALSE(is_there(world, waiting));
    world.post("/directory/deletedItems/" + kim + "/restore", json::object());
    world.post("/directory/deletedItems/" + waiting + "/restore", json::object());
    world.pass(Seconds(60));
    EXPECT_TRUE(is_there(world, kim));
    EXPECT_TRUE(is_there(world, waiting));
    EXPECT_EQ(body_of(world.control("GET", "summary", nullptr)).at("mailboxes"), 2);
}

TEST(MailboxLife, ListsOutOfOrderWhenTheStampIsOlderThanTheListing) {
    SandboxWorld world(timed({{"mailbox_delay", {1, 600}}, {"mailbox_list_lag", {0, 300}}}));
    for (int i = 0; i < 60; ++i) enrolled(world, "p" + std::to_string(i));
    std::string newest;
    std::set<std::string> seen;
    int missed_by_a_bare_watermark = 0;

    for (int step = 0; step < 60; ++step) {
        world.pass(Seconds(10));
        std::string newest_now = newest;
        const json rows = body_of(world.exchange("Get-Mailbox", json::object())).at("value");
        for (const auto& row : rows) {
            const std::string stamp = row.at("WhenMailboxCreated");
            newest_now = std::max(newest_now, stamp);
            if (seen.insert(row.at("UserPrincipalName")).second && stamp <= newest)
                ++missed_by_a_bare_watermark;
        }
        newest = newest_now;
    }

    EXPECT_EQ(seen.size(), 60u);
    EXPECT_GT(missed_by_a_bare_watermark, 5);
}

TEST(MailboxLife, ComesInBurstsAndSomeNever) {
    SandboxWorld world(timed({{"mailbox_delay", {1, 600}},
                              {"mailbox_burst", 200},
                              {"mailbox_odds", {{"never", 0.3}, {"late", 0}}}}));
    for (int i = 0; i < 100; ++i) enrolled(world, "p" + std::to_string(i));
    std::set<std::size_t> sizes;

    for (int second = 0; second < 800; second += 5) {
        world.pass(Seconds(5));
        sizes.insert(body_of(world.exchange("Get-Mailbox", json::object())).at("value").size());
    }

    EXPECT_LE(sizes.size(), 5u);  // nobody, and after each burst
    EXPECT_GT(*sizes.rbegin(), 50u);
    EXPECT_LT(*sizes.rbegin(), 90u);
}

TEST(MailboxLife, IsHurriedByTheControlEndpoint) {
    SandboxWorld world(timed({{"mailboxes", json::array({{{"users", "*"}, {"delay", "never"}}})}}));
    const auto kim = enrolled(world, "kim");
    EXPECT_FALSE(is_there(world, kim));

    world.control("POST", "mailboxes", {{"users", {"kim@contoso.com"}}, {"usable_in", 5}});

    EXPECT_TRUE(is_there(world, kim));
    EXPECT_FALSE(is_usable(world, kim));
    world.pass(Seconds(5));
    EXPECT_TRUE(is_usable(world, kim));
}

TEST(MailboxSweep, AsksForWhatCameSince) {
    SandboxWorld world(timed({{"mailbox_delay", 60}}));
    enrolled(world, "early");
    world.pass(Seconds(120));
    enrolled(world, "late");
    world.pass(Seconds(60));
    const auto since = [&](const std::string& date) {
        return body_of(world.exchange("Get-Mailbox", {{"Filter", "WhenMailboxCreated -gt '" + date + "'"}}))
            .at("value")
            .size();
    };

    // The world starts at 2026-11-23T10:00:00Z, so the two came at 10:01:00 and 10:03:00.
    EXPECT_EQ(since("11/23/2026 10:00:59"), 2u);
    EXPECT_EQ(since("11/23/2026 10:01:00"), 1u);
    EXPECT_EQ(since("11/23/2026 10:02:59 AM"), 1u);
    EXPECT_EQ(since("2026-11-23T10:03:00Z"), 0u);
}

}  // namespace
}  // namespace uplift::sandbox
