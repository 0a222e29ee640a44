#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/text.hpp"
#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct BodyCase {
    const char* name;
    json changes;
    std::string message;  // a part of Microsoft's text
    std::string target;   // of the first detail; empty: not looked at
};
void PrintTo(const BodyCase& row, std::ostream* out) { *out << row.name; }

class RefusedCreate : public testing::TestWithParam<BodyCase> {};

TEST_P(RefusedCreate, NamesTheProperty) {
    SandboxWorld world;
    const auto before = world.sandbox.tenant().directory.size();

    const auto reply = world.post("/users", a_person("kim", GetParam().changes));

    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(error_message(reply), HasSubstr(GetParam().message));
    if (!GetParam().target.empty()) {
        EXPECT_EQ(body_of(reply).at("error").at("details").at(0).at("target"), GetParam().target);
    }
    EXPECT_EQ(world.sandbox.tenant().directory.size(), before);
}

const BodyCase body_cases[] = {
    {"NoDisplayName",
     {{"displayName", nullptr}},
     "A value is required for property 'displayName'",
     "displayName"},
    {"NoEnabled", {{"accountEnabled", nullptr}}, "A value is required", "accountEnabled"},
    {"NoPassword", {{"passwordProfile", nullptr}}, "A value is required", "passwordProfile"},
    {"NoNickname", {{"mailNickname", nullptr}}, "A value is required", "mailNickname"},
    {"Unverified", {{"userPrincipalName", "kim@fabrikam.com"}}, "The domain portion", "userPrincipalName"},
    {"UnknownDomain",
     {{"userPrincipalName", "kim@example.com"}},
     "verified domain names",
     "userPrincipalName"},
    {"BadUpn", {{"userPrincipalName", "k m@contoso.com"}}, "Property userPrincipalName is invalid.", ""},
    {"FederatedWithoutAnchor",
     {{"userPrincipalName", "kim@fed.contoso.com"}},
     "A value is required for property 'onPremisesImmutableId'",
     "onPremisesImmutableId"},
    {"ReadOnly", {{"proxyAddresses", json::array({"smtp:a@contoso.com"})}}, "read-only", ""},
    {"Unknown", {{"favouriteColour", "blue"}}, "does not exist on type 'microsoft.graph.user'", ""},
    {"TwoPhones",
     {{"businessPhones", {"1", "2"}}},
     "Invalid value specified for property 'businessPhones'",
     ""},
    {"WrongType", {{"displayName", 7}}, "Cannot convert a primitive value", ""},
    {"UsageLocation",
     {{"usageLocation", "de"}},
     "Invalid value specified for property 'usageLocation'",
     "usageLocation"},
    {"WeakPassword", {{"passwordProfile", {{"password", "abc"}}}}, "password complexity", ""},
    {"UnknownInPassword", {{"passwordProfile", {{"hint", "x"}}}}, "does not exist on type", ""},
};
INSTANTIATE_TEST_SUITE_P(Bodies, RefusedCreate, testing::ValuesIn(body_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Create, AnswersTheDefaultPropertiesAndWhereItIs) {
    SandboxWorld world;

    const auto reply =
        world.post("/users", a_person("kim", {{"onPremisesImmutableId", "xJKGBlVfdUe/0aXiCitigg=="}}));

    const json body = body_of(reply);
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(body.at("id"), world.id_of("kim@contoso.com"));
    EXPECT_FALSE(body.contains("onPremisesImmutableId"));
    EXPECT_EQ(body.size(), 12u);  // eleven and the context
    EXPECT_EQ(header_of(reply.headers, "Location"),
              std::string("https://127.0.0.1:1/v2/") + test_tenant + "/directoryObjects/" +
                  body.at("id").get<std::string>() + "/Microsoft.DirectoryServices.User");
}

TEST(Conflict, NamesTheHolder) {
    SandboxWorld world;
    world.post("/users", a_person("kim", {{"onPremisesImmutableId", "AAAA"}, {"mail", "kim.a@contoso.com"}}));
    const auto holder = "User_" + world.id_of("kim@contoso.com");

    struct {
        json changes;
        std::string target;
        std::string holder;
    } const rows[] = {
        {{{"userPrincipalName", "KIM@contoso.com"}}, "userPrincipalName", holder},
        {{{"onPremisesImmutableId", "AAAA"}}, "onPremisesImmutableId", holder},
        {{{"mail", "KIM.A@contoso.com"}}, "proxyAddresses", holder},
        {{{"userPrincipalName", "kim.a@contoso.com"}}, "proxyAddresses", holder},
        {{{"mail", "m@contoso.com"}}, "proxyAddresses", "Group_00000000-0000-4000-8000-000000000002"},
        {{{"mail", "vera@contoso.com"}}, "proxyAddresses", "Contact_00000000-0000-4000-8000-00000000cccc"},
    };
    for (const auto& row : rows) {
        const auto reply = world.post("/users", a_person("other", row.changes));

        const json details = body_of(reply).at("error").at("details");
        EXPECT_EQ(reply.status, 400);
        EXPECT_EQ(error_code(reply), "Request_BadRequest");
        EXPECT_EQ(details.at(0).at("code"), "ObjectConflict");
        EXPECT_EQ(details.at(0).at("target"), row.target);
        EXPECT_EQ(details.at(1).at("code"), "ConflictingObjects");
        EXPECT_EQ(details.at(1).at("target"), row.holder);
    }
    EXPECT_EQ(world.post("/users", a_person("other", {{"onPremisesImmutableId", "aaaa"}})).status, 201);
}

TEST(DeletedUser, FreesTheNameKeepsTheAnchorAndComesBack) {
    SandboxWorld world;
    world.post("/users", a_person("kim", {{"onPremisesImmutableId", "AAAA"}}));
    const auto id = world.id_of("kim@contoso.com");

    EXPECT_EQ(world.send("DELETE", "/users/" + id, nullptr).status, 204);
    const auto bin =
        body_of(world.get("/directory/deletedItems/microsoft.graph.user?$select=id,userPrincipalName"));
    const auto same_anchor = world.post("/users", a_person("kim", {{"onPremisesImmutableId", "AAAA"}}));
    const auto same_name = world.post("/users", a_person("kim"));
    const auto taken = world.post("/directory/deletedItems/" + id + "/restore", json::object());
    const auto renamed = world.post("/directory/deletedItems/" + id + "/restore",
                                    {{"newUserPrincipalName", "kim2@contoso.com"}});

    std::string digits = id;
    std::erase(digits, '-');
    EXPECT_EQ(bin.at("value").at(0).at("userPrincipalName"), digits + "kim@contoso.com");
    EXPECT_EQ(same_anchor.status, 400);
    EXPECT_EQ(same_name.status, 201);
    EXPECT_EQ(taken.status, 400);
    EXPECT_EQ(renamed.status, 200);
    EXPECT_EQ(world.id_of("kim2@contoso.com"), id);
}

TEST(Read, KnowsBothSpellingsOfThePathAndPercentEncoding) {
    SandboxWorld world;
    world.post("/users",
               a_person("a#b", {{"userPrincipalName", "o'a#b@contoso.com"}, {"mailNickname", "ab"}}));

    for (const char* target : {"/users/o'a%23b@contoso.com",
                               "/users/o%27a%23b%40contoso.com",
                               "/users('o''a%23b@contoso.com')",
                               "/users/O'A%23B@CONTOSO.COM"})
        EXPECT_EQ(world.get(target).status, 200) << target;
    const auto missing = world.get("/users/nobody@contoso.com");
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(
        error_message(missing),
        "Resource 'nobody@contoso.com' does not exist or one of its queried reference-property objects are "
        "not present.");
    EXPECT_EQ(world.get("/users/nobody@contoso.com?$select=shoeSize").status, 400);
}

TEST(Update, ClearsWithNullAndRefusesWhatTheServiceRefuses) {
    auto definition = a_definition();
    definition["users"] = json::parse(R"([
        {"userPrincipalName": "synced@contoso.com", "synced": true},
        {"userPrincipalName": "boss@contoso.com", "admin": true}])");
    SandboxWorld world(definition);
    world.post("/users", a_person("kim", {{"department", "IT"}, {"onPremisesImmutableId", "AAAA"}}));

    EXPECT_EQ(world.send("PATCH", "/users/kim@contoso.com", {{"department", nullptr}}).status, 204);
    EXPECT_EQ(world.send("PATCH", "/users/kim@contoso.com", {{"onPremisesImmutableId", nullptr}}).status,
              204);
    EXPECT_EQ(world.send("PATCH", "/users/kim@contoso.com", {{"displayName", nullptr}}).status, 400);
    EXPECT_EQ(world.send("PATCH", "/users/kim@contoso.com", {{"usageLocation", nullptr}}).status, 400);
    EXPECT_EQ(world.send("PATCH", "/users/synced@contoso.com", {{"usageLocation", "DE"}}).status, 204);
    const auto synced = world.send("PATCH", "/users/synced@contoso.com", {{"department", "IT"}});
    const auto admin = world.send("PATCH", "/users/boss@contoso.com", {{"accountEnabled", false}});
    const auto password =
        world.send("PATCH", "/users/kim@contoso.com", {{"passwordProfile", {{"password", "aB3$efgh"}}}});

    EXPECT_THAT(error_message(synced), HasSubstr("on-premises mastered Directory Sync objects"));
    EXPECT_EQ(admin.status, 403);
    EXPECT_EQ(password.status, 403);
    const auto user = body_of(world.get("/users/kim@contoso.com?$select=department,onPremisesImmutableId"));
    EXPECT_TRUE(user.at("department").is_null());
    EXPECT_TRUE(user.at("onPremisesImmutableId").is_null());
}

