#include "tests/unit/graph/talk.hpp"

namespace uplift::graph {
namespace {

const std::string kim_path = "/v1.0/users/6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21";
const ObjectId boss{"8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10"};
const GroupId staff{"b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32"};

using Write = asio::awaitable<Outcome<Nothing>> (*)(Talk&);

struct WriteCase {
    std::string name;
    Write write;
    std::string line;
    std::string body;
};
class Writes : public testing::TestWithParam<WriteCase> {};
TEST_P(Writes, AreOneRequest) {
    Talk talk([](const std::string&) { return json_reply(204, ""); });

    const auto outcome = talk.run(GetParam().write(talk));

    EXPECT_NE(done_value(outcome), nullptr);
    ASSERT_EQ(talk.calls.size(), 1u);
    auto line = first_line(talk.calls[0]);
    EXPECT_EQ(line, GetParam().line + " HTTP/1.1");
    auto body = body_of(talk.calls[0]);
    // The server of the test has a port of its own.
    if (const auto at = body.find(talk.server.url()); at != std::string::npos)
        body.replace(at, talk.server.url().size(), "BASE");
    EXPECT_EQ(body, GetParam().body);
    EXPECT_THAT(talk.calls[0], HasSubstr("\r\nclient-request-id: " + attempt.value + "\r\n"));
}
const WriteCase write_cases[] = {
    {"Anchor",
     [](Talk& talk) {
         return talk.tenant.set_anchor(kim_id, Anchor::from_text("xJKG+g=="), attempt, talk.soon());
     },
     "PATCH " + kim_path,
     R"({"onPremisesImmutableId":"xJKG+g=="})"},
    {"AnchorTakenAway",
     [](Talk& talk) { return talk.tenant.set_anchor(kim_id, Anchor{}, attempt, talk.soon()); },
     "PATCH " + kim_path,
     R"({"onPremisesImmutableId":null})"},
    {"Properties",
     [](Talk& talk) {
         std::vector<std::pair<std::string, std::string>> properties{{"department", "IT"},
                                                                     {"city", ""},
                                                                     {"businessPhones", "+49 30"},
                                                                     {"extensionAttribute2", "two"},
                                                                     {"passwordProfile", "x"},
                                                                     {"userPrincipalName", "x"},
                                                                     {"onPremisesImmutableId", "x"}};
         return talk.tenant.set_properties(kim_id, properties, attempt, talk.soon());
     },
     "PATCH " + kim_path,
     R"({"department":"IT","city":null,"businessPhones":["+49 30"],)"
     R"("onPremisesExtensionAttributes":{"extensionAttribute2":"two"}})"},
    {"Manager",
     [](Talk& talk) { return talk.tenant.set_manager(kim_id, boss, attempt, talk.soon()); },
     "PUT " + kim_path + "/manager/$ref",
     R"({"@odata.id":"BASE/v1.0/users/8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10"})"},
    {"ManagerTakenAway",
     [](Talk& talk) { return talk.tenant.remove_manager(kim_id, attempt, talk.soon()); },
     "DELETE " + kim_path + "/manager/$ref",
     ""},
    {"LicencesTakenAway",
     [](Talk& talk) {
         std::vector<SkuId> skus{SkuId{"05e9a617-0261-4cee-bb44-138d3ef5d965"}};
         return talk.tenant.remove_licenses(kim_id, skus, attempt, talk.soon());
     },
     "POST " + kim_path + "/assignLicense",
     R"({"addLicenses":[],"removeLicenses":["05e9a617-0261-4cee-bb44-138d3ef5d965"]})"},
    {"MembershipTakenAwayAndNotTheAccount",
     [](Talk& talk) { return talk.tenant.remove_member(staff, kim_id, attempt, talk.soon()); },
     "DELETE /v1.0/groups/b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32/members/"
     "6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21/$ref",
     ""},
    {"Deleted",
     [](Talk& talk) { return talk.tenant.delete_user(kim_id, attempt, talk.soon()); },
     "DELETE " + kim_path,
     ""},
    {"Restored",
     [](Talk& talk) { return talk.tenant.restore_user(kim_id, attempt, talk.soon()); },
     "POST /v1.0/directory/deletedItems/6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21/restore",
     "{}"},
};
INSTANTIATE_TEST_SUITE_P(GraphTenant, Writes, testing::ValuesIn(write_cases), [](const auto& one) {
    return one.param.name;
});

TEST(GraphTenantWrites, IdThatIsNoneIsNeverSentAC23) {
    Talk talk([](const std::string&) { return json_reply(204, ""); });
    const ObjectId none{"../me"}, empty{""};

    for (const auto& bad : {none, empty}) {
        talk.run(talk.tenant.delete_user(bad, attempt, talk.soon()));
        talk.run(talk.tenant.restore_user(bad, attempt, talk.soon()));
        talk.run(talk.tenant.remove_member(staff, bad, attempt, talk.soon()));
        talk.run(talk.tenant.remove_member(GroupId{bad.value}, kim_id, attempt, talk.soon()));
        talk.run(talk.tenant.set_manager(kim_id, bad, attempt, talk.soon()));
        talk.run(talk.tenant.set_manager(bad, boss, attempt, talk.soon()));
    }

    EXPECT_TRUE(talk.calls.empty());
}

TEST(GraphTenantWrites, NothingOfNothingIsNotSent) {
    Talk talk([](const std::string&) { return json_reply(204, ""); });

    const auto outcome =
        talk.run(talk.tenant.set_properties(kim_id, {{"userPrincipalName", "x"}}, attempt, talk.soon()));

    EXPECT_NE(done_value(outcome), nullptr);
    EXPECT_TRUE(talk.calls.empty());
}

TEST(GraphTenantWrites, DeleteWhoseReplyIsLostIsUnknownAndNotResent) {
    Talk talk(
        [](const std::string&) { return std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"); });

    const auto outcome = talk.run(talk.tenant.delete_user(kim_id, attempt, talk.clock.now() + 1s));

    EXPECT_TRUE(std::holds_alternative<Unknown>(outcome));
    EXPECT_EQ(talk.calls.size(), 1u);
}

TEST(GraphTenantWrites, RestoreThatShowsAnotherAccountIsUnknownAC34) {
    Talk talk([](const std::string&) {
        return json_reply(200, R"({"id":"8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10"})");
    });

    const auto outcome = talk.run(talk.tenant.restore_user(kim_id, attempt, talk.soon()));

    EXPECT_TRUE(std::holds_alternative<Unknown>(outcome));
}

}  // namespace
}  // namespace uplift::graph
