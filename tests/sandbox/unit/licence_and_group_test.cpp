#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json add(const std::string& sku, const json& disabled = json::array()) {
    return {{"addLicenses", json::array({{{"skuId", sku}, {"disabledPlans", disabled}}})},
            {"removeLicenses", json::array()}};
}

constexpr const char* sku_plan_one = "4b9405b0-7788-4568-add1-99614e613b69";  // EXCHANGESTANDARD
constexpr const char* sku_conferencing = "0c266dff-15dd-4b49-8397-2bb16070ed52";
constexpr const char* sku_without_seats = "f8a1db68-be16-40ed-86d5-cb42ce701560";
constexpr const char* sku_not_owned = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
constexpr const char* plan_of_company = "94065c59-bc8e-4e8b-89e5-5138d471eaff";  // MICROSOFT_SEARCH

struct LicenceCase {
    const char* name;
    json body;
    std::string message;
};
void PrintTo(const LicenceCase& row, std::ostream* out) { *out << row.name; }

class RefusedLicence : public testing::TestWithParam<LicenceCase> {};

TEST_P(RefusedLicence, SaysWhyAndChangesNothing) {
    SandboxWorld world;
    world.post("/users", a_person("kim"));

    const auto reply = world.post("/users/kim@contoso.com/assignLicense", GetParam().body);

    EXPECT_EQ(reply.status, 400) << reply.body;
    EXPECT_THAT(error_message(reply), HasSubstr(GetParam().message));
    EXPECT_TRUE(
        body_of(world.get("/users/kim@contoso.com?$select=assignedLicenses")).at("assignedLicenses").empty());
    for (const auto& sku : world.sandbox.tenant().subscriptions.all) EXPECT_EQ(sku.consumed, 0);
}

const LicenceCase licence_cases[] = {
    {"OnlyOneArray", {{"addLicenses", json::array()}}, "removeLicenses"},
    {"NotOwned", add(sku_not_owned), "does not correspond to a valid company License."},
    {"NoSeats", add(sku_without_seats), "does not have any available licenses."},
    {"PlanNotInSku", add(sku_e3, {test_tenant}), "not part of the license"},
    {"CompanyPlan", add(sku_e3, {plan_of_company}), "applies to the company"},
    {"Dependency",
     add(sku_conferencing),
     "depends on the service plan(s) 0feaeb32-d00e-4d66-bd5a-43b5b83db82c"},
    {"Exclusive",
     {{"addLicenses", json::array({{{"skuId", sku_e3}}, {{"skuId", sku_plan_one}}})},
      {"removeLicenses", json::array()}},
     "efb87545-963c-4e0d-99df-69c6916d9eb0, 9aaf7827-d63c-4b61-89c3-182f06f82e5c are mutually exclusive."},
    {"RemoveWhatIsNotThere",
     {{"addLicenses", json::array()}, {"removeLicenses", {sku_e3}}},
     "User does not have a corresponding license."},
    {"NoGuid", add("SPE_E3"), "Edm.Guid"},
};
INSTANTIATE_TEST_SUITE_P(Orders, RefusedLicence, testing::ValuesIn(licence_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Licence, AgainReplacesTheDisabledPlansAndTakesNoSecondSeat) {
    SandboxWorld world;
    world.post("/users", a_person("kim"));
    const std::string target = "/users/kim@contoso.com/assignLicense";

    EXPECT_EQ(world.post(target, add(sku_e3, {plan_yammer, plan_exchange})).status, 200);
    EXPECT_EQ(world.post(target, add(sku_e3, {plan_yammer})).status, 200);

    const auto user = body_of(world.get("/users/kim@contoso.com?$select=assignedLicenses"));
    EXPECT_EQ(user.at("assignedLicenses").at(0).at("disabledPlans"), json({plan_yammer}));
    EXPECT_EQ(world.sandbox.tenant().subscriptions.all[0].consumed, 1);
}

TEST(Licence, NeedsAUsageLocationAndAFreeSeat) {
    SandboxWorld world;
    world.post("/users", a_person("nowhere", {{"usageLocation", nullptr}}));
    for (int i = 0; i < 4; ++i) world.post("/users", a_person("p" + std::to_string(i)));

    const auto nowhere = world.post("/users/nowhere@contoso.com/assignLicense", add(sku_e3));
    std::vector<int> statuses;
    for (int i = 0; i < 4; ++i)
        statuses.push_back(
            world.post("/users/p" + std::to_string(i) + "@contoso.com/assignLicense", add(sku_e3)).status);
    world.send("DELETE", "/users/p0@contoso.com", nullptr);
    const auto freed = world.post("/users/p3@contoso.com/assignLicense", add(sku_e3));

    EXPECT_EQ(error_message(nowhere),
              "License assignment cannot be done for user with invalid usage location.");
    EXPECT_EQ(statuses, (std::vector<int>{200, 200, 200, 400}));
    EXPECT_EQ(freed.status, 200);
}

TEST(Licence, InheritedFromAGroupCannotBeRemoved) {
    auto definition = a_definition();
    definition["users"] = json::parse(R"([{"userPrincipalName": "lena@contoso.com", "usageLocation": "DE",
        "licenses": [{"sku": "SPE_E3", "by_group": "00000000-0000-4000-8000-000000000001"}]}])");
    SandboxWorld world(definition);

    const auto reply = world.post("/users/lena@contoso.com/assignLicense",
                                  {{"addLicenses", json::array()}, {"removeLicenses", {sku_e3}}});

    EXPECT_THAT(error_message(reply), HasSubstr("inherited from a group membership"));
}

