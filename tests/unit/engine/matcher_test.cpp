#include "core/engine/matcher.hpp"

#include <gtest/gtest.h>

namespace uplift::engine {
namespace {

const Anchor ours = Anchor::from_text("xJKGBlVfdUe/0aXiCitigg==");
constexpr TimePoint sent{std::chrono::seconds{1'000'000}};

PlannedAccount jane() {
    PlannedAccount plan;
    plan.user_principal_name = "jane@contoso.com";
    plan.anchor = ours;
    return plan;
}

Account account(std::string upn, Anchor anchor, TimePoint created_at) {
    return Account{.id = ObjectId{"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21"},
                   .user_principal_name = std::move(upn),
                   .anchor = std::move(anchor),
                   .usage_location = {},
                   .account_enabled = true,
                   .created_at = created_at};
}

struct JudgeCase {
    const char* name;
    Account account;
    std::optional<TimePoint> unsettled;
    const char* verdict;  // created, continued, UPL-…, unrelated
};

std::string said(const Judgement& judgement) {
    return match(
        judgement,
        [](const Ours& it) { return std::string(word(it.origin)); },
        [](const Theirs& it) { return to_string(it.fault.code); },
        [](const Unrelated&) { return std::string("unrelated"); });
}

class Judge : public testing::TestWithParam<JudgeCase> {};

TEST_P(Judge, SaysWhoseItIs) {
    const auto& given = GetParam();

    EXPECT_EQ(said(judge(jane(), given.account, given.unsettled)), given.verdict);
}

const auto later = sent + std::chrono::seconds{3};
const auto long_ago = sent - std::chrono::hours{24};
const JudgeCase cases[] = {
    {"OurLostCreate", account("jane@contoso.com", ours, later), sent, "created"},
    {"UpnComparesWithoutCase", account("Jane@Contoso.com", ours, later), sent, "created"},
    {"ThereBeforeWeEverSent", account("jane@contoso.com", ours, long_ago), std::nullopt, "continued"},
    {"ThereBeforeOurLostSend", account("jane@contoso.com", ours, long_ago), sent, "continued"},
    {"RenamedAfterOurLostCreate", account("jd@contoso.com", ours, later), sent, "created"},
    {"OurAnchorOtherNameNotOurs", account("jd@contoso.com", ours, long_ago), sent, "UPL-1315"},
    {"PlantedWithOurAnchor_AC33", account("evil@contoso.com", ours, later), std::nullopt, "UPL-1315"},
    {"NameTakenByOther_AC08",
     account("jane@contoso.com", Anchor::from_text("b3RoZXI="), long_ago),
     sent,
     "UPL-1308"},
    {"NameTakenWithoutAnchor", account("jane@contoso.com", Anchor{}, later), sent, "UPL-1308"},
    {"AnchorCaseMatters",
     account("jane@contoso.com", Anchor::from_text("XJKGBlVfdUe/0aXiCitigg=="), later),
     sent,
     "UPL-1308"},
    {"StaleIndex", account("other@contoso.com", Anchor{}, later), sent, "unrelated"},
};
INSTANTIATE_TEST_SUITE_P(Accounts, Judge, testing::ValuesIn(cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Candidate, OurAnchorBeatsOurName) {
    const auto named = account("jane@contoso.com", Anchor{}, sent);
    auto anchored = account("jd@contoso.com", ours, sent);
    anchored.id = ObjectId{"8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10"};

    EXPECT_EQ(candidate(jane(), named, std::vector{anchored}), anchored.id);
    EXPECT_EQ(candidate(jane(), named, {}), named.id);
    EXPECT_EQ(candidate(jane(), std::nullopt, {}), std::nullopt);
}

TEST(FirstUnsettled, ADefiniteRefusalIsSettled) {
    Attempt refused{.id = AttemptId{"a"},
                    .step = StepKind::account,
                    .number = 1,
                    .call = "create_user",
                    .target = {},
                    .sent_at = sent,
                    .ended_at = sent,
                    .result = AttemptResult::throttled,
                    .note = {}};
    auto lost = refused;
    lost.result = AttemptResult::unknown;
    lost.sent_at = later;

    EXPECT_EQ(first_unsettled(std::vector{refused}), std::nullopt);
    EXPECT_EQ(first_unsettled(std::vector{refused, lost}), later);
}

TEST(FirstUnsettled, AConflictMayBeTheSecondDeliveryOfOurOwnRequest) {
    const Attempt conflict{.id = AttemptId{"a"},
                           .step = StepKind::account,
                           .number = 1,
                           .call = "create_user",
                           .target = {},
                           .sent_at = sent,
                           .ended_at = sent,
                           .result = AttemptResult::conflict,
                           .note = {}};

    EXPECT_EQ(first_unsettled(std::vector{conflict}), sent);
}

}  // namespace
}  // namespace uplift::engine
