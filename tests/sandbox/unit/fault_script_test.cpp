#include "tests/sandbox/fault_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

json definition_with(const char* rules) {
    auto definition = a_definition();
    definition["faults"] = json::parse(rules);
    return definition;
}

TEST(Glob, StarsStayWithinASegmentAndDoubleStarsDoNot) {
    EXPECT_TRUE(glob_matches("/users/*/assignLicense", "/users/x/assignLicense"));
    EXPECT_FALSE(glob_matches("/users/*", "/users/x/assignLicense"));
    EXPECT_TRUE(glob_matches("/users/**", "/users/x/assignLicense"));
    EXPECT_TRUE(glob_matches("**/token", "/contoso.com/oauth2/v2.0/token"));
    EXPECT_FALSE(glob_matches("/users", "/users/x"));
}

TEST(DropAfter, DoesTheWorkAndGivesNoReply) {
    SandboxWorld world(definition_with(
        R"([{"match": {"method": "POST", "path": "/users"}, "when": {"nth": [2]}, "do": "drop_after"}])"));

    const auto first = world.deliver("POST", "/users", a_person("a"));
    const auto second = world.deliver("POST", "/users", a_person("b"));
    const auto third = world.deliver("POST", "/users", a_person("b"));

    EXPECT_EQ(first.kind, Delivery::Kind::send);
    EXPECT_EQ(second.kind, Delivery::Kind::drop);
    EXPECT_NE(world.id_of("b@contoso.com"), "");
    EXPECT_EQ(third.reply.status, 400);  // the lost one was made
}

TEST(DropBefore, DoesNothing) {
    SandboxWorld world(definition_with(R"([{"match": {"path_prefix": "/users"}, "when": {"times": 1},
                                            "do": {"action": "drop_before", "close": "reset"}}])"));

    const auto lost = world.deliver("POST", "/users", a_person("a"));
    const auto again = world.deliver("POST", "/users", a_person("a"));

    EXPECT_EQ(lost.kind, Delivery::Kind::drop);
    EXPECT_EQ(lost.closing, Closing::reset);
    EXPECT_EQ(again.reply.status, 201);
}

TEST(ApplyLater, DoesTheWorkWhenItsTimeComes) {
    SandboxWorld world(definition_with(
        R"([{"match": {"method": "POST", "path": "/users"}, "do": {"action": "apply_later", "delay": 30}}])"));
    const Request request{"POST", "/v1.0/users", {}, ""};

    const auto lost = world.deliver("POST", "/users", a_person("a"));

    EXPECT_EQ(lost.kind, Delivery::Kind::drop);
    EXPECT_EQ(lost.apply_after, Seconds(30));
    EXPECT_EQ(world.id_of("a@contoso.com"), "");
}

TEST(StatusFault, ComesBeforeOrAfterTheWorkAsTheRuleSays) {
    SandboxWorld world(definition_with(R"([
        {"match": {"method": "POST", "path": "/users"}, "when": {"nth": [1]},
         "do": {"action": "status", "status": 503, "retry_after": "2"}},
        {"match": {"method": "POST", "path": "/users"}, "when": {"nth": [2]},
         "do": {"action": "status", "status": 504, "html": true, "applied": true}}])"));

    const auto before = world.post("/users", a_person("a"));
    const bool made_before = !world.id_of("a@contoso.com").empty();
    const auto after = world.post("/users", a_person("a"));

    EXPECT_EQ(before.status, 503);
    EXPECT_EQ(header_of(before.headers, "Retry-After"), "2");
    EXPECT_EQ(error_code(before), "serviceNotAvailable");
    EXPECT_FALSE(made_before);
    EXPECT_EQ(after.status, 504);
    EXPECT_EQ(header_of(after.headers, "Content-Type"), "text/html");
    EXPECT_NE(world.id_of("a@contoso.com"), "");
}

TEST(WrongId, AnswersAnIdThatIsNotTheUsers) {
    SandboxWorld world(
        definition_with(R"([{"match": {"method": "POST", "path": "/users"}, "do": "wrong_id"}])"));

    const auto reply = world.post("/users", a_person("a"));

    EXPECT_EQ(reply.status, 201);
    EXPECT_NE(body_of(reply).at("id"), world.id_of("a@contoso.com"));
}

TEST(Rewrite, LaysOtherValuesOverTheReply) {
    SandboxWorld world(definition_with(R"([{"match": {"method": "POST", "path": "/users"},
        "do": {"action": "rewrite", "set": {"id": null, "userPrincipalName": "x@contoso.com"}}}])"));

    const auto body = body_of(world.post("/users", a_person("a")));

    EXPECT_FALSE(body.contains("id"));
    EXPECT_EQ(body.at("userPrincipalName"), "x@contoso.com");
}

