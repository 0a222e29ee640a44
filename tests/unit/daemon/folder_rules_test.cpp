#include "daemon/folder_rules.hpp"

#include <gtest/gtest.h>

namespace uplift::daemon {
namespace {

constexpr TimePoint start{std::chrono::hours{24}};
constexpr std::int64_t max_file = 1'000;

FileFacts a_file() { return {.mode = S_IFREG | 0640, .links = 1, .owner = 1000, .size = 10, .inode = 7}; }

enum class Seen { taken, untouched, refused };
Seen seen(const Verdict& verdict) {
    if (std::holds_alternative<Take>(verdict)) return Seen::taken;
    return std::holds_alternative<Untouched>(verdict) ? Seen::untouched : Seen::refused;
}

TEST(FolderNames, HiddenAndUnfinishedNamesAreLeftAlone) {
    for (const auto* name :
         {".hidden.csv", "a.part", "a.csv.PART", "a.tmp", "a.csv~", "a.csv.sha256", "", "."})
        EXPECT_TRUE(is_left_alone(name)) << name;
    for (const auto* name : {"a.csv", "a.tmp.csv", "part", "a.json", "~a.csv"})
        EXPECT_FALSE(is_left_alone(name)) << name;
}

TEST(FolderNames, OnlyCsvAndJsonAreTaken_AC18) {
    for (const auto* name : {"a.csv", "A.CSV", "a.json", "a.Json", "-rf.csv", "a b\n.csv"})
        EXPECT_FALSE(wrong_kind(name, name)) << name;
    EXPECT_TRUE(is_json("A.JSON"));
    EXPECT_FALSE(is_json("a.json.csv"));
    for (const auto* name : {"a.xlsx", "a.zip", "a", "csv", "a.csv.gz"}) {
        const auto fault = wrong_kind(name, name);
        ASSERT_TRUE(fault) << name;
        EXPECT_EQ(fault->code, FaultCode::file_kind);
        EXPECT_FALSE(fault->cure.empty());
    }
}

TEST(FolderNames, AChecksumNamesTheFileItDescribes) {
    EXPECT_EQ(described_by("december.csv.sha256"), "december.csv");
    for (const auto* name : {"december.csv", ".sha256", "december.sha256.csv", ""})
        EXPECT_FALSE(described_by(name)) << name;
}

TEST(FolderNames, NumbersStandBeforeTheExtension) {
    EXPECT_EQ(numbered("december.csv", 1), "december.csv");
    EXPECT_EQ(numbered("december.csv", 2), "december-2.csv");
    EXPECT_EQ(numbered("december", 3), "december-3");
}

TEST(FolderNames, LongNamesAreCutToFitAndKeepTheirExtension) {
    const std::string longest(251, 'x');

    const auto fits = fitted("J123456-", longest + ".csv", ".error.txt");

    EXPECT_EQ(fits.size(), 255u);
    EXPECT_TRUE(fits.starts_with("J123456-xxx"));
    EXPECT_TRUE(fits.ends_with("x.csv.error.txt"));
    EXPECT_EQ(fitted("J1-", "a.csv", ""), "J1-a.csv");
}

TEST(FolderNames, LongNamesAreNotCutInsideOfACharacter) {
    std::string umlauts;
    for (int i = 0; i < 125; ++i) umlauts += "\xc3\xbc";

    const auto fits = fitted("J1-", umlauts + ".csv", "");

    EXPECT_LE(fits.size(), 255u);
    EXPECT_TRUE(fits.ends_with("\xc3\xbc.csv"));
}

struct FactsCase {
    const char* name;
    FileFacts facts;
    Owner owner;
    Seen seen;
};
FileFacts with_mode(mode_t mode) {
    auto facts = a_file();
    facts.mode = mode;
    return facts;
}
FileFacts with_links(std::uint64_t links) {
    auto facts = a_file();
    facts.links = links;
    return facts;
}
FileFacts with_size(std::int64_t size) {
    auto facts = a_file();
    facts.size = size;
    return facts;
}

class FolderJudge : public testing::TestWithParam<FactsCase> {};
TEST_P(FolderJudge, DecidesByWhatStatShows) {
    const auto& given = GetParam();

    const auto verdict = judge(given.facts, given.owner, max_file, "a.csv");

    EXPECT_EQ(seen(verdict), given.seen);
}
const FactsCase facts_cases[] = {
    {"RegularFileIsTaken", a_file(), Owner::trusted, Seen::taken},
    {"WorldReadableIsTaken", with_mode(S_IFREG | 0644), Owner::trusted, Seen::taken},
    {"SymbolicLinkStays_AC10", with_mode(S_IFLNK | 0777), Owner::trusted, Seen::untouched},
    {"HardLinkStays_AC11", with_links(2), Owner::trusted, Seen::untouched},
    {"FifoStays_AC12", with_mode(S_IFIFO | 0640), Owner::trusted, Seen::untouched},
    {"SocketStays_AC12", with_mode(S_IFSOCK | 0640), Owner::trusted, Seen::untouched},
    {"DeviceStays_AC12", with_mode(S_IFCHR | 0640), Owner::trusted, Seen::untouched},
    {"DirectoryStays_AC12", with_mode(S_IFDIR | 0750), Owner::trusted, Seen::untouched},
    {"StrangersFileIsRefused", a_file(), Owner::stranger, Seen::refused},
    {"GroupWritableIsRefused", with_mode(S_IFREG | 0660), Owner::trusted, Seen::refused},
    {"WorldWritableIsRefused", with_mode(S_IFREG | 0642), Owner::trusted, Seen::refused},
    {"AtTheLimitIsTaken_AC16", with_size(max_file), Owner::trusted, Seen::taken},
    {"OverTheLimitIsRefused_AC16", with_size(max_file + 1), Owner::trusted, Seen::refused},
};
INSTANTIATE_TEST_SUITE_P(Facts, FolderJudge, testing::ValuesIn(facts_cases), [](const auto& info) {
    return std::string(info.param.name);
});

const FolderTimes times;

TEST(FolderRipeness, AFileThatWasMovedInIsRipeAtOnce) {
    EXPECT_EQ(ripe_at({.writer = Writer::moved_in, .facts = a_file(), .touched = start}, times), start);
}

TEST(FolderRipeness, AFileThatWasClosedIsRipeWhenItIsQuiet) {
    EXPECT_EQ(ripe_at({.writer = Writer::closed, .facts = a_file(), .touched = start}, times),
              start + times.quiet);
}

TEST(FolderRipeness, AFileThatSomebodyWritesIsLookedAtWhenNothingHasComeForLong_AC15) {
    EXPECT_EQ(ripe_at({.writer = Writer::open, .facts = a_file(), .touched = start}, times),
              start + times.open);
    EXPECT_EQ(never_closed(times, "a.csv").code, FaultCode::file_incomplete);
    EXPECT_NE(never_closed(times, "a.csv").what.find("1h"), std::string::npos);
}

FileFacts changed_at(TimePoint time) {
    auto facts = a_file();
    facts.changed_ns = std::chrono::nanoseconds(time.time_since_epoch()).count();
    return facts;
}

TEST(FolderRipeness, AFileThatOnlyALookHasShownWaitsForTheNextOne) {
    EXPECT_EQ(ripe_at({.facts = changed_at(start), .touched = start}, times), start + times.between_looks);
    const auto another_clock = start + std::chrono::hours{5};
    EXPECT_EQ(ripe_at({.facts = changed_at(another_clock), .touched = start}, times),
              start + times.between_looks);
}

TEST(FolderRipeness, AFileThatHasRestedForLongNeedsNoSecondLook) {
    EXPECT_EQ(ripe_at({.facts = changed_at(start - std::chrono::seconds{10}), .touched = start}, times),
              start + std::chrono::seconds{20});
    EXPECT_EQ(ripe_at({.facts = changed_at(start - std::chrono::hours{1}), .touched = start}, times),
              start + times.quiet);
}

TEST(FolderRipeness, AChangeWithoutAnEventStartsTheWaitAnew) {
    const Sighting before{.writer = Writer::unknown, .facts = changed_at(start), .touched = start};
    const auto later = start + std::chrono::seconds{30};
    auto grown = changed_at(later);
    grown.size += 1;

    const auto after = after_look(before, grown, later);

    EXPECT_EQ(ripe_at(after, times), later + times.between_looks);
    const auto unchanged_since = after_look(after, grown, later + std::chrono::seconds{30});
    EXPECT_EQ(ripe_at(unchanged_since, times), later + times.between_looks);
}

TEST(FolderRipeness, AFileThatChangesAfterItWasMovedInIsNoLongerComplete) {
    const Sighting before{.writer = Writer::moved_in, .facts = a_file(), .touched = start};
    auto replaced = a_file();
    replaced.inode += 1;

    const auto after = after_look(before, replaced, start);

    EXPECT_EQ(ripe_at(after, times), start + times.quiet);
}

TEST(FolderFacts, AnyChangeThatStatShowsIsAChange_AC13) {
    const auto before = a_file();
    const auto differs = [&](auto change) {
        auto after = before;
        change(after);
        return !unchanged(before, after);
    };

    EXPECT_TRUE(unchanged(before, before));
    EXPECT_TRUE(differs([](auto& f) { f.size++; }));
    EXPECT_TRUE(differs([](auto& f) { f.modified_ns++; }));
    EXPECT_TRUE(differs([](auto& f) { f.changed_ns++; }));
    EXPECT_TRUE(differs([](auto& f) { f.inode++; }));
    EXPECT_TRUE(differs([](auto& f) { f.device++; }));
    EXPECT_TRUE(differs([](auto& f) { f.links++; }));
    EXPECT_TRUE(differs([](auto& f) { f.owner++; }));
    EXPECT_TRUE(differs([](auto& f) { f.mode |= 0020; }));
}

TEST(FolderDirectories, ADirectoryThatOthersMayWriteIsNotUsed_AC14) {
    constexpr uid_t own = 950;
    EXPECT_FALSE(unsafe_directory(S_IFDIR | 0700, own, own, Sharing::none));
    EXPECT_FALSE(unsafe_directory(S_IFDIR | 0755, 0, own, Sharing::none));
    EXPECT_FALSE(unsafe_directory(S_IFDIR | 03770, own, own, Sharing::sticky_group));
    EXPECT_TRUE(unsafe_directory(S_IFDIR | 0700, 1000, own, Sharing::none));
    EXPECT_TRUE(unsafe_directory(S_IFDIR | 0770, own, own, Sharing::none));
    EXPECT_TRUE(unsafe_directory(S_IFDIR | 03770, own, own, Sharing::none));
    EXPECT_TRUE(unsafe_directory(S_IFDIR | 02770, own, own, Sharing::sticky_group));
    EXPECT_TRUE(unsafe_directory(S_IFDIR | 01777, own, own, Sharing::sticky_group));
    EXPECT_TRUE(unsafe_directory(S_IFREG | 0600, own, own, Sharing::none));
    // Only its owner empties a sticky directory.
    EXPECT_TRUE(unsafe_directory(S_IFDIR | 03770, 0, own, Sharing::sticky_group));
    EXPECT_FALSE(unsafe_parent(S_IFDIR | 01777, 0, own));
    EXPECT_TRUE(unsafe_parent(S_IFDIR | 0777, 0, own));
    EXPECT_TRUE(unsafe_parent(S_IFDIR | 0755, 1000, own));
}

}  // namespace
}  // namespace uplift::daemon
