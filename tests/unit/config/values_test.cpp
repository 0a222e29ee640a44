#include "config/values.hpp"

#include <gtest/gtest.h>

#include <map>

#include "config/load.hpp"
#include "tests/unit/config/configurations.hpp"

namespace uplift::config {
namespace {

std::map<std::string, ValueInForce> values_of(const std::string& text) {
    const auto outcome = interpret_one(text);
    std::map<std::string, ValueInForce> values;
    EXPECT_TRUE(outcome.config) << (outcome.faults.empty() ? "" : to_line(outcome.faults.front()));
    if (!outcome.config) return values;
    for (auto& value : values_in_force(*outcome.config)) values[value.key] = value;
    return values;
}

TEST(ValuesInForce, ShowWhatIsWrittenWithItsPlaceAndTheDefaultsOfAllElse) {
    const auto values =
        values_of(with_line(20, "retention = \"90d\"\n[profile.staff.attributes]\njobTitle = \"{info}\""));

    ASSERT_TRUE(values.contains("profile.staff.domain"));
    EXPECT_TRUE(values.at("profile.staff.domain").origin.starts_with("uplift.toml:"));
    EXPECT_EQ(values.at("service.retention").text, "\"90d\"");
    EXPECT_EQ(values.at("service.max_file").origin, "default");
    EXPECT_EQ(values.at("profile.staff.force_change").text, "true");
    EXPECT_EQ(values.at("profile.staff.attributes.jobTitle").text, "\"{info}\"");
    EXPECT_EQ(values.at("profile.staff.attributes.surname").text, "\"{sn}\"");
    EXPECT_EQ(values.at("profile.staff.attributes.surname").origin, "default");
    for (const auto& [key, value] : values) EXPECT_EQ(key.find("NAME"), std::string::npos) << key;
}

TEST(ValuesInForce, ATableThatIsWrittenInBracesHasNoDefaultsBesideIt) {
    const auto values = values_of(std::string(good_configuration));

    // A secret shows where it is kept.
    const auto key = values.at("service.sealing_key");
    EXPECT_NE(key.text.find("="), std::string::npos);
    EXPECT_NE(key.origin, "default");
    EXPECT_FALSE(values.contains("service.sealing_key.file"));
}

}  // namespace
}  // namespace uplift::config
