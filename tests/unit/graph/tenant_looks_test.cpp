#include "core/json/json.hpp"
#include "tests/unit/graph/talk.hpp"

namespace uplift::graph {
namespace {

const std::string other_id = "8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10";
const std::string denied =
    R"({"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges."}})";
const std::string missing =
    R"({"error":{"code":"Request_ResourceNotFound","message":"Resource 'manager' does not exist."}})";

std::string listed(std::string_view items) { return R"({"value":[)" + std::string(items) + "]}"; }

bool asks(const std::string& request, std::string_view path) {
    return first_line(request).find(path) != std::string::npos;
}

// ---- who holds an address -------------------------------------------------------------------------------

TEST(GraphTenantLooks, AddressIsLookedForAmongUsersGroupsContactsAndInTheBin) {
    Talk talk([](const std::string& request) {
        if (asks(request, "/v1.0/users?"))
            return json_reply(
                200,
                listed(R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21","userPrincipalName":"kim@c.com"})"));
        if (asks(request, "/v1.0/groups?"))
            return json_reply(
                200,
                listed(
                    R"({"id":"b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32","mail":"g@c.com","displayName":"G"})"));
        if (asks(request, "/v1.0/contacts?"))
            return json_reply(
                200,
                listed(R"({"id":"c91f0e77-1c2d-4a5b-8e6f-7a8b9c0d1e2f","mail":null,"displayName":"C"})"));
        return json_reply(
            200,
            listed(R"({"id":"8C1D7A34-2f6b-4d0e-8a90-5b7e4c3d2f10","userPrincipalName":"8c1dkim@c.com"})"));
    });

    const auto outcome = talk.run(talk.tenant.find_holders({"o'kim@c.com"}, talk.soon()));

    const auto* holders = done_value(outcome);
    ASSERT_NE(holders, nullptr);
    ASSERT_EQ(holders->size(), 4u);
    EXPECT_EQ(holders->at(0).kind, HolderKind::user);
    EXPECT_EQ(holders->at(0).name, "kim@c.com");
    EXPECT_EQ(holders->at(1).kind, HolderKind::group);
    EXPECT_EQ(holders->at(1).name, "g@c.com");
    EXPECT_EQ(holders->at(2).kind, HolderKind::contact);
    EXPECT_EQ(holders->at(2).name, "C");
    EXPECT_EQ(holders->at(3).kind, HolderKind::deleted_user);
    EXPECT_EQ(holders->at(3).id.value, other_id);
    ASSERT_EQ(talk.calls.size(), 4u);
    // Both letter cases of the prefix, the quote doubled, the name only where there are names.
    const std::string smtp = "proxyAddresses%2Fany%28p%3Ap%20eq%20%27smtp%3Ao%27%27kim%40c.com%27%29";
    EXPECT_THAT(talk.calls[0], HasSubstr(smtp));
    EXPECT_THAT(talk.calls[0], HasSubstr("%27SMTP%3Ao%27%27kim%40c.com%27"));
    EXPECT_THAT(talk.calls[0], HasSubstr("userPrincipalName%20eq%20%27o%27%27kim%40c.com%27"));
    EXPECT_EQ(talk.calls[1].find("userPrincipalName"), std::string::npos);
    EXPECT_THAT(first_line(talk.calls[3]), HasSubstr("/directory/deletedItems/microsoft.graph.user?"));
    EXPECT_THAT(first_line(talk.calls[3]), HasSubstr("&$count=true&"));
    EXPECT_THAT(talk.calls[3], HasSubstr("\r\nConsistencyLevel: eventual\r\n"));
    for (const auto& call : talk.calls) EXPECT_THAT(first_line(call), HasSubstr("$select="));
}

TEST(GraphTenantLooks, ManyAddressesGoInRequestsOfAtMostFifteenExpressions) {
    Talk talk([](const std::string&) { return json_reply(200, listed("")); });
    std::vector<std::string> values;
    for (int i = 0; i < 7; ++i) values.push_back("p" + std::to_string(i) + "@contoso.com");

    const auto outcome = talk.run(talk.tenant.find_holders(values, talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    EXPECT_TRUE(done_value(outcome)->empty());
    for (const auto& call : talk.calls) {
        std::size_t alternatives = 1;
        for (auto at = call.find("%20or%20"); at != std::string::npos; at = call.find("%20or%20", at + 1))
            ++alternatives;
        EXPECT_LE(alternatives, 15u);
        EXPECT_LE(first_line(call).size(), 2'048u);
    }
    for (const auto& value : values)
        EXPECT_EQ(std::count_if(talk.calls.begin(),
                                talk.calls.end(),
                                [&](const auto& call) {
                                    return call.find("smtp%3A" + value.substr(0, 2)) != std::string::npos;
                                }),
                  4)
            << value;
}

TEST(GraphTenantLooks, ContactsThatTheAppMayNotReadAreLeftOut) {
    Talk talk([](const std::string& request) {
        return asks(request, "/v1.0/contacts?") ? json_reply(403, denied) : json_reply(200, listed(""));
    });

    const auto outcome = talk.run(talk.tenant.find_holders({"kim@c.com"}, talk.soon()));

    EXPECT_NE(done_value(outcome), nullptr);
}

TEST(GraphTenantLooks, UsersThatTheAppMayNotReadAreNoAbsence) {
    Talk talk([](const std::string& request) {
        return asks(request, "/v1.0/users?") ? json_reply(403, denied) : json_reply(200, listed(""));
    });

    const auto outcome = talk.run(talk.tenant.find_holders({"kim@c.com"}, talk.soon()));

    EXPECT_TRUE(std::holds_alternative<Refused>(outcome));
}

TEST(GraphTenantLooks, LookThatFailsHalfWayIsNoAbsence) {
    Talk talk([](const std::string& request) {
        return asks(request, "/v1.0/groups?") ? json_reply(503, "{}", "Retry-After: 5\r\n")
                                              : json_reply(200, listed(""));
    });

    const auto outcome = talk.run(talk.tenant.find_holders({"kim@c.com"}, talk.soon()));

    EXPECT_TRUE(std::holds_alternative<Throttled>(outcome));
}

// ---- the bin, roles, managers, use ----------------------------------------------------------------------

TEST(GraphTenantLooks, AnchorIsLookedForInTheBin) {
    Talk talk([](const std::string&) { return json_reply(200, listed(kim)); });

    const auto outcome =
        talk.run(talk.tenant.find_deleted(Anchor::from_text("xJKGBlVfdUe/0aXiCit+gg=="), talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    ASSERT_EQ(done_value(outcome)->size(), 1u);
    EXPECT_EQ(done_value(outcome)->front().id, kim_id);
    EXPECT_THAT(talk.calls.at(0),
                HasSubstr("/v1.0/directory/deletedItems/microsoft.graph.user?$filter=onPremisesImmutableId"
                          "%20eq%20%27xJKGBlVfdUe%2F0aXiCit%2Bgg%3D%3D%27&$count=true&"));
    EXPECT_THAT(talk.calls.at(0), HasSubstr("\r\nConsistencyLevel: eventual\r\n"));
}

struct RoleCase {
    std::string name;
    std::string items;
    std::optional<bool> holds;
};
class Roles : public testing::TestWithParam<RoleCase> {};
TEST_P(Roles, AreToldFromGroups) {
    Talk talk([&](const std::string&) { return json_reply(200, listed(GetParam().items)); });

    const auto outcome = talk.run(talk.tenant.has_directory_role(kim_id, talk.soon()));

    const auto* holds = done_value(outcome);
    EXPECT_EQ(holds == nullptr ? std::nullopt : std::optional(*holds), GetParam().holds);
    EXPECT_THAT(first_line(talk.calls.at(0)), HasSubstr("/transitiveMemberOf?$select=id&"));
}
const std::string group_item =
    R"({"@odata.type":"#microsoft.graph.group","id":"b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32"})";
const std::string role_item =
    R"({"@odata.type":"#microsoft.graph.directoryRole","id":"c91f0e77-1c2d-4a5b-8e6f-7a8b9c0d1e2f"})";
const RoleCase role_cases[] = {
    {"Nothing", "", false},
    {"Group", group_item, false},
    {"GroupAndRole", group_item + "," + role_item, true},
    {"WhatIsNotNamed", R"({"id":"b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32"})", std::nullopt},
};
INSTANTIATE_TEST_SUITE_P(GraphTenantLooks, Roles, testing::ValuesIn(role_cases), [](const auto& one) {
    return one.param.name;
});

TEST(GraphTenantLooks, AccountWithoutAManagerIsToldFromOneThatIsNotThere) {
    bool there = true;
    Talk talk([&](const std::string& request) {
        if (asks(request, "/manager?") || !there) return json_reply(404, missing);
        return json_reply(200, kim);
    });

    const auto none = talk.run(talk.tenant.get_manager(kim_id, talk.soon()));
    there = false;
    const auto nobody = talk.run(talk.tenant.get_manager(kim_id, talk.soon()));

    ASSERT_NE(done_value(none), nullptr);
    EXPECT_FALSE(done_value(none)->has_value());
    EXPECT_TRUE(std::holds_alternative<NotYet>(nobody));
}

TEST(GraphTenantLooks, ManagerIsRead) {
    Talk talk([&](const std::string&) { return json_reply(200, R"({"id":")" + other_id + R"("})"); });

    const auto outcome = talk.run(talk.tenant.get_manager(kim_id, talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    EXPECT_EQ(*done_value(outcome), ObjectId{other_id});
}

struct UseCase {
    std::string name;
    int status;
    std::string activity;  // the second reply
    std::string shown;
};
class Use : public testing::TestWithParam<UseCase> {};
TEST_P(Use, IsRead) {
    const std::string id = R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21",)";
    Talk talk([&](const std::string& request) {
        if (asks(request, "signInActivity")) return json_reply(GetParam().status, GetParam().activity);
        return json_reply(200, id + R"("lastPasswordChangeDateTime":"2026-11-23T10:00:00Z"})");
    });

    const auto outcome = talk.run(talk.tenant.get_use(kim_id, talk.soon()));

    const auto* use = done_value(outcome);
    std::string shown = "no use";
    if (use != nullptr) {
        EXPECT_EQ(use->password_changed_at, parse_rfc3339("2026-11-23T10:00:00Z"));
        shown = (use->shows_sign_ins ? "shown " : "hidden ") +
                (use->signed_in_at ? to_rfc3339(*use->signed_in_at) : "never");
    }
    EXPECT_EQ(shown, GetParam().shown);
}
const UseCase use_cases[] = {
    {"NeverSignedIn", 200, R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21"})", "shown never"},
    {"TheLatestSignInCounts",
     200,
     R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21","signInActivity":{"lastSignInDateTime":"2026-11-20T08:00:00Z",)"
     R"("lastNonInteractiveSignInDateTime":"2026-11-21T08:00:00Z"}})",
     "shown 2026-11-21T08:00:00Z"},
    {"TenantWithoutPremium",
     403,
     R"({"error":{"code":"Authentication_RequestFromNonPremiumTenantOrB2CTenant","message":"x"}})",
     "hidden never"},
    {"WithoutThePermission", 403, denied, "hidden never"},
    {"AnotherAccount", 200, R"({"id":"8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10"})", "no use"},
    {"Broken", 500, "{}", "no use"},
};
INSTANTIATE_TEST_SUITE_P(GraphTenantLooks, Use, testing::ValuesIn(use_cases), [](const auto& one) {
    return one.param.name;
});

struct InheritedCase {
    std::string name;
    std::string states;
    bool inherited;
};
class Inherited : public testing::TestWithParam<InheritedCase> {};
TEST_P(Inherited, IsAskedOfTheStates) {
    const std::string sku = "05e9a617-0261-4cee-bb44-138d3ef5d965";
    Talk talk([&](const std::string&) {
        return json_reply(200,
                          R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21","assignedLicenses":[{"skuId":")" +
                              sku + R"(","disabledPlans":[]}],"licenseAssignmentStates":[)" +
                              GetParam().states + "]}");
    });

    const auto outcome = talk.run(talk.tenant.get_licenses(kim_id, talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    ASSERT_EQ(done_value(outcome)->size(), 1u);
    EXPECT_EQ(done_value(outcome)->front().inherited, GetParam().inherited);
    EXPECT_THAT(talk.calls.at(0), HasSubstr("licenseAssignmentStates"));
}
const std::string of_sku = R"({"skuId":"05e9a617-0261-4cee-bb44-138d3ef5d965","assignedByGroup":)";
const std::string direct = of_sku + R"(null,"state":"Active","error":"None"})";
const std::string by_group = of_sku + R"("b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32","state":"Active"})";
const std::string direct_in_error = of_sku + R"(null,"state":"Error","error":"CountViolation"})";
const std::string of_another =
    R"({"skuId":"f30db892-07e9-47e9-837c-80727f46fd3d","assignedByGroup":"b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32"})";
const InheritedCase inherited_cases[] = {
    {"Nothing", "", false},
    {"Direct", direct, false},
    {"ByGroup", by_group, true},
    {"Both", by_group + "," + direct, false},
    {"DirectInError", direct_in_error + "," + by_group, true},
    {"AnotherByGroup", direct + "," + of_another, false},
};
INSTANTIATE_TEST_SUITE_P(GraphTenantLooks,
                         Inherited,
                         testing::ValuesIn(inherited_cases),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace uplift::graph
