#include "core/graph/permissions.hpp"

#include <gtest/gtest.h>

namespace uplift::graph {
namespace {

using Words = std::vector<std::string>;

const Words enough{"User.ReadWrite.All",
                   "LicenseAssignment.ReadWrite.All",
                   "GroupMember.ReadWrite.All",
                   "Organization.Read.All",
                   "Domain.Read.All"};
const std::vector<Call> all_work{Call::find_by_upn,
                                 Call::create_user,
                                 Call::set_usage_location,
                                 Call::get_domains,
                                 Call::get_skus,
                                 Call::assign_licenses,
                                 Call::find_groups,
                                 Call::add_member};

Words with(Words words, const std::string& more) {
    words.push_back(more);
    return words;
}
Words without(Words words, const std::string& one) {
    std::erase(words, one);
    return words;
}

TEST(Permissions, ThoseThatAreAskedForAreEnoughAndNoneTooMuch) {
    EXPECT_FALSE(why_no_write(enough, {.tolerated = {}, .needed = all_work}));
    for (const auto call : all_work) EXPECT_FALSE(why_not(enough, call, {})) << entry_of(call).doing;
}

struct ForbiddenCase {
    std::string permission;
    bool forbidden;
};
class Forbidden : public testing::TestWithParam<ForbiddenCase> {};
TEST_P(Forbidden, TakesNoWriteUnlessItIsToleratedByName) {
    const auto& given = GetParam();
    const auto granted = with(enough, given.permission);

    const auto bar = why_no_write(granted, {.tolerated = {}, .needed = all_work});
    const auto tolerated = why_no_write(granted, {.tolerated = {given.permission}, .needed = all_work});
    const auto other =
        why_no_write(granted, {.tolerated = {"Policy.ReadWrite.Everything"}, .needed = all_work});

    EXPECT_EQ(bar.has_value(), given.forbidden);
    EXPECT_EQ(other.has_value(), given.forbidden);
    EXPECT_FALSE(tolerated);
    if (!bar) return;
    EXPECT_EQ(bar->code, FaultCode::tenant_permission);
    EXPECT_NE(bar->what.find(given.permission), std::string::npos) << bar->what;
    EXPECT_NE(bar->cure.find(given.permission), std::string::npos) << bar->cure;
    EXPECT_NE(bar->cure.find("tolerate_permissions"), std::string::npos) << bar->cure;
}
const ForbiddenCase permissions[] = {
    {"Directory.ReadWrite.All", true},
    {"Group.ReadWrite.All", true},
    {"RoleManagement.ReadWrite.Directory", true},
    {"RoleManagement.ReadWrite.CloudPC", true},
    {"Application.ReadWrite.All", true},
    {"Application.ReadWrite.OwnedBy", true},
    {"AppRoleAssignment.ReadWrite.All", true},
    {"Domain.ReadWrite.All", true},
    {"Policy.ReadWrite.ConditionalAccess", true},
    {"Directory.Read.All", false},
    {"Group.Read.All", false},
    {"RoleManagement.Read.Directory", false},
    {"Application.Read.All", false},
    {"AuditLog.Read.All", false},
    {"User.DeleteRestore.All", false},
    {"OrgContact.Read.All", false},
};
INSTANTIATE_TEST_SUITE_P(All, Forbidden, testing::ValuesIn(permissions), [](const auto& one) {
    auto name = one.param.permission;
    std::erase(name, '.');
    return name;
});

TEST(Permissions, EachForbiddenOneIsNamed) {
    const auto granted = with(with(enough, "Group.ReadWrite.All"), "Directory.ReadWrite.All");

    const auto bar = why_no_write(granted, {.tolerated = {}, .needed = all_work});
    const auto left = why_no_write(granted, {.tolerated = {"directory.readwrite.all"}, .needed = all_work});

    ASSERT_TRUE(bar);
    EXPECT_NE(bar->what.find("Group.ReadWrite.All and Directory.ReadWrite.All"), std::string::npos)
        << bar->what;
    ASSERT_TRUE(left);
    EXPECT_EQ(left->what.find("Directory.ReadWrite.All"), std::string::npos) << left->what;
}

class Missing : public testing::TestWithParam<std::string> {};
TEST_P(Missing, IsNamedBeforeTheFirstWrite) {
    const auto bar = why_no_write(without(enough, GetParam()), {.tolerated = {}, .needed = all_work});

    ASSERT_TRUE(bar);
    EXPECT_EQ(bar->code, FaultCode::tenant_permission);
    const auto named = GetParam() == "Organization.Read.All" ? "LicenseAssignment.Read.All" : GetParam();
    EXPECT_NE(bar->what.find(named), std::string::npos) << bar->what;
    EXPECT_NE(bar->cure.find("Grant"), std::string::npos) << bar->cure;
}
INSTANTIATE_TEST_SUITE_P(Each,
                         Missing,
                         testing::Values("User.ReadWrite.All",
                                         "GroupMember.ReadWrite.All",
                                         "Domain.Read.All"),
                         [](const auto& one) {
                             auto name = one.param;
                             std::erase(name, '.');
                             return name;
                         });

TEST(Permissions, LicencesAndGroupsAreAskedForOnlyWhereTheWorkNeedsThem) {
    const Words little{"User.ReadWrite.All", "Domain.Read.All"};

    EXPECT_FALSE(why_no_write(
        little, {.tolerated = {}, .needed = {Call::find_by_upn, Call::create_user, Call::get_domains}}));
    EXPECT_TRUE(why_no_write(little, {.tolerated = {}, .needed = {Call::create_user, Call::add_member}}));
}

TEST(Permissions, NothingGrantedLacksEverythingOnceAndNothingThatIsIncluded) {
    EXPECT_EQ(missing_for(Words{}, all_work),
              (Words{"User.ReadWrite.All", "Domain.Read.All", "GroupMember.ReadWrite.All"}));
}

TEST(Permissions, CallThatIsNotPossibleNamesAllThatTheWorkLacks) {
    const auto bar = why_not(Words{"User.ReadWrite.All", "Domain.Read.All", "Organization.Read.All"},
                             Call::find_groups,
                             {.tolerated = {}, .needed = all_work});

    ASSERT_TRUE(bar);
    EXPECT_EQ(bar->what, "the app lacks GroupMember.ReadWrite.All, so looking up the group is not possible");
}

TEST(Permissions, ToleratedGreatOneDoesForTheSmallOnes) {
    EXPECT_FALSE(why_no_write(Words{"Directory.ReadWrite.All"},
                              {.tolerated = {"Directory.ReadWrite.All"}, .needed = all_work}));
}

}  // namespace
}  // namespace uplift::graph