TEST(Manager, IsPutReadAndRemoved) {
    SandboxWorld world;
    world.post("/users", a_person("kim"));
    world.post("/users", a_person("boss"));
    const auto boss = world.id_of("boss@contoso.com");
    const std::string target = "/users/kim@contoso.com/manager/$ref";

    const auto put =
        world.send("PUT", target, {{"@odata.id", "https://graph.microsoft.com/v1.0/users/" + boss}});
    const auto unknown = world.send(
        "PUT", target, {{"@odata.id", "https://graph.microsoft.com/v1.0/users/" + std::string(test_tenant)}});
    const auto elsewhere =
        world.send("PUT", target, {{"@odata.id", "https://example.com/v1.0/users/" + boss}});

    EXPECT_EQ(put.status, 204);
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(elsewhere.status, 400);
    EXPECT_EQ(body_of(world.get("/users/kim@contoso.com/manager?$select=id")).at("id"), boss);
    EXPECT_EQ(world.send("DELETE", target, nullptr).status, 204);
    EXPECT_EQ(world.get("/users/kim@contoso.com/manager").status, 404);
}

TEST(ReadLag, HidesAWriteFromReadsButNotFromUniqueness) {
    auto definition = a_definition();
    definition["read_lag"] = {10, 10};
    definition["index_lag"] = {60, 60};
    SandboxWorld world(definition);
    const auto made = world.post("/users", a_person("kim", {{"onPremisesImmutableId", "AAAA"}}));
    const auto id = body_of(made).at("id").get<std::string>();
    const std::string by_anchor =
        "/users?$count=true&$select=id&$filter=" + encoded("onPremisesImmutableId eq 'AAAA'");
    const Headers eventual = {{"consistencylevel", "eventual"}};

    EXPECT_EQ(world.get("/users/" + id).status, 404);
    EXPECT_EQ(world.post("/users", a_person("kim")).status, 400);
    world.pass(Seconds(6));
    EXPECT_EQ(world.get("/users/" + id).status, 200);
    EXPECT_EQ(world.get("/users/kim@contoso.com").status, 404);
    world.pass(Seconds(6));
    EXPECT_EQ(world.get("/users/kim@contoso.com").status, 200);
    EXPECT_EQ(body_of(world.get(by_anchor, eventual)).at("@odata.count"), 0);
    world.pass(Seconds(60));
    EXPECT_EQ(body_of(world.get(by_anchor, eventual)).at("@odata.count"), 1);
}

TEST(EveryReply, EchoesTheClientsIdAndShowsTheCost) {
    SandboxWorld world;

    const auto fine = world.get("/domains", {{"client-request-id", "11111111-aaaa-4bbb-8ccc-222222222222"}});
    const auto bad = world.get("/nonsense", {{"client-request-id", "11111111-aaaa-4bbb-8ccc-222222222222"}});
    const auto method = world.send("PUT", "/users", json::object());

    EXPECT_EQ(header_of(fine.headers, "client-request-id"), "11111111-aaaa-4bbb-8ccc-222222222222");
    EXPECT_EQ(header_of(fine.headers, "x-ms-resource-unit"), "1");
    EXPECT_TRUE(is_guid(header_of(fine.headers, "request-id")));
    EXPECT_EQ(bad.status, 400);
    EXPECT_EQ(body_of(bad).at("error").at("innerError").at("client-request-id"),
              "11111111-aaaa-4bbb-8ccc-222222222222");
    EXPECT_EQ(method.status, 405);
}

}  // namespace
}  // namespace uplift::sandbox
