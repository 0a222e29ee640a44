// What every implementation of engine::Tenant does, told by a small world that can be filled and asked.
//
// Header only. A World is default constructible and holds the tenant described in contract_content()
// (domains, licences, groups); it has:
//     engine::Tenant& tenant();
//     ObjectId put_account(std::string upn, Anchor anchor);   // without usage location; visible at once
//     TimePoint soon();                                       // a deadline that nothing honest misses
//     T run(awaitable<T>)                                     // to its end
//     void settle();                                          // what is delayed has been applied and is seen
//     static bool unique_anchors();                           // a second create with an anchor is a conflict
// Use: INSTANTIATE_TYPED_TEST_SUITE_P(Sandbox, TenantContract, SandboxWorld);
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "core/engine/ports/tenant.hpp"

namespace uplift::test {

struct ContractGroup {
    std::string id, name, mail, nickname;
    GroupKind kind;
};
struct ContractSku {
    std::string part_number, id;
    std::int64_t seats;
};
struct ContractContent {
    std::vector<Domain> domains;
    std::vector<ContractSku> skus;
    std::vector<ContractGroup> groups;
};

inline const std::string e3_sku = "05e9a617-0261-4cee-bb44-138d3ef5d965";      // SPE_E3
inline const std::string flow_sku = "f30db892-07e9-47e9-837c-80727f46fd3d";    // FLOW_FREE
inline const std::string absent_sku = "c7df2760-2c81-4ef7-b578-5b5392b571df";  // ENTERPRISEPREMIUM, not owned
inline const std::string forms_plan = "2789c901-c14e-48ab-a76a-be334d9d793a";  // FORMS_PLAN_E3, of SPE_E3
inline const std::string staff_group = "b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32";
inline const std::string team_group = "c91f0e77-1c2d-4a5b-8e6f-7a8b9c0d1e2f";
inline const std::string list_group = "d02a1f88-2d3e-4b6c-9f70-8b9c0d1e2f30";

inline const ContractContent& contract_content() {
    static const ContractContent content{
        .domains = {{.name = "contoso.com", .verified = true, .federated = false},
                    {.name = "fabrikam.example", .verified = false, .federated = false}},
        .skus = {{.part_number = "SPE_E3", .id = e3_sku, .seats = 1},
                 {.part_number = "FLOW_FREE", .id = flow_sku, .seats = 100}},
        .groups = {
            {staff_group, "All O'Staff", "", "allstaff", GroupKind::security},
            {team_group, "Team", "team@contoso.com", "team", GroupKind::microsoft_365},
            {list_group, "News", "news@contoso.com", "news", GroupKind::distribution_list},
            {"e13b2099-3e4f-4c7d-a081-9c0d1e2f3041", "Twice", "", "twice1", GroupKind::security},
            {"f24c31aa-4f50-4d8e-b192-0d1e2f304152", "Twice", "", "twice2", GroupKind::security},
            {"035d42bb-5061-4e9f-82a3-1e2f30415263", "Rule", "", "rule", GroupKind::dynamic},
            {"146e53cc-6172-4fa0-93b4-2f3041526374", "Synced", "", "synced", GroupKind::synced},
            {"257f64dd-7283-40b1-a4c5-304152637485", "Admins", "", "admins", GroupKind::role_assignable},
        }};
    return content;
}

template <class World>
class TenantContract : public testing::Test {
 protected:
    static inline const Anchor anchor = Anchor::from_text("xJKGBlVfdUe/0aXiCit+gg==");  // / + and =
    static inline const Anchor other_anchor = Anchor::from_text("JbebJhH2t0GYpQipjozPng==");

    static PlannedAccount jane() {
        PlannedAccount plan;
        plan.user_principal_name = "jane.doe@contoso.com";
        plan.mail_nickname = "jane.doe";
        plan.display_name = "Jane Doe";
        plan.usage_location = "DE";
        plan.anchor = anchor;
        plan.properties = {{"givenName", "Jane"}, {"surname", "Doe"}, {"department", "IT"}};
        return plan;
    }

