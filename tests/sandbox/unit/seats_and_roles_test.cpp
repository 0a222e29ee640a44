// Licences that others give, take and count; the bin's end; roles and sign-ins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* group_one = "00000000-0000-4000-8000-000000000001";

json order_of(const std::string& sku) {
    return {{"addLicenses", json::array({{{"skuId", sku}}})}, {"removeLicenses", json::array()}};
}

json changed(const json& changes) {
    json definition = a_definition();
    definition.merge_patch(changes);
    return definition;
}

json sku_e3_of(SandboxWorld& world) { return body_of(world.get("/subscribedSkus")).at("value").at(0); }

struct ErrorCase {
    const char* word;
    std::string text;
    std::string code;  // of the first detail
};
void PrintTo(const ErrorCase& row, std::ostream* out) { *out << row.word; }
class LicenceError : public testing::TestWithParam<ErrorCase> {};

TEST_P(LicenceError, ComesInMicrosoftsWordsAsOftenAsAsked) {
    const json rule = {{"users", "kim@*"}, {"error", GetParam().word}, {"times", 1}};
    SandboxWorld world(changed({{"licence_errors", json::array({rule})}}));
    world.post("/users", a_person("kim"));
    world.post("/users", a_person("lou"));

    const auto lou = world.post("/users/lou@contoso.com/assignLicense", order_of(sku_e3));
    const auto first = world.post("/users/kim@contoso.com/assignLicense", order_of(sku_e3));
    const auto second = world.post("/users/kim@contoso.com/assignLicense", order_of(sku_e3));

    EXPECT_EQ(lou.status, 200);
    EXPECT_EQ(first.status, 400);
    EXPECT_EQ(error_code(first), "Request_BadRequest");
    EXPECT_THAT(error_message(first), HasSubstr(GetParam().text));
    EXPECT_EQ(second.status, 200);
}

const ErrorCase error_cases[] = {
    {"CountViolation", "does not have any available licenses.", ""},
    {"MutuallyExclusiveViolation", "are mutually exclusive.", ""},
    {"DependencyViolation", "depends on the service plan(s)", ""},
    {"ProhibitedInUsageLocationViolation", "is prohibited in usage location DE.", ""},
    {"UniquenessViolation", "same value for property proxyAddresses already exists.", "ObjectConflict"},
    {"Other", "License assignment failed", ""},
};
INSTANTIATE_TEST_SUITE_P(Six, LicenceError, testing::ValuesIn(error_cases), [](const auto& info) {
    return std::string(info.param.word);
});

TEST(LicenceError, FollowsTheUsageLocationOfTheUser) {
    auto definition = a_definition();
    definition["skus"][0]["prohibited_in"] = {"DE"};
    SandboxWorld world(definition);
    world.post("/users", a_person("kim"));
    world.post("/users", a_person("urs", {{"usageLocation", "CH"}}));

    const auto kim = world.post("/users/kim@contoso.com/assignLicense", order_of(sku_e3));
    const auto urs = world.post("/users/urs@contoso.com/assignLicense", order_of(sku_e3));

    EXPECT_THAT(error_message(kim), HasSubstr("prohibited in usage location DE"));
    EXPECT_EQ(urs.status, 200);
}

TEST(Seats, ConsumedUnitsLagWhileTheTruthRefuses) {
    SandboxWorld world(changed({{"seat_lag", 60}}));
    for (int i = 0; i < 4; ++i) world.post("/users", a_person("p" + std::to_string(i)));
    for (int i = 0; i < 3; ++i)
        world.post("/users/p" + std::to_string(i) + "@contoso.com/assignLicense", order_of(sku_e3));

    EXPECT_EQ(sku_e3_of(world).at("consumedUnits"), 0);
    const auto fourth = world.post("/users/p3@contoso.com/assignLicense", order_of(sku_e3));
    EXPECT_THAT(error_message(fourth), HasSubstr("does not have any available licenses."));
    world.pass(Seconds(60));
    EXPECT_EQ(sku_e3_of(world).at("consumedUnits"), 3);
}

