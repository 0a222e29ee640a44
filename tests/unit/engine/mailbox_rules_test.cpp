// The rules behind the wait for mailboxes: how often is looked, how many are probed, what licences allow, and
// how long it usually takes.
#include <gtest/gtest.h>

#include "core/engine/feasibility.hpp"
#include "core/engine/mailbox_watch.hpp"
#include "core/model/wait_histogram.hpp"

namespace uplift::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const TimePoint noon = from_millis(1'800'000'000'000);

MailboxStanding youngest(Duration age) {
    MailboxStanding standing;
    standing.waiting = 1;
    standing.youngest_since = noon - age;
    standing.oldest_since = noon - age;
    return standing;
}

TEST(LookInterval, IsShortWhileArrivalsAreLikelyAndNeverLongerThanTheLongest) {
    const TenantSettings settings;  // 1 min .. 15 min
    EXPECT_EQ(look_interval(youngest(minutes{0}), settings, noon), minutes{1});
    EXPECT_EQ(look_interval(youngest(minutes{30}), settings, noon), minutes{1});
    EXPECT_EQ(look_interval(youngest(minutes{31}), settings, noon), minutes{2});
    EXPECT_EQ(look_interval(youngest(minutes{61}), settings, noon), minutes{4});
    EXPECT_EQ(look_interval(youngest(hours{10}), settings, noon), minutes{15});
    EXPECT_EQ(look_interval(youngest(hours{24 * 365}), settings, noon), minutes{15});
    EXPECT_EQ(look_interval({}, settings, noon), minutes{15});
}

TEST(LookInterval, FollowsWhatTheTenantTaught) {
    auto standing = youngest(minutes{40});
    standing.usual = {.arrivals = 100, .half = minutes{20}, .most = minutes{45}};
    EXPECT_EQ(look_interval(standing, {}, noon), minutes{1});
    standing.usual.most = minutes{5};
    EXPECT_EQ(look_interval(standing, {}, noon), minutes{15});
}