struct GroupCase {
    const char* kind;
    int number;
    int status;
    std::string message;
};
void PrintTo(const GroupCase& row, std::ostream* out) { *out << row.kind; }

class Membership : public testing::TestWithParam<GroupCase> {};

TEST_P(Membership, IsRefusedByKind) {
    SandboxWorld world;
    world.post("/users", a_person("kim"));
    const auto id = world.id_of("kim@contoso.com");
    const std::string group =
        "/groups/00000000-0000-4000-8000-00000000000" + std::to_string(GetParam().number);
    const json reference = {{"@odata.id", "https://graph.microsoft.com/v1.0/directoryObjects/" + id}};

    const auto reply = world.post(group + "/members/$ref", reference);

    EXPECT_EQ(reply.status, GetParam().status) << reply.body;
    EXPECT_THAT(error_message(reply), HasSubstr(GetParam().message));
}

const GroupCase group_cases[] = {
    {"security", 1, 204, ""},
    {"microsoft365", 2, 204, ""},
    {"distribution", 3, 400, "Cannot Update a mail-enabled security groups and or distribution list."},
    {"mail_security", 4, 400, "Cannot Update a mail-enabled security groups and or distribution list."},
    {"dynamic", 5, 400, "membership is dynamic"},
    {"synced", 6, 400, "on-premises mastered Directory Sync objects"},
    {"role_assignable", 7, 403, "Insufficient privileges"},
    {"absent", 8, 404, "does not exist or one of its queried reference-property objects"},
};
INSTANTIATE_TEST_SUITE_P(Kinds, Membership, testing::ValuesIn(group_cases), [](const auto& info) {
    return std::string(info.param.kind);
});

TEST(Membership, AddedTwiceSaysSoAndBindingIsAllOrNothing) {
    SandboxWorld world;
    std::vector<std::string> urls;
    for (const char* name : {"a", "b", "c"}) {
        world.post("/users", a_person(name));
        urls.push_back("https://graph.microsoft.com/v1.0/directoryObjects/" +
                       world.id_of(std::string(name) + "@contoso.com"));
    }
    const std::string group = "/groups/00000000-0000-4000-8000-000000000001";

    EXPECT_EQ(world.post(group + "/members/$ref", {{"@odata.id", urls[0]}}).status, 204);
    const auto twice = world.post(group + "/members/$ref", {{"@odata.id", urls[0]}});
    const auto mixed = world.send("PATCH", group, {{"members@odata.bind", {urls[1], urls[0]}}});
    const auto too_many = world.send("PATCH", group, {{"members@odata.bind", std::vector(21, urls[1])}});
    const auto before = world.sandbox.tenant().groups.at(0).present;
    const auto both = world.send("PATCH", group, {{"members@odata.bind", {urls[1], urls[2]}}});

    EXPECT_EQ(error_message(twice),
              "One or more added object references already exist for the following modified properties: "
              "'members'.");
    EXPECT_EQ(mixed.status, 400);
    EXPECT_EQ(too_many.status, 400);
    EXPECT_EQ(before, 1u);
    EXPECT_EQ(both.status, 204);
    EXPECT_EQ(body_of(world.get(group + "/members?$select=id")).at("value").size(), 3u);
}