TEST(Seats, AStrangerTakesAndSomebodyBuys) {
    SandboxWorld world;
    world.post("/users", a_person("kim"));

    world.control("POST", "seats", {{"sku", "SPE_E3"}, {"take", 3}});
    const auto none = world.post("/users/kim@contoso.com/assignLicense", order_of(sku_e3));
    world.control("POST", "seats", {{"sku", "SPE_E3"}, {"buy", 1}});
    const auto bought = world.post("/users/kim@contoso.com/assignLicense", order_of(sku_e3));

    EXPECT_EQ(none.status, 400);
    EXPECT_EQ(bought.status, 200);
    EXPECT_EQ(sku_e3_of(world).at("consumedUnits"), 4);
    EXPECT_EQ(sku_e3_of(world).at("prepaidUnits").at("enabled"), 4);
}

json join(SandboxWorld& world, const std::string& name) {
    world.post("/users", a_person(name));
    const auto id = world.id_of(name + "@contoso.com");
    world.post(std::string("/groups/") + group_one + "/members/$ref",
               {{"@odata.id", "https://graph.microsoft.com/v1.0/directoryObjects/" + id}});
    return body_of(world.get("/users/" + id + "?$select=id,assignedLicenses,licenseAssignmentStates"));
}

TEST(GroupLicence, IsInheritedOnJoiningCountedOnceAndTakenOnLeaving) {
    auto definition = a_definition();
    definition["groups"][0]["licenses"] = {"SPE_E3"};
    SandboxWorld world(definition);

    const auto kim = join(world, "kim");

    const std::string id = kim.at("id");
    EXPECT_EQ(kim.at("assignedLicenses").at(0).at("skuId"), sku_e3);
    EXPECT_EQ(kim.at("licenseAssignmentStates").at(0).at("assignedByGroup"), group_one);
    EXPECT_EQ(kim.at("licenseAssignmentStates").at(0).at("state"), "Active");
    // Given directly too: the same seat.
    EXPECT_EQ(world.post("/users/" + id + "/assignLicense", order_of(sku_e3)).status, 200);
    EXPECT_EQ(sku_e3_of(world).at("consumedUnits"), 1);
    const auto both =
        body_of(world.get("/users/" + id + "?$select=assignedLicenses,licenseAssignmentStates"));
    EXPECT_EQ(both.at("assignedLicenses").size(), 1u);
    EXPECT_EQ(both.at("licenseAssignmentStates").size(), 2u);
    world.send("DELETE", std::string("/groups/") + group_one + "/members/" + id + "/$ref", nullptr);
    const auto direct = body_of(world.get("/users/" + id + "?$select=licenseAssignmentStates"));
    ASSERT_EQ(direct.at("licenseAssignmentStates").size(), 1u);
    EXPECT_EQ(direct.at("licenseAssignmentStates").at(0).at("assignedByGroup"), nullptr);
}

TEST(GroupLicence, StandsAsAnErrorWhenNoSeatIsLeft) {
    auto definition = a_definition();
    definition["groups"][0]["licenses"] = {"SPE_E3"};
    definition["skus"][0]["seats"] = 1;
    SandboxWorld world(definition);
    join(world, "kim");

    const auto lou = join(world, "lou");

    EXPECT_EQ(lou.at("assignedLicenses"), json::array());
    EXPECT_EQ(lou.at("licenseAssignmentStates").at(0).at("state"), "Error");
    EXPECT_EQ(lou.at("licenseAssignmentStates").at(0).at("error"), "CountViolation");
    EXPECT_EQ(sku_e3_of(world).at("consumedUnits"), 1);
}

TEST(GroupLicence, MergedWithADirectOneLeavesOffOnlyWhatBothLeaveOff) {
    auto definition = a_definition();
    definition["groups"][0]["licenses"] =
        json::array({{{"sku", "SPE_E3"}, {"disabled_plans", {plan_yammer, plan_exchange}}}});
    SandboxWorld world(definition);
    const std::string id = join(world, "kim").at("id");

    world.post("/users/" + id + "/assignLicense",
               {{"addLicenses", json::array({{{"skuId", sku_e3}, {"disabledPlans", {plan_yammer}}}})},
                {"removeLicenses", json::array()}});

    const auto user = body_of(world.get("/users/" + id + "?$select=assignedLicenses"));
    EXPECT_EQ(user.at("assignedLicenses").at(0).at("disabledPlans"), json({plan_yammer}));
}

