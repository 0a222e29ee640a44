#include "daemon/upliftctl/schemas.hpp"

#include <gtest/gtest.h>

#include "config/reference.hpp"
#include "core/intake/columns.hpp"
#include "daemon/upliftctl/json_text.hpp"

namespace uplift::upliftctl {
namespace {

TEST(JobSchema, HasEveryColumnThatAFileMayHave) {
    const auto schema = job_schema();
    const auto* person = schema.find("properties", "users", "items", "properties");
    const auto* overrides = schema.find("properties", "overrides", "properties");
    ASSERT_NE(person, nullptr);
    ASSERT_NE(overrides, nullptr);

    for (const auto name : intake::known_columns()) EXPECT_NE(person->find(name), nullptr) << name;
    EXPECT_EQ(overrides->find("sAMAccountName"), nullptr);
    EXPECT_NE(overrides->find("licenses"), nullptr);
}

TEST(ConfigSchema, HasEveryKeyAtItsPlace) {
    const auto schema = config_schema();
    const auto path = [&](auto... keys) { return schema.find(keys...); };

    EXPECT_NE(path("properties", "service", "properties", "max_file"), nullptr);
    EXPECT_NE(path("properties", "directory", "additionalProperties", "properties", "uris"), nullptr);
    EXPECT_NE(path("properties", "profile", "additionalProperties", "properties", "licenses", "items"),
              nullptr);
    const auto* seats = path("properties", "profile", "additionalProperties", "properties", "seats", "enum");
    ASSERT_NE(seats, nullptr);
    EXPECT_EQ(seats->items().size(), 3U);
    const auto* needed = path("properties", "tenant", "additionalProperties", "required");
    ASSERT_NE(needed, nullptr);
    EXPECT_EQ(json::dump(*needed), R"(["id","client_id"])");
}

TEST(Pretty, ShortThingsStandOnOneLine) {
    const auto value = json::Value::object(
        {{"a", json::Array{json::Value(1), json::Value("x")}},
         {"b",
          json::Value::object({{"c", json::Value::object({{"d", json::Value()}})}, {"e", json::Array{}}})}});

    EXPECT_EQ(pretty(value),
              "{\n  \"a\": [1, \"x\"],\n  \"b\": {\n    \"c\": {\"d\": null},\n    \"e\": []\n  }\n}");
    EXPECT_EQ(json::parse(pretty(value), {.where = "here", .code = FaultCode::bad_request}).value(), value);
}

}  // namespace
}  // namespace uplift::upliftctl
