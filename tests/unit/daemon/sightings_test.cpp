#include "daemon/sightings.hpp"

#include <gtest/gtest.h>

namespace uplift::daemon {
namespace {

constexpr TimePoint start{std::chrono::hours{24}};
const FolderTimes times;

FileFacts a_file(std::uint64_t inode = 7) {
    return {.mode = S_IFREG | 0640, .links = 1, .owner = 1000, .size = 10, .inode = inode};
}
FileFacts a_link() {
    auto facts = a_file();
    facts.mode = S_IFLNK | 0777;
    return facts;
}
InboxFile named(const std::string& name) { return {.profile = {}, .name = name}; }

class SightingsTest : public testing::Test {
 protected:
    std::vector<std::string> in_turn() {
        std::vector<std::string> names;
        while (const auto next = sightings_.next()) {
            names.push_back(next->second.name);
            sightings_.forget(next->second);
        }
        return names;
    }
    Sightings sightings_{times, {.files = 4, .odd = 2}};
};

TEST_F(SightingsTest, FilesComeInOrderOfArrivalNotOfName) {
    sightings_.touched(named("b"), a_file(1), Writer::moved_in, start);
    sightings_.touched(named("c"), a_file(2), Writer::moved_in, start);
    sightings_.touched(named("a"), a_file(3), Writer::moved_in, start + Duration{1});
    EXPECT_EQ(in_turn(), (std::vector<std::string>{"b", "c", "a"}));
}

TEST_F(SightingsTest, AFileThatIsWrittenAgainLosesItsTurnAndIsKnownOnce) {
    sightings_.touched(named("a"), a_file(1), Writer::closed, start);
    sightings_.touched(named("b"), a_file(2), Writer::closed, start);
    sightings_.touched(named("a"), a_file(1), Writer::closed, start + Duration{1});
    EXPECT_EQ(in_turn(), (std::vector<std::string>{"b", "a"}));
    EXPECT_TRUE(sightings_.all().empty());
}

TEST_F(SightingsTest, AFloodCostsNoMoreThanItsBoundAndIsLookedForOnceThereIsRoom_AC16) {
    for (const auto* name : {"a", "b", "c", "d", "e"})
        sightings_.touched(named(name), a_file(), Writer::moved_in, start);
    EXPECT_EQ(sightings_.all().size(), 4u);
    EXPECT_FALSE(sightings_.should_look());

    sightings_.forget(named("a"));
    sightings_.forget(named("b"));

    EXPECT_TRUE(sightings_.should_look());
    sightings_.about_to_look();
    EXPECT_FALSE(sightings_.should_look());
}

TEST_F(SightingsTest, LinksAndTheLikeNeverTakeTheRoomOfFiles_AC12) {
    for (const auto* name : {"l1", "l2", "l3", "l4"})
        sightings_.touched(named(name), a_link(), Writer::open, start);
    sightings_.touched(named("a"), a_file(), Writer::moved_in, start);

    EXPECT_EQ(sightings_.all().size(), 3u);
    EXPECT_EQ(sightings_.odd_room(), 0u);
    ASSERT_TRUE(sightings_.find(named("a")));
    sightings_.forget(named("l1"));
    EXPECT_EQ(sightings_.odd_room(), 1u);
}

TEST_F(SightingsTest, ALinkIsJudgedThoughNobodyWillEverCloseIt) {
    sightings_.touched(named("l"), a_link(), Writer::open, start);

    EXPECT_EQ(sightings_.next()->first, start + times.quiet);
}

TEST_F(SightingsTest, WhatIsLeftAloneHasNoTurnUntilItChanges) {
    sightings_.touched(named("a"), a_file(1), Writer::moved_in, start);
    sightings_.leave_alone(named("a"));
    EXPECT_FALSE(sightings_.next());

    sightings_.looked(named("a"), a_file(1), std::nullopt, start);
    EXPECT_FALSE(sightings_.next());
    sightings_.looked(named("a"), a_file(2), std::nullopt, start);
    EXPECT_TRUE(sightings_.next());
}

TEST_F(SightingsTest, AFileWaitsForItsChecksumForAnHourSinceEitherChanged) {
    sightings_.touched(named("a"), a_file(), Writer::moved_in, start);
    EXPECT_EQ(sightings_.wait_for_checksum(named("a"), a_file(8), start), start);
    EXPECT_EQ(sightings_.next()->first, start + times.unmatched);

    const auto later = start + std::chrono::minutes{40};
    EXPECT_EQ(sightings_.wait_for_checksum(named("a"), a_file(8), later), start);
    EXPECT_EQ(sightings_.wait_for_checksum(named("a"), a_file(9), later), later);
    EXPECT_EQ(sightings_.next()->first, later + times.unmatched);

    sightings_.touched(named("a"), a_file(10), Writer::moved_in, later);
    EXPECT_EQ(sightings_.next()->first, later);
    EXPECT_EQ(sightings_.wait_for_checksum(named("a"), a_file(9), later), later);
}

TEST_F(SightingsTest, AChecksumThatChangesBringsItsFileBackByEventAndByLook) {
    sightings_.touched(named("a"), a_file(), Writer::moved_in, start);
    sightings_.wait_for_checksum(named("a"), a_file(8), start);
    sightings_.checksum_changed(named("a"));
    EXPECT_EQ(sightings_.next()->first, start);

    sightings_.wait_for_checksum(named("a"), a_file(8), start);
    sightings_.looked(named("a"), a_file(), a_file(8), start);
    EXPECT_EQ(sightings_.next()->first, start + times.unmatched);
    sightings_.looked(named("a"), a_file(), a_file(9), start);
    EXPECT_EQ(sightings_.next()->first, start);

    sightings_.wait_for_checksum(named("a"), a_file(8), start);
    sightings_.looked(named("a"), a_file(), std::nullopt, start);
    EXPECT_EQ(sightings_.next()->first, start);
}

TEST_F(SightingsTest, WhenEventsAreLostAnOpenFileIsLookedAtAgain) {
    sightings_.touched(named("a"), a_file(), Writer::open, start);
    EXPECT_EQ(sightings_.next()->first, start + times.open);

    sightings_.events_lost(start);

    EXPECT_LE(sightings_.next()->first, start + times.between_looks);
}

}  // namespace
}  // namespace uplift::daemon
