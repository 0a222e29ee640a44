#include "core/engine/catalogue.hpp"

#include <gtest/gtest.h>

#include "core/engine/license_change.hpp"

namespace uplift::engine {
namespace {

const SkuId e3{"05e9a617-0261-4cee-bb44-138d3ef5d965"};
const PlanId yammer{"7547a3fe-08ee-4ccb-b430-5077c5041653"}, exchange{"efb87545-963c-4e0d-99df-69c6916d9eb0"},
    company{"aaaaaaaa-0000-4000-8000-000000000001"};

std::vector<Sku> skus() {
    Sku sku{.id = e3,
            .part_number = "SPE_E3",
            .product_name = "Microsoft 365 E3",
            .owned = 10,
            .used = 1,
            .plans = {}};
    sku.plans = {{.id = yammer, .name = "YAMMER_ENTERPRISE"},
                 {.id = exchange, .name = "EXCHANGE_S_ENTERPRISE"},
                 {.id = company, .name = "COMPANY_PLAN", .for_users = false}};
    Sku suspended{
        .id = SkuId{"b"}, .part_number = "OLD", .product_name = {}, .assignable = false, .plans = {}};
    return {sku, suspended};
}

LicenseWish wish(std::string sku) {
    return LicenseWish{.sku = std::move(sku), .disabled_plans = {}, .enabled_plans = {}};
}

TEST(FindLicense, ByPartNumberGuidOrProductNameInAnyCase) {
    for (const char* name : {"SPE_E3", "spe_e3", "05E9A617-0261-4cee-bb44-138d3ef5d965", "microsoft 365 e3"})
        EXPECT_EQ(find_license(wish(name), skus())->sku, e3) << name;
}

TEST(FindLicense, EnabledPlansDisableEveryOtherThatPeopleCanHave) {
    auto wanted = wish("SPE_E3");
    wanted.enabled_plans = {"EXCHANGE_S_ENTERPRISE"};

    EXPECT_EQ(find_license(wanted, skus())->disabled_plans, std::vector{yammer});
}

TEST(FindLicense, NamesWhatTheTenantLacks) {
    auto bad_plan = wish("SPE_E3");
    bad_plan.disabled_plans = {"NO_SUCH_PLAN"};
    auto company_plan = wish("SPE_E3");
    company_plan.disabled_plans = {"COMPANY_PLAN"};

    EXPECT_EQ(find_license(wish("SPE_E9"), skus()).error().code, FaultCode::sku_unknown);
    EXPECT_EQ(find_license(wish("OLD"), skus()).error().code, FaultCode::sku_suspended);
    EXPECT_EQ(find_license(bad_plan, skus()).error().code, FaultCode::plan_unknown);
    EXPECT_EQ(find_license(company_plan, skus()).error().code, FaultCode::plan_unknown);
}

Group group(std::string id, GroupKind kind, std::string mail = {}) {
    return Group{
        .id = GroupId{std::move(id)}, .display_name = "All Staff", .mail = std::move(mail), .kind = kind};
}

TEST(OnlyGroup, RefusesWhatGraphCannotAddTo) {
    EXPECT_EQ(only_group("All Staff", std::vector{group("1", GroupKind::security)})->id.value, "1");
    EXPECT_EQ(only_group("All Staff", {}).error().code, FaultCode::group_not_found);
    EXPECT_EQ(only_group("All Staff", std::vector{group("1", GroupKind::dynamic)}).error().code,
              FaultCode::group_dynamic);
    EXPECT_EQ(only_group("All Staff", std::vector{group("1", GroupKind::synced)}).error().code,
              FaultCode::group_synced);
    EXPECT_EQ(only_group("All Staff", std::vector{group("1", GroupKind::role_assignable)}).error().code,
              FaultCode::group_role_assignable);
}

TEST(OnlyGroup, LeavesListsToExchange) {
    for (const auto kind : {GroupKind::distribution_list, GroupKind::mail_enabled_security}) {
        EXPECT_TRUE(only_group("All Staff", std::vector{group("1", kind)}));
        EXPECT_TRUE(is_exchange_group(kind));
    }
    for (const auto kind : {GroupKind::security, GroupKind::microsoft_365})
        EXPECT_FALSE(is_exchange_group(kind));
}

TEST(OnlyGroup, AMailAddressBeatsANameOfTheSameText) {
    const std::vector found{group("1", GroupKind::security),
                            group("2", GroupKind::microsoft_365, "vpn@contoso.com")};

    EXPECT_EQ(only_group("All Staff", found).error().code, FaultCode::group_ambiguous);
    EXPECT_EQ(only_group("VPN@contoso.com", found)->id.value, "2");
}

TEST(CheckDomain, MustBeVerifiedAndManaged) {
    const std::vector domains{Domain{.name = "contoso.com", .verified = true, .federated = false},
                              Domain{.name = "fabrikam.com", .verified = false, .federated = false},
                              Domain{.name = "adfs.com", .verified = true, .federated = true}};

    EXPECT_TRUE(check_domain("jane@Contoso.com", domains).has_value());
    EXPECT_EQ(check_domain("jane@fabrikam.com", domains).error().code, FaultCode::domain_not_verified);
    EXPECT_EQ(check_domain("jane@elsewhere.com", domains).error().code, FaultCode::domain_not_verified);
    EXPECT_EQ(check_domain("jane@adfs.com", domains).error().code, FaultCode::domain_federated);
}

TEST(LicenseChange, OnlyAddsAndLeavesWhatSomebodyChanged) {
    const std::vector planned{AssignedLicense{.sku = e3, .disabled_plans = {yammer}},
                              AssignedLicense{.sku = SkuId{"x"}, .disabled_plans = {}}};
    const std::vector present{AssignedLicense{.sku = e3, .disabled_plans = {}}};

    const auto change = license_change(planned, present);

    EXPECT_EQ(change.missing, std::vector{planned[1]});
    EXPECT_EQ(change.differing, std::vector{e3});
}

TEST(LicenseChange, PlansAreASet) {
    const std::vector planned{AssignedLicense{.sku = e3, .disabled_plans = {yammer, exchange}}};
    const std::vector present{AssignedLicense{.sku = e3, .disabled_plans = {exchange, yammer}}};

    const auto change = license_change(planned, present);

    EXPECT_TRUE(change.missing.empty());
    EXPECT_TRUE(change.differing.empty());
}

}  // namespace
}  // namespace uplift::engine