TEST(FaultInABatch, StaysInItsItem) {
    SandboxWorld world(definition_with(R"([{"match": {"method": "POST", "path": "/users/*/assignLicense"},
        "do": {"action": "status", "status": 500}}])"));
    const json requests = json::array({{{"id", "1"},
                                        {"method", "POST"},
                                        {"url", "/users/x/assignLicense"},
                                        {"headers", {{"Content-Type", "application/json"}}},
                                        {"body", json::object()}},
                                       {{"id", "2"}, {"method", "GET"}, {"url", "/domains"}}});

    const auto delivery = world.deliver("POST", "/$batch", {{"requests", requests}});

    std::map<std::string, int> statuses;
    const json body = body_of(delivery.reply);
    for (const auto& response : body.at("responses")) statuses[response.at("id")] = response.at("status");
    EXPECT_EQ(delivery.kind, Delivery::Kind::send);
    EXPECT_EQ(statuses["1"], 500);
    EXPECT_EQ(statuses["2"], 200);
}

TEST(Probability, IsDrawnFromTheSeed) {
    SandboxWorld world(definition_with(
        R"([{"match": {"method": "GET"}, "when": {"probability": 0.3}, "do": "drop_before"}])"));

    int dropped = 0;
    for (int i = 0; i < 1000; ++i)
        if (world.deliver("GET", "/domains", nullptr).kind == Delivery::Kind::drop) ++dropped;

    EXPECT_NEAR(dropped, 300, 60);
}

TEST(Rules, ThatAreWrongAreNamed) {
    EXPECT_THAT([] { read_fault_rules(json::parse(R"([{"do": "explode"}])")); },
                testing::ThrowsMessage<std::runtime_error>(testing::HasSubstr("faults[0]: unknown action")));
    EXPECT_THAT([] { read_fault_rules(json::parse(R"([{"do": "late", "if": 1}])")); },
                testing::ThrowsMessage<std::runtime_error>(testing::HasSubstr("unknown key \"if\"")));
}

TEST(Control, ReplacesFaultsSeatsSecretsAndShowsTheState) {
    SandboxWorld world;
    world.post("/users", a_person("kim", {{"onPremisesImmutableId", "AAAA"}}));

    const auto seats = world.control("POST", "seats", {{"sku", "POWER_BI_PRO"}, {"seats", 7}});
    const auto faults = world.control("POST", "faults", json::array({{{"do", "drop_before"}}}));
    const auto secrets = world.control("POST", "secrets", {{"expire", true}});
    const auto stranger = world.control("POST", "users", {{"userPrincipalName", "eve@contoso.com"}});
    const auto summary = body_of(world.control("GET", "summary", nullptr));
    auto state = world.control("GET", "state", nullptr);
    std::string text;
    for (std::string piece; state.next_piece(piece);) text += piece;
    const json dump = json::parse(text);

    EXPECT_EQ(body_of(seats).at("seats"), 7);
    EXPECT_EQ(body_of(faults).at("rules"), 1);
    EXPECT_EQ(secrets.status, 200);
    EXPECT_EQ(stranger.status, 200);
    EXPECT_EQ(summary.at("users"), 2);
    EXPECT_EQ(summary.at("creates_per_anchor_max"), 1);
    EXPECT_EQ(dump.at("users").at(0).at("passwordGiven"), "xWwvJ]6NMw+bWH-d");
    EXPECT_EQ(dump.at("users").at(0).at("writes").at("create"), 1);
    EXPECT_EQ(dump.at("groups").size(), 7u);
    EXPECT_EQ(world.deliver("GET", "/domains", nullptr).kind, Delivery::Kind::drop);
    EXPECT_EQ(world.control("POST", "reset", nullptr).status, 200);
    EXPECT_EQ(world.id_of("kim@contoso.com"), "");
    EXPECT_EQ(world.control("GET", "nonsense", nullptr).status, 404);
}

TEST(Log, HoldsNoTokenAndNoPassword) {
    SandboxWorld world;
    world.post("/users", a_person("kim"));
    world.post("/users", a_person("kim"));

    const std::string all = testing::PrintToString(world.log);

    EXPECT_THAT(all, testing::Not(testing::HasSubstr("xWwvJ")));
    EXPECT_THAT(all, testing::Not(testing::HasSubstr("Bearer")));
    EXPECT_THAT(all, testing::Not(testing::HasSubstr("s3cret")));
    EXPECT_EQ(json::parse(world.log.back()).at("status"), 400);
}

}  // namespace
}  // namespace uplift::sandbox
