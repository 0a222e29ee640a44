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
    const char* verdict;  // created, continued, adopted, adoptable, UPL-…, unrelated
    Existing existing = Existing::fail;
    std::optional<AttemptResult> anchor_sent = std::nullopt;  // how an attempt to adopt the account ended
};

Attempt attempt(std::string call, std::string target, TimePoint sent_at, AttemptResult result) {
    return Attempt{.id = AttemptId{"a"},
                   .step = StepKind::account,
                   .number = 1,
                   .call = std::move(call),
                   .target = std::move(target),
                   .sent_at = sent_at,
                   .ended_at = sent_at,
                   .result = result,
                   .note = {}};
}

std::string said(const Judgement& judgement) {
    return match(
        judgement,
        [](const Ours& it) { return std::string(word(it.origin)); },
        [](const Adoptable&) { return std::string("adoptable"); },
        [](const Theirs& it) { return to_string(it.fault.code); },
        [](const Unrelated&) { return std::string("unrelated"); });
}

class Judge : public testing::TestWithParam<JudgeCase> {};

TEST_P(Judge, SaysWhoseItIs) {
    const auto& given = GetParam();

    std::vector<Attempt> attempts;
    if (given.unsettled)
        attempts.push_back(attempt("create_user", "", *given.unsettled, AttemptResult::unknown));
    if (given.anchor_sent)
        attempts.push_back(attempt("set_anchor", given.account.id.value, sent, *given.anchor_sent));

    const auto judgement = judge(jane(), given.account, {.existing = given.existing, .attempts = attempts});

    EXPECT_EQ(said(judgement), given.verdict);
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
    {"NameTakenWithoutAnchor", account("jane@contoso.com", Anchor{}, later), sent, "UPL-1325"},
    {"WithoutAnchorAndTheProfileSaysAdopt",
     account("jane@contoso.com", Anchor{}, long_ago),
     std::nullopt,
     "adoptable",
     Existing::adopt},
    {"AnothersAnchorIsNeverAdopted",
     account("jane@contoso.com", Anchor::from_text("b3RoZXI="), long_ago),
     std::nullopt,
     "UPL-1308",
     Existing::adopt},
    {"AnotherNameIsNeverAdopted",
     account("jd@contoso.com", Anchor{}, long_ago),
     std::nullopt,
     "unrelated",
     Existing::adopt},
    {"AdoptedByALostReply",
     account("jane@contoso.com", ours, long_ago),
     std::nullopt,
     "adopted",
     Existing::adopt,
     AttemptResult::unknown},
    {"AdoptedAMinuteAfterSomebodyMadeIt",
     account("jane@contoso.com", ours, sent - std::chrono::minutes{1}),
     std::nullopt,
     "adopted",
     Existing::adopt,
     AttemptResult::done},
    {"AnchorRefusedAndGivenBySomebodyElse",
     account("jane@contoso.com", ours, long_ago),
     std::nullopt,
     "continued",
     Existing::adopt,
     AttemptResult::refused},
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

TEST(FirstUnsettled, AnAdoptionIsNoCreate) {
    const auto adoption = attempt("set_anchor", "id", sent, AttemptResult::unknown);

    EXPECT_EQ(first_unsettled(std::vector{adoption}), std::nullopt);
}

TEST(Hindering, WhoIsInTheBinHindersNobody) {
    const Holder deleted{.id = ObjectId{"a"}, .kind = HolderKind::deleted_user, .name = "jane"};
    const Holder group{.id = ObjectId{"b"}, .kind = HolderKind::group, .name = "jane@contoso.com"};

    EXPECT_FALSE(hindering(std::vector{deleted}).has_value());
    EXPECT_EQ(hindering(std::vector{deleted, group})->id, group.id);
}

TEST(ConflictFault, NamesTheHolderByKindNameAndId) {
    const Holder group{.id = ObjectId{"b1"}, .kind = HolderKind::group, .name = "jane@contoso.com"};

    const auto fault =
        conflict_fault(jane(), Conflict{.holder = ObjectId{"b1"}, .property = "proxyAddresses"}, group);

    EXPECT_EQ(fault.code, FaultCode::address_taken);
    EXPECT_EQ(fault.what.substr(0, 40), "group \"jane@contoso.com\" (id b1) holds p");
}

}  // namespace
}  // namespace uplift::engine
