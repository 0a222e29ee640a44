#include "core/profile/attribute_map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/profile/attributes_needed.hpp"
#include "core/profile/plan_account.hpp"
#include "core/profile/template.hpp"
#include "tests/unit/profile/people.hpp"

namespace uplift::profile {
namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;

Result<Properties> mapped(const Profile& profile, const Person& person) {
    return mapped_properties(profile, person, "contoso.com", "CN=Doe");
}

std::string long_text(std::size_t length) { return std::string(length, 'x'); }

TEST(AttributeMap, EveryDefaultTemplateIsOneAndEveryNameStandsOnce) {
    std::set<std::string_view> names;
    for (const auto& property : graph_properties()) {
        EXPECT_TRUE(Template::parse(property.default_template)) << property.name;
        EXPECT_TRUE(names.insert(property.name).second) << property.name;
        EXPECT_EQ(graph_property(property.name)->max, property.max);
    }
    EXPECT_EQ(graph_property("jobtitle"), nullptr);
}

TEST(AttributeMap, EachAttributeOfADGoesToItsPropertyAndWhatIsMissingIsLeftOut) {
    const auto person = a_person({{"title", {" Head of IT "}},
                                  {"telephoneNumber", {"+49 30 1"}},
                                  {"streetAddress", {"Main St 1\r\n2nd floor"}},
                                  {"co", {"Germany"}},
                                  {"employeeID", {"4711"}},
                                  {"extensionAttribute7", {"x7"}},
                                  {"department", {"   "}}});

    const auto properties = mapped(a_profile(), person);

    ASSERT_TRUE(properties);
    EXPECT_EQ(*properties,
              (Properties{{"givenName", "Jane"},
                          {"surname", "Müller"},
                          {"jobTitle", "Head of IT"},
                          {"businessPhones", "+49 30 1"},
                          {"streetAddress", "Main St 1\r\n2nd floor"},
                          {"country", "Germany"},
                          {"employeeId", "4711"},
                          {"extensionAttribute7", "x7"}}));
}

TEST(AttributeMap, AProfilesTemplateStandsOverTheDefaultAndAnEmptyOneLeavesThePropertyOut) {
    auto profile = a_profile();
    profile.attributes = {{"jobTitle", "{description|upper}"}, {"surname", ""}, {"country", "{c}"}};

    const auto properties = mapped(profile, a_person({{"title", {"a"}}, {"description", {"b"}}}));

    EXPECT_EQ(*properties, (Properties{{"givenName", "Jane"}, {"jobTitle", "B"}, {"country", "DE"}}));
}

TEST(AttributeMap, WhatAProfileNamesIsReadFromTheDirectory) {
    auto profile = a_profile();
    profile.attributes = {{"jobTitle", "{info}"}, {"surname", ""}};

    const auto needed = attributes_needed(profile);

    const auto asks = [&](std::string_view name) {
        return std::find(needed.begin(), needed.end(), name) != needed.end();
    };
    EXPECT_TRUE(asks("info"));
    EXPECT_TRUE(asks("physicalDeliveryOfficeName"));
    EXPECT_FALSE(asks("title"));
    EXPECT_FALSE(asks("sn"));
}

struct Limit {
    std::string property;
    std::string attribute;
    std::size_t max;
};
class Limits : public testing::TestWithParam<Limit> {};
TEST_P(Limits, AreCheckedBeforeAnythingIsWritten) {
    const auto& [property, attribute, max] = GetParam();
    const auto fits = mapped(a_profile(), a_person({{attribute, {long_text(max)}}}));
    EXPECT_TRUE(fits) << property;

    const auto too_long = plan_account(
        a_profile(), {}, a_person({{attribute, {long_text(max + 1)}}}), Anchor{a_person().object_guid});

    ASSERT_FALSE(too_long) << property;
    EXPECT_EQ(too_long.error().code, FaultCode::property_invalid);
    EXPECT_NE(too_long.error().what.find(property), std::string::npos) << too_long.error().what;
    EXPECT_NE(too_long.error().cure.find(attribute), std::string::npos) << too_long.error().cure;
}
INSTANTIATE_TEST_SUITE_P(Graph,
                         Limits,
                         testing::Values(Limit{"givenName", "givenName", 64},
                                         Limit{"surname", "sn", 64},
                                         Limit{"jobTitle", "title", 128},
                                         Limit{"department", "department", 64},
                                         Limit{"companyName", "company", 64},
                                         Limit{"businessPhones", "telephoneNumber", 64},
                                         Limit{"mobilePhone", "mobile", 64},
                                         Limit{"officeLocation", "physicalDeliveryOfficeName", 128},
                                         Limit{"city", "l", 128},
                                         Limit{"state", "st", 128},
                                         Limit{"postalCode", "postalCode", 40},
                                         Limit{"employeeId", "employeeID", 16},
                                         Limit{"extensionAttribute15", "extensionAttribute15", 1'024}),
                         [](const auto& info) { return info.param.property; });

TEST(AttributeMap, LengthCountsUtf16UnitsAndControlCharactersAreRefused) {
    const auto& id = *graph_property("employeeId");
    EXPECT_FALSE(what_is_wrong_with_property(id, "12345678901234ü6"));
    EXPECT_FALSE(what_is_wrong_with_property(id, "12345678901234😀"));
    EXPECT_TRUE(what_is_wrong_with_property(id, "123456789012345😀"));
    EXPECT_TRUE(what_is_wrong_with_property(id, "a\nb"));
    EXPECT_TRUE(what_is_wrong_with_property(id, "a\u202Eb"));
    EXPECT_TRUE(what_is_wrong_with_property(id, "a\xFF"));
    EXPECT_TRUE(what_is_wrong_with_property(*graph_property("streetAddress"), "a\tb"));
}

TEST(AttributeMap, ADisplayNameMayBeATemplateOfTheProfile) {
    auto profile = a_profile();
    profile.attributes = {{"displayName", "{sn}, {givenName}"}};

    const auto plan = plan_account(profile, {}, a_person(), Anchor{a_person().object_guid});

    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->display_name, "Müller, Jane");
}

}  // namespace
}  // namespace uplift::profile
