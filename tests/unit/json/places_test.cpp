#include "core/json/places.hpp"

#include <gtest/gtest.h>

#include "core/json/json.hpp"

namespace uplift::json {
namespace {

TextPlace place_of(std::string_view text, const Way& way) {
    const auto found = places_of(text, {way});
    const auto place = found.find(way);
    return place == found.end() ? TextPlace{0, 0} : place->second;
}

const std::string text =
    "{\n"
    "  \"profile\": \"staff\",\n"
    "  \"users\": [ {\"a\": 1}, {\"ü\\\"}\": [true, \"x\"], \"b\": {} } ]\n"
    "}";

TEST(JsonPlaces, AMemberStandsWhereItsKeyDoes) {
    ASSERT_TRUE(parse(text, {.where = "t", .code = FaultCode::bad_request}));
    EXPECT_EQ(place_of(text, {}), (TextPlace{1, 1}));
    EXPECT_EQ(place_of(text, {0}), (TextPlace{2, 3}));
    EXPECT_EQ(place_of(text, {1}), (TextPlace{3, 3}));
}

TEST(JsonPlaces, AnItemStandsWhereItBegins) {
    EXPECT_EQ(place_of(text, {1, 0}), (TextPlace{3, 14}));
    EXPECT_EQ(place_of(text, {1, 1}), (TextPlace{3, 24}));
}

TEST(JsonPlaces, QuotedBracketsAndLettersOfSeveralBytesAreCountedAsCharacters) {
    EXPECT_EQ(place_of(text, {1, 1, 0}), (TextPlace{3, 25}));
    EXPECT_EQ(place_of(text, {1, 1, 0, 1}), (TextPlace{3, 40}));
    EXPECT_EQ(place_of(text, {1, 1, 1}), (TextPlace{3, 46}));
}

TEST(JsonPlaces, WhatIsNotThereHasNoPlace) {
    EXPECT_EQ(place_of(text, {2}), (TextPlace{0, 0}));
    EXPECT_EQ(place_of(text, {1, 1, 1, 0}), (TextPlace{0, 0}));
}

TEST(JsonPlaces, TextThatIsCutOffEndsTheLook) {
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_EQ(place_of(text.substr(0, length), {9, 9}), (TextPlace{0, 0}));
}

}  // namespace
}  // namespace uplift::json
