#include "tests/sandbox/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

json read(const std::string& id, const std::string& url) {
    return {{"id", id}, {"method", "GET"}, {"url", url}};
}

json create(const std::string& id, const std::string& name) {
    return {{"id", id},
            {"method", "POST"},
            {"url", "/users"},
            {"headers", {{"Content-Type", "application/json"}}},
            {"body", a_person(name)}};
}

json batch_of(json requests) { return {{"requests", std::move(requests)}}; }

json response_to(const Reply& reply, const std::string& id) {
    const json body = body_of(reply);
    for (const auto& response : body.at("responses"))
        if (response.at("id") == id) return response;
    return nullptr;
}

struct MalformedCase {
    const char* name;
    json body;
};
void PrintTo(const MalformedCase& row, std::ostream* out) { *out << row.name; }

class MalformedBatch : public testing::TestWithParam<MalformedCase> {};

TEST_P(MalformedBatch, IsRefusedAsAWhole) {
    SandboxWorld world;

    const auto reply = world.post("/$batch", GetParam().body);

    EXPECT_EQ(reply.status, 400) << reply.body;
    EXPECT_EQ(world.id_of("kim@contoso.com"), "");
}

json twenty_one() {
    json requests = json::array({create("kim", "kim")});
    for (int i = 0; i < 20; ++i) requests.push_back(read(std::to_string(i), "/domains"));
    return requests;
}

const MalformedCase malformed_cases[] = {
    {"TwentyOne", batch_of(twenty_one())},
    {"SameId", batch_of(json::array({create("a", "kim"), read("A", "/domains")}))},
    {"NoId", batch_of(json::array({create("a", "kim"), {{"method", "GET"}, {"url", "/domains"}}}))},
    {"NoContentType",
     batch_of(
         json::array({{{"id", "1"}, {"method", "POST"}, {"url", "/users"}, {"body", a_person("kim")}}}))},
    {"AbsoluteUrl",
     batch_of(json::array({create("a", "kim"), read("1", "https://graph.microsoft.com/v1.0/domains")}))},
    {"UnknownDependency",
     batch_of(json::array({{{"id", "1"}, {"method", "GET"}, {"url", "/domains"}, {"dependsOn", {"9"}}}}))},
    {"Empty", batch_of(json::array())},
    {"NoRequests", json::object()},
};
INSTANTIATE_TEST_SUITE_P(Bodies, MalformedBatch, testing::ValuesIn(malformed_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Batch, AnswersEveryItemByItself) {
    SandboxWorld world;

    const auto reply = world.post(
        "/$batch",
        batch_of(
            json::array({create("1", "kim"), read("2", "users/nobody@contoso.com"), read("3", "/domains")})));

    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(response_to(reply, "1").at("status"), 201);
    EXPECT_EQ(response_to(reply, "2").at("status"), 404);
    EXPECT_EQ(response_to(reply, "2").at("body").at("error").at("code"), "Request_ResourceNotFound");
    EXPECT_EQ(response_to(reply, "3").at("body").at("value").size(), 4u);
    EXPECT_NE(world.id_of("kim@contoso.com"), "");
}

TEST(Batch, AnswersInAnyOrder) {
    SandboxWorld world;
    json requests = json::array();
    for (int i = 0; i < 20; ++i) requests.push_back(read(std::to_string(i), "/organization"));

    const json responses = body_of(world.post("/$batch", batch_of(requests))).at("responses");

    std::vector<std::string> order;
    for (const auto& response : responses) order.push_back(response.at("id"));
    EXPECT_EQ(order.size(), 20u);
    EXPECT_FALSE(std::is_sorted(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return std::stoi(a) < std::stoi(b);
    }));
}

TEST(Batch, FailsWhatDependsOnAFailure) {
    SandboxWorld world;
    json second = create("2", "kim");
    second["dependsOn"] = {"1"};

    const auto reply =
        world.post("/$batch", batch_of(json::array({read("1", "/users/nobody@contoso.com"), second})));

    EXPECT_EQ(response_to(reply, "2").at("status"), 424);
    EXPECT_EQ(world.id_of("kim@contoso.com"), "");
}

TEST(Batch, IsThrottledItemByItem) {
    auto definition = a_definition();
    definition["throttle_scale"] = 0.001;  // three and a half units
    definition["retry_after"] = "decimal";
    SandboxWorld world(definition);
    json requests = json::array();
    for (int i = 0; i < 5; ++i) requests.push_back(create(std::to_string(i), "p" + std::to_string(i)));

    const auto reply = world.post("/$batch", batch_of(requests));

    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(header_of(reply.headers, "Retry-After"), "");
    EXPECT_EQ(response_to(reply, "2").at("status"), 201);
    EXPECT_EQ(response_to(reply, "3").at("status"), 429);
    EXPECT_THAT(response_to(reply, "3").at("headers").at("Retry-After").get<std::string>(),
                testing::HasSubstr("."));
}

// A batch saves round trips, not quota: its items are charged as they would be alone, and it costs nothing.
TEST(Batch, OuterPostIsNotChargedBesideItsItems) {
    SandboxWorld world;
    const auto before = body_of(world.control("GET", "summary", nullptr));
    json requests = json::array({create("1", "kim"), create("2", "lee"), read("3", "/domains")});

    world.post("/$batch", batch_of(requests));

    const auto after = body_of(world.control("GET", "summary", nullptr));
    EXPECT_EQ(after.at("write_cost").get<int>() - before.at("write_cost").get<int>(), 2);
    EXPECT_EQ(after.at("resource_units").get<int>() - before.at("resource_units").get<int>(), 3);
}

}  // namespace
}  // namespace uplift::sandbox
