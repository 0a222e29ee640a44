#include "core/text/nearest.hpp"

#include <gtest/gtest.h>

#include <array>

namespace uplift::text {
namespace {

constexpr std::array<std::string_view, 5> known{
    "usageLocation", "licenses", "groups", "upn", "sAMAccountName"};

struct NearestCase {
    std::string_view given;
    std::optional<std::string_view> meant;
};
const NearestCase nearest_cases[] = {
    {"usagelocation", "usageLocation"},
    {"usageLoaction", "usageLocation"},
    {"license", "licenses"},
    {"licences", "licenses"},
    {"group", "groups"},
    {"upm", "upn"},
    {"SamAccount", {}},
    {"samaccountnmae", "sAMAccountName"},
    {"city", {}},
    {"", {}},
};

TEST(Nearest, NamesWhatWasProbablyMeant) {
    for (const auto& given : nearest_cases)
        EXPECT_EQ(nearest(given.given, known), given.meant) << given.given;
}

TEST(Nearest, AVeryLongWordIsNoMistypedOne) {
    EXPECT_EQ(nearest(std::string(100'000, 'a'), known), std::nullopt);
}

TEST(EditDistance, CountsInsertedDeletedReplacedAndSwappedLetters) {
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", "abc"), 0u);
    EXPECT_EQ(edit_distance("abc", "acb"), 1u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace uplift::text
