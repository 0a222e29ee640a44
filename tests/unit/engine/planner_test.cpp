#include "core/engine/planner.hpp"

#include <gtest/gtest.h>

namespace uplift::engine {
namespace {

FoundPerson jane() {
    FoundPerson found;
    found.person.object_guid = *parse_guid("068692c4-5f55-4775-bfd1-a5e20a2b6282");
    found.person.distinguished_name = "CN=Jane,DC=corp";
    found.person.attributes = {{"sAMAccountName", {"jane"}},
                               {"userPrincipalName", {"jane@corp.example.com"}},
                               {"objectClass", {"top", "person", "organizationalPerson", "user"}},
                               {"userAccountControl", {"512"}},
                               {"displayName", {"Jane"}},
                               {"c", {"DE"}}};
    found.anchor = Anchor(found.person.object_guid);
    return found;
}

struct ResolutionCase {
    const char* name;
    std::vector<FoundPerson> (*found)();
    StepState state;
    std::optional<FaultCode> code;
};

const ResolutionCase cases[] = {
    {"Nobody", [] { return std::vector<FoundPerson>{}; }, StepState::failed, FaultCode::person_not_found},
    {"Several",
     [] {
         return std::vector{jane(), jane()};
     },
     StepState::failed,
     FaultCode::person_ambiguous},
    {"Excluded",
     [] {
         auto one = jane();
         one.scope = Scope::excluded;
         return std::vector{one};
     },
     StepState::skipped,
     FaultCode::person_excluded},
    {"Protected",
     [] {
         auto one = jane();
         one.person.attributes["adminCount"] = {"1"};
         return std::vector{one};
     },
     StepState::skipped,
     FaultCode::person_protected},
    {"WithoutAnchor",
     [] {
         auto one = jane();
         one.anchor.reset();
         return std::vector{one};
     },
     StepState::failed,
     FaultCode::person_without_anchor},
    {"Taken", [] { return std::vector{jane()}; }, StepState::done, std::nullopt},
};

class ResolutionOf : public testing::TestWithParam<ResolutionCase> {};

TEST_P(ResolutionOf, SaysWhoIsMeantAndWhatIsPlanned) {
    const auto& given = GetParam();
    Profile profile;
    profile.domain = "contoso.com";

    const auto resolution =
        resolution_of(profile, {{IdentityKind::sAMAccountName, "jane"}}, {}, given.found());

    EXPECT_EQ(resolution.state, given.state);
    EXPECT_EQ(resolution.fault.has_value(), given.code.has_value());
    if (given.code && resolution.fault) {
        EXPECT_EQ(resolution.fault->code, *given.code);
    }
    EXPECT_EQ(resolution.plan.has_value(), given.state == StepState::done);
}
INSTANTIATE_TEST_SUITE_P(Directory, ResolutionOf, testing::ValuesIn(cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Changes, WhoIsRefusedOrSkippedHasNone) {
    PersonPlan plan;
    plan.licenses_to_give = {AssignedLicense{}};
    plan.tasks_to_do = {StepKind::archive};

    EXPECT_EQ(plan.changes(), 3U);
    plan.action = PlanAction::continue_;
    EXPECT_EQ(plan.changes(), 2U);
    plan.action = PlanAction::refuse;
    EXPECT_EQ(plan.changes(), 0U);
}

}  // namespace
}  // namespace uplift::engine