    Outcome<ObjectId> create(const PlannedAccount& plan) {
        return world_.run(world_.tenant().create_user(plan, password_, next_attempt(), world_.soon()));
    }
    ObjectId created(const PlannedAccount& plan) {
        const auto outcome = create(plan);
        EXPECT_NE(done_value(outcome), nullptr) << what(outcome);
        world_.settle();
        return done_value(outcome) == nullptr ? ObjectId{} : *done_value(outcome);
    }
    Outcome<Nothing> give(const ObjectId& id, std::vector<AssignedLicense> licenses) {
        return world_.run(
            world_.tenant().assign_licenses(id, std::move(licenses), next_attempt(), world_.soon()));
    }
    Outcome<Nothing> join(const std::string& group, const ObjectId& id) {
        return world_.run(world_.tenant().add_member(GroupId{group}, id, next_attempt(), world_.soon()));
    }
    std::vector<Group> groups_named(const std::string& name) {
        const auto outcome = world_.run(world_.tenant().find_groups(name, world_.soon()));
        EXPECT_NE(done_value(outcome), nullptr) << what(outcome);
        return done_value(outcome) == nullptr ? std::vector<Group>{} : *done_value(outcome);
    }
    std::optional<Account> named(const std::string& upn) {
        const auto outcome = world_.run(world_.tenant().find_by_upn(upn, world_.soon()));
        EXPECT_NE(done_value(outcome), nullptr) << what(outcome);
        return done_value(outcome) == nullptr ? std::nullopt : *done_value(outcome);
    }
    std::vector<Account> anchored(const Anchor& by) {
        const auto outcome = world_.run(world_.tenant().find_by_anchor(by, world_.soon()));
        EXPECT_NE(done_value(outcome), nullptr) << what(outcome);
        return done_value(outcome) == nullptr ? std::vector<Account>{} : *done_value(outcome);
    }
    AttemptId next_attempt() {
        const auto digits = std::to_string(1'000 + ++attempts_);
        return AttemptId{"11111111-aaaa-4bbb-8ccc-22222222" + digits};
    }

    template <class T>
    static std::string what(const Outcome<T>& outcome) {
        return match(
            outcome,
            [](const Done<T>&) -> std::string { return "done"; },
            [](const NotSent& one) { return "not sent: " + one.why; },
            [](const Unknown& one) { return "unknown: " + one.why; },
            [](const Conflict& one) { return "conflict: " + one.property; },
            [](const Refused& one) { return std::string(entry_of(one.code).word) + ": " + one.what; },
            [](const Throttled&) -> std::string { return "throttled"; },
            [](const NotYet& one) { return "not yet: " + one.what; },
            [](const Unauthorized& one) { return "unauthorized: " + one.what; });
    }
    template <class T>
    static std::string refusal(const Outcome<T>& outcome) {
        const auto* refused = std::get_if<Refused>(&outcome);
        return refused == nullptr ? what(outcome) : std::string(entry_of(refused->code).word);
    }

    World world_;
    Secret password_ = Secret::copy_of("xWwvJ]6NMw+bWH-d");
    int attempts_ = 0;
};
TYPED_TEST_SUITE_P(TenantContract);

TYPED_TEST_P(TenantContract, CreatedAccountIsReadByItsId) {
    const auto id = this->created(this->jane());

    const auto outcome = this->world_.run(this->world_.tenant().get_account(id, this->world_.soon()));

    const auto* account = done_value(outcome);
    ASSERT_NE(account, nullptr) << this->what(outcome);
    EXPECT_EQ(account->id, id);
    EXPECT_EQ(account->user_principal_name, "jane.doe@contoso.com");
    EXPECT_EQ(account->anchor, this->anchor);
    EXPECT_EQ(account->usage_location, "DE");
    EXPECT_TRUE(account->account_enabled);
}

TYPED_TEST_P(TenantContract, CreatedAccountIsFoundByNameInAnyLetterCase) {
    const auto id = this->created(this->jane());

    const auto account = this->named("JANE.Doe@Contoso.com");

    ASSERT_TRUE(account);
    EXPECT_EQ(account->id, id);
    EXPECT_EQ(account->anchor, this->anchor);
}

TYPED_TEST_P(TenantContract, CreatedAccountIsFoundByItsAnchorWhateverLettersItHasT19) {
    const auto id = this->created(this->jane());

    const auto found = this->anchored(this->anchor);

    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found.front().id, id);
}

TYPED_TEST_P(TenantContract, NobodyIsNotFound) {
    EXPECT_FALSE(this->named("nobody@contoso.com"));
    EXPECT_FALSE(this->named("o'brien@contoso.com"));
    EXPECT_TRUE(this->anchored(this->other_anchor).empty());
}

TYPED_TEST_P(TenantContract, IdThatIsNotThereIsNotYet) {
    const ObjectId nobody{"00000000-1111-4222-8333-444444444444"};

    const auto account = this->world_.run(this->world_.tenant().get_account(nobody, this->world_.soon()));
    const auto licenses = this->world_.run(this->world_.tenant().get_licenses(nobody, this->world_.soon()));

    EXPECT_TRUE(std::holds_alternative<NotYet>(account)) << this->what(account);
    EXPECT_TRUE(std::holds_alternative<NotYet>(licenses)) << this->what(licenses);
}

TYPED_TEST_P(TenantContract, SecondCreateOfANameIsAConflictThatNamesTheHolder) {
    const auto first = this->created(this->jane());
    auto second = this->jane();
    second.anchor = this->other_anchor;

    const auto outcome = this->create(second);

    const auto* conflict = std::get_if<Conflict>(&outcome);
    ASSERT_NE(conflict, nullptr) << this->what(outcome);
    EXPECT_EQ(conflict->property, "userPrincipalName");
    EXPECT_EQ(conflict->holder, first);
}

TYPED_TEST_P(TenantContract, SecondCreateOfAnAnchorIsAConflictWhereTheTenantKeepsThemUnique) {
    if (!TypeParam::unique_anchors()) GTEST_SKIP() << "anchors are not unique here";
    const auto first = this->created(this->jane());
    auto second = this->jane();
    second.user_principal_name = "jane.doe2@contoso.com";
    second.mail_nickname = "jane.doe2";

    const auto outcome = this->create(second);

    const auto* conflict = std::get_if<Conflict>(&outcome);
    ASSERT_NE(conflict, nullptr) << this->what(outcome);
    EXPECT_EQ(conflict->property, "onPremisesImmutableId");
    EXPECT_EQ(conflict->holder, first);
}

TYPED_TEST_P(TenantContract, AccountThatWasThereHoldsItsName) {
    const auto there = this->world_.put_account("jane.doe@contoso.com", Anchor{});

    const auto outcome = this->create(this->jane());

    const auto* conflict = std::get_if<Conflict>(&outcome);
    ASSERT_NE(conflict, nullptr) << this->what(outcome);
    EXPECT_EQ(conflict->holder, there);
    EXPECT_TRUE(this->named("jane.doe@contoso.com")->anchor.empty());
}

TYPED_TEST_P(TenantContract, DomainThatIsNotVerifiedIsRefused) {
    auto plan = this->jane();
    plan.user_principal_name = "jane.doe@fabrikam.example";

    EXPECT_EQ(this->refusal(this->create(plan)), "domain_not_verified");
}

TYPED_TEST_P(TenantContract, UsageLocationIsSetAndRead) {
    const auto id = this->world_.put_account("john@contoso.com", Anchor{});

    const auto outcome = this->world_.run(
        this->world_.tenant().set_usage_location(id, "GB", this->next_attempt(), this->world_.soon()));
    this->world_.settle();

    EXPECT_NE(done_value(outcome), nullptr) << this->what(outcome);
    const auto account = this->world_.run(this->world_.tenant().get_account(id, this->world_.soon()));
    ASSERT_NE(done_value(account), nullptr) << this->what(account);
    EXPECT_EQ(done_value(account)->usage_location, "GB");
}

TYPED_TEST_P(TenantContract, LicenceNeedsAUsageLocation) {
    const auto id = this->world_.put_account("john@contoso.com", Anchor{});

    const auto outcome = this->give(id, {{.sku = SkuId{flow_sku}, .disabled_plans = {}}});

    ASSERT_TRUE(std::holds_alternative<NotYet>(outcome)) << this->what(outcome);
    EXPECT_EQ(std::get<NotYet>(outcome).what, "usage location");
}

TYPED_TEST_P(TenantContract, LicenceIsGivenReadAndItsPlansReplaced) {
    const auto id = this->created(this->jane());
    const AssignedLicense all{.sku = SkuId{e3_sku}, .disabled_plans = {}};
    const AssignedLicense less{.sku = SkuId{e3_sku}, .disabled_plans = {PlanId{forms_plan}}};
    const auto read = [&] {
        this->world_.settle();
        const auto outcome = this->world_.run(this->world_.tenant().get_licenses(id, this->world_.soon()));
        EXPECT_NE(done_value(outcome), nullptr) << this->what(outcome);
        return done_value(outcome) == nullptr ? std::vector<AssignedLicense>{} : *done_value(outcome);
    };
    EXPECT_TRUE(read().empty());

    const auto first = this->give(id, {less});
    EXPECT_NE(done_value(first), nullptr) << this->what(first);
    EXPECT_EQ(read(), std::vector{less});
    const auto second = this->give(id, {all});
    EXPECT_NE(done_value(second), nullptr) << this->what(second);
    EXPECT_EQ(read(), std::vector{all});
}

TYPED_TEST_P(TenantContract, LicenceWithoutAFreeSeatIsRefused) {
    const auto first = this->created(this->jane());
    auto other = this->jane();
    other.user_principal_name = "john@contoso.com";
    other.mail_nickname = "john";
    other.anchor = this->other_anchor;
    const auto second = this->created(other);
    const AssignedLicense license{.sku = SkuId{e3_sku}, .disabled_plans = {}};
    this->give(first, {license});

    EXPECT_EQ(this->refusal(this->give(second, {license})), "no_seats");
    // The one who has it may be given it again.
    const auto again = this->give(first, {license});
    EXPECT_NE(done_value(again), nullptr) << this->what(again);
}

TYPED_TEST_P(TenantContract, LicenceThatTheTenantDoesNotOwnIsRefused) {
    const auto id = this->created(this->jane());

    EXPECT_EQ(this->refusal(this->give(id, {{.sku = SkuId{absent_sku}, .disabled_plans = {}}})),
              "sku_unknown");
}

TYPED_TEST_P(TenantContract, LicencesAreListedWithTheirSeats) {
    const auto outcome = this->world_.run(this->world_.tenant().get_skus(this->world_.soon()));

    const auto* skus = done_value(outcome);
    ASSERT_NE(skus, nullptr) << this->what(outcome);
    ASSERT_EQ(skus->size(), contract_content().skus.size());
    const auto e3 =
        std::find_if(skus->begin(), skus->end(), [](const Sku& sku) { return sku.part_number == "SPE_E3"; });
    ASSERT_NE(e3, skus->end());
    EXPECT_EQ(e3->id.value, e3_sku);
    EXPECT_EQ(e3->owned, 1);
    EXPECT_EQ(e3->used, 0);
    EXPECT_TRUE(e3->assignable);
    EXPECT_TRUE(e3->for_users);
}

TYPED_TEST_P(TenantContract, DomainsAreListed) {
    const auto outcome = this->world_.run(this->world_.tenant().get_domains(this->world_.soon()));

    const auto* domains = done_value(outcome);
    ASSERT_NE(domains, nullptr) << this->what(outcome);
    for (const auto& wanted : contract_content().domains) {
        const auto found = std::find_if(
            domains->begin(), domains->end(), [&](const Domain& one) { return one.name == wanted.name; });
        ASSERT_NE(found, domains->end()) << wanted.name;
        EXPECT_EQ(found->verified, wanted.verified);
        EXPECT_EQ(found->federated, wanted.federated);
    }
}

TYPED_TEST_P(TenantContract, GroupIsJoinedOnceAndAgainIsDone) {
    const auto id = this->created(this->jane());

    for (int time = 0; time < 2; ++time) {
        const auto outcome = this->join(staff_group, id);
        EXPECT_NE(done_value(outcome), nullptr) << this->what(outcome);
        this->world_.settle();
    }
    const auto team = this->join(team_group, id);
    EXPECT_NE(done_value(team), nullptr) << this->what(team);
    this->world_.settle();

    const auto outcome = this->world_.run(this->world_.tenant().get_memberships(id, this->world_.soon()));
    ASSERT_NE(done_value(outcome), nullptr) << this->what(outcome);
    auto groups = *done_value(outcome);
    std::sort(groups.begin(), groups.end());
    EXPECT_EQ(groups, (std::vector{GroupId{staff_group}, GroupId{team_group}}));
}

TYPED_TEST_P(TenantContract, DistributionListIsNotJoinedHere) {
    const auto id = this->created(this->jane());

    EXPECT_EQ(this->refusal(this->join(list_group, id)), "group_mail_enabled");
}

TYPED_TEST_P(TenantContract, GroupThatIsNotThereIsNotYet) {
    const auto id = this->created(this->jane());

    const auto outcome = this->join("00000000-1111-4222-8333-444444444444", id);

    EXPECT_TRUE(std::holds_alternative<NotYet>(outcome)) << this->what(outcome);
}

TYPED_TEST_P(TenantContract, GroupsAreFoundByIdMailNicknameAndName) {
    for (const auto* name : {"c91f0e77-1c2d-4a5b-8e6f-7a8b9c0d1e2f", "team@contoso.com", "team", "Team"}) {
        const auto groups = this->groups_named(name);
        ASSERT_EQ(groups.size(), 1u) << name;
        EXPECT_EQ(groups.front().id.value, team_group);
        EXPECT_EQ(groups.front().display_name, "Team");
    }
    EXPECT_EQ(this->groups_named("All O'Staff").size(), 1u);
    EXPECT_EQ(this->groups_named("Twice").size(), 2u);
    EXPECT_TRUE(this->groups_named("Nothing").empty());
    EXPECT_TRUE(this->groups_named("00000000-1111-4222-8333-444444444444").empty());
}

TYPED_TEST_P(TenantContract, KindsOfGroupsAreTold) {
    for (const auto& wanted : contract_content().groups) {
        const auto groups = this->groups_named(wanted.id);
        ASSERT_EQ(groups.size(), 1u) << wanted.name;
        EXPECT_EQ(word(groups.front().kind), word(wanted.kind)) << wanted.name;
    }
}

REGISTER_TYPED_TEST_SUITE_P(TenantContract,
                            CreatedAccountIsReadByItsId,
                            CreatedAccountIsFoundByNameInAnyLetterCase,
                            CreatedAccountIsFoundByItsAnchorWhateverLettersItHasT19,
                            NobodyIsNotFound,
                            IdThatIsNotThereIsNotYet,
                            SecondCreateOfANameIsAConflictThatNamesTheHolder,
                            SecondCreateOfAnAnchorIsAConflictWhereTheTenantKeepsThemUnique,
                            AccountThatWasThereHoldsItsName,
                            DomainThatIsNotVerifiedIsRefused,
                            UsageLocationIsSetAndRead,
                            LicenceNeedsAUsageLocation,
                            LicenceIsGivenReadAndItsPlansReplaced,
                            LicenceWithoutAFreeSeatIsRefused,
                            LicenceThatTheTenantDoesNotOwnIsRefused,
                            LicencesAreListedWithTheirSeats,
                            DomainsAreListed,
                            GroupIsJoinedOnceAndAgainIsDone,
                            DistributionListIsNotJoinedHere,
                            GroupThatIsNotThereIsNotYet,
                            GroupsAreFoundByIdMailNicknameAndName,
                            KindsOfGroupsAreTold);

}  // namespace uplift::test