TEST(ProbesAnInterval, BringEverybodyRoundOnceADay) {
    EXPECT_EQ(probes_an_interval(10'000, minutes{15}), 6u);
    EXPECT_EQ(probes_an_interval(1, minutes{1}), 1u);
    EXPECT_EQ(probes_an_interval(100'000, minutes{15}), 53u);
}

TEST(WaitHistogram, QuantilesAreNeverTooShortAndAtMostAQuarterTooLong) {
    WaitHistogram waits;
    EXPECT_EQ(wait_quantile(waits, 50), Duration{});
    for (int i = 1; i <= 100; ++i) ++waits[wait_bucket(minutes{i})];
    for (const std::int64_t share : {50, 95, 100}) {
        const auto quantile = wait_quantile(waits, share);
        EXPECT_GE(quantile, minutes{share});
        EXPECT_LE(quantile, minutes{share * 5 / 4 + 2});
    }
    EXPECT_EQ(wait_bucket(minutes{-5}), 0);
}

struct RightsCase {
    std::string name;
    std::vector<std::string> plans;
    std::vector<std::string> off;
    bool mailbox, hold, archive;
};
void PrintTo(const RightsCase& given, std::ostream* out) { *out << given.name; }
class MailboxRightsOf : public ::testing::TestWithParam<RightsCase> {};

TEST_P(MailboxRightsOf, FollowFromThePlansThatAreOn) {
    const auto& given = GetParam();
    Sku sku;
    sku.id = SkuId{"s"};
    AssignedLicense license{.sku = sku.id, .disabled_plans = {}};
    for (const auto& plan : given.plans) sku.plans.push_back({.id = PlanId{plan}, .name = plan});
    for (const auto& plan : given.off) license.disabled_plans.emplace_back(plan);
    const auto rights = mailbox_rights(std::vector{license}, std::vector{sku});
    EXPECT_EQ(rights.mailbox, given.mailbox);
    EXPECT_EQ(rights.hold, given.hold);
    EXPECT_EQ(rights.archive, given.archive);
}

INSTANTIATE_TEST_SUITE_P(
    Exchange,
    MailboxRightsOf,
    ::testing::Values(
        RightsCase{"Plan2", {"EXCHANGE_S_ENTERPRISE"}, {}, true, true, true},
        RightsCase{"Plan1", {"EXCHANGE_S_STANDARD"}, {}, true, false, true},
        RightsCase{"Kiosk", {"EXCHANGE_S_DESKLESS"}, {}, true, false, false},
        RightsCase{
            "Plan1WithAddOn", {"EXCHANGE_S_STANDARD", "EXCHANGE_S_ARCHIVE_ADDON"}, {}, true, true, true},
        RightsCase{"AddOnAlone", {"EXCHANGE_S_ARCHIVE_ADDON"}, {}, false, true, true},
        RightsCase{"FoundationIsNoMailbox", {"EXCHANGE_S_FOUNDATION"}, {}, false, false, false},
        RightsCase{"SwitchedOff", {"EXCHANGE_S_ENTERPRISE"}, {"EXCHANGE_S_ENTERPRISE"}, false, false, false},
        RightsCase{"NoExchange", {"TEAMS1"}, {}, false, false, false}),
    [](const auto& info) { return info.param.name; });

PlannedAccount plan_with(std::vector<std::string> aliases, bool hold, bool archive) {
    PlannedAccount plan;
    plan.aliases = std::move(aliases);
    if (hold) plan.litigation_hold = LitigationHold{};
    plan.archive = archive;
    return plan;
}

TEST(CheckMailboxSettings, RefuseWhatCanNeverBe) {
    const MailboxRights kiosk{.mailbox = true, .hold = false, .archive = false};
    const MailboxRights full{.mailbox = true, .hold = true, .archive = true};
    EXPECT_TRUE(check_mailbox_settings(plan_with({"a@x"}, true, true), full));
    EXPECT_EQ(check_mailbox_settings(plan_with({"a@x"}, false, false), {}).error().code,
              FaultCode::no_mailbox_licensed);
    EXPECT_EQ(check_mailbox_settings(plan_with({}, true, false), kiosk).error().code,
              FaultCode::hold_not_licensed);
    EXPECT_EQ(check_mailbox_settings(plan_with({}, false, true), kiosk).error().code,
              FaultCode::archive_not_licensed);
    EXPECT_TRUE(check_mailbox_settings(plan_with({}, false, false), {}));
    auto here = plan_with({}, false, false);
    here.mailbox_on_premises = true;
    EXPECT_TRUE(check_mailbox_settings(here, {}));  // nothing of Exchange is planned
    EXPECT_EQ(check_mailbox_settings(here, full).error().code, FaultCode::mailbox_on_premises);
}

TEST(CheckAliasDomains, KnowsWhatExchangeAcceptsWhateverTheLetterCase) {
    const std::vector<std::string> accepted{"contoso.com"};
    EXPECT_TRUE(check_alias_domains(plan_with({"a@CONTOSO.com"}, false, false), accepted));
    EXPECT_EQ(check_alias_domains(plan_with({"a@contoso.com", "a@fabrikam.com"}, false, false), accepted)
                  .error()
                  .code,
              FaultCode::alias_domain);
}

TEST(CheckCmdlets, AsksForTheCommandsThatThePlanNeeds) {
    const std::vector<std::string> reader{"Get-Mailbox"};
    const std::vector<std::string> both{"get-mailbox", "Set-Mailbox"};
    EXPECT_TRUE(check_cmdlets(plan_with({}, false, false), {}));
    EXPECT_EQ(check_cmdlets(plan_with({"a@x"}, false, false), reader).error().code,
              FaultCode::exchange_cmdlet_missing);
    EXPECT_TRUE(check_cmdlets(plan_with({"a@x"}, true, false), both));
    EXPECT_EQ(check_cmdlets(plan_with({}, false, true), both).error().code,
              FaultCode::exchange_cmdlet_missing);
}

}  // namespace
}  // namespace uplift::engine