TEST(Bin, EndsAfterThirtyDays) {
    SandboxWorld world(
        changed({{"deleted_users",
                  json::array({{{"userPrincipalName", "old@contoso.com"}, {"deleted_days_ago", 31}},
                               {{"userPrincipalName", "newer@contoso.com"}, {"deleted_days_ago", 20}}})}}));
    world.post("/users", a_person("kim"));
    const auto kim = world.id_of("kim@contoso.com");
    world.send("DELETE", "/users/" + kim, nullptr);
    const auto in_bin = [&] {
        world.forget_token();
        return body_of(world.get("/directory/deletedItems/microsoft.graph.user")).at("value").size();
    };

    EXPECT_EQ(in_bin(), 2u);
    world.pass(std::chrono::hours(24 * 11));
    EXPECT_EQ(in_bin(), 1u);
    world.post("/directory/deletedItems/" + kim + "/restore", json::object());
    world.pass(std::chrono::hours(24 * 25));
    EXPECT_EQ(in_bin(), 0u);
    EXPECT_EQ(world.get("/users/" + kim).status, 200);
}

TEST(Roles, AreMembershipsAndProtect) {
    SandboxWorld world(changed(
        {{"users",
          json::array(
              {{{"userPrincipalName", "boss@contoso.com"}, {"directory_roles", {"User Administrator"}}},
               {{"userPrincipalName", "root@contoso.com"}, {"admin", true}}})}}));
    const auto types = [&](const std::string& target) {
        std::vector<std::string> found;
        const auto value = body_of(world.get(target)).at("value");
        for (const auto& entry : value) found.push_back(entry.at("@odata.type"));
        return found;
    };
    const auto boss = world.id_of("boss@contoso.com");
    world.post(std::string("/groups/") + group_one + "/members/$ref",
               {{"@odata.id", "https://graph.microsoft.com/v1.0/directoryObjects/" + boss}});

    EXPECT_THAT(types("/users/" + boss + "/transitiveMemberOf?$select=id&$top=999"),
                testing::ElementsAre("#microsoft.graph.group", "#microsoft.graph.directoryRole"));
    EXPECT_THAT(types("/users/" + boss + "/memberOf/microsoft.graph.group"),
                testing::ElementsAre("#microsoft.graph.group"));
    EXPECT_THAT(types("/users/root@contoso.com/transitiveMemberOf/microsoft.graph.directoryRole"),
                testing::ElementsAre("#microsoft.graph.directoryRole"));
    EXPECT_EQ(world.send("DELETE", "/users/" + boss, nullptr).status, 403);
}

TEST(SignIns, AreShownToWhoMayReadThem) {
    auto definition = a_definition();
    definition["apps"][0]["roles"].push_back("AuditLog.Read.All");
    SandboxWorld world(definition);
    world.post("/users", a_person("kim"));
    const std::string target = "/users/" + world.id_of("kim@contoso.com") + "?$select=id,signInActivity";

    EXPECT_FALSE(body_of(world.get(target)).contains("signInActivity"));
    world.control("POST", "signin", {{"user", "kim@contoso.com"}});
    EXPECT_EQ(body_of(world.get(target)).at("signInActivity").at("lastSignInDateTime"),
              "2026-11-23T10:00:00Z");
    SandboxWorld blind;
    blind.post("/users", a_person("kim"));
    EXPECT_EQ(blind.get("/users/" + blind.id_of("kim@contoso.com") + "?$select=signInActivity").status, 403);
}

TEST(Contacts, AreCountedByAdvancedQueries) {
    SandboxWorld world;

    const auto reply = world.get(
        "/contacts?$count=true&$filter=" + encoded("proxyAddresses/any(p:p eq 'SMTP:vera@contoso.com')"),
        {{"consistencylevel", "eventual"}});

    EXPECT_EQ(body_of(reply).at("@odata.count"), 1);
    EXPECT_EQ(body_of(reply).at("value").at(0).at("displayName"), "Vera");
}

}  // namespace
}  // namespace uplift::sandbox