TEST(Membership, IsReadFromBothEndsAndRemoved) {
    SandboxWorld world;
    world.post("/users", a_person("kim"));
    const auto id = world.id_of("kim@contoso.com");
    const std::string group = "00000000-0000-4000-8000-000000000001";
    world.post("/groups/" + group + "/members/$ref",
               {{"@odata.id", "https://graph.microsoft.com/v1.0/directoryObjects/" + id}});

    const auto member_of = body_of(world.get("/users/" + id + "/memberOf?$select=id"));
    const auto checked = body_of(world.post("/users/" + id + "/checkMemberGroups",
                                            {{"groupIds", {group, "00000000-0000-4000-8000-000000000002"}}}));
    const std::string reference = "/groups/" + group + "/members/" + id + "/$ref";
    const auto removed = world.send("DELETE", reference, nullptr);
    const auto again = world.send("DELETE", reference, nullptr);

    EXPECT_EQ(member_of.at("value").at(0).at("id"), group);
    EXPECT_EQ(checked.at("value"), json({group}));
    EXPECT_EQ(removed.status, 204);
    EXPECT_THAT(error_message(again), HasSubstr("removed object references do not exist"));
}

TEST(Groups, AreFoundByNameMailOrNickname) {
    SandboxWorld world;

    const auto found =
        body_of(world.get("/groups?$filter=" + encoded("displayName eq 'M365' or mail eq 'dl@contoso.com'") +
                          "&$select=id,mail,groupTypes,mailEnabled,securityEnabled"));
    const auto not_unified = world.get("/groups?$filter=" + encoded("NOT groupTypes/any(c:c eq 'Unified')"));

    EXPECT_EQ(found.at("value").size(), 2u);
    EXPECT_EQ(found.at("value").at(0).at("groupTypes"), json({"Unified"}));
    EXPECT_EQ(error_code(not_unified), "Request_UnsupportedQuery");
}

TEST(TenantData, HasMicrosoftsShapes) {
    SandboxWorld world;

    const auto skus = body_of(world.get("/subscribedSkus"));
    const auto domains = body_of(world.get("/domains"));
    const auto organization = body_of(world.get("/organization?$select=id,verifiedDomains"));
    const auto by_id =
        world.post("/directoryObjects/getByIds",
                   {{"ids", {"00000000-0000-4000-8000-000000000001", test_tenant}}, {"types", {"group"}}});

    EXPECT_EQ(skus.at("value").at(0).at("id"), std::string(test_tenant) + "_" + sku_e3);
    EXPECT_EQ(skus.at("value").at(0).at("prepaidUnits").at("enabled"), 3);
    EXPECT_EQ(skus.at("value").at(0).at("servicePlans").size(), 51u);
    EXPECT_EQ(domains.at("value").at(2).at("authenticationType"), "Federated");
    EXPECT_EQ(domains.at("value").at(3).at("isVerified"), false);
    EXPECT_EQ(organization.at("value").at(0).at("verifiedDomains").size(), 3u);
    EXPECT_EQ(body_of(by_id).at("value").size(), 1u);
    EXPECT_EQ(world.get("/subscribedSkus?$filter=skuPartNumber%20eq%20'x'").status, 400);
}

}  // namespace
}  // namespace uplift::sandbox
