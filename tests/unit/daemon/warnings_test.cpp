#include "daemon/warnings.hpp"

#include <gtest/gtest.h>

namespace uplift::daemon {
namespace {

class CountingJournal : public engine::Journal {
 public:
    void write(engine::Level, std::string_view, const engine::Facts&) override { ++lines; }
    int lines = 0;
};

TEST(WarningsOfTheDaemon, StandUntilTheirCauseIsGoneAndAreSaidOnce) {
    CountingJournal journal;
    Warnings warnings(journal);

    warnings.raise("inbox/a.csv", "it is a symbolic link");
    warnings.raise("inbox/a.csv", "it is a symbolic link");

    EXPECT_EQ(journal.lines, 1);
    EXPECT_EQ(warnings.all(), std::vector<std::string>{"inbox/a.csv: it is a symbolic link"});
    warnings.clear("inbox/a.csv");
    EXPECT_TRUE(warnings.all().empty());
}

TEST(WarningsOfTheDaemon, PastTheBoundTheyAreCountedAndTheJournalIsNotFlooded_AC16) {
    CountingJournal journal;
    Warnings warnings(journal);

    for (int i = 0; i < 1'500; ++i) warnings.raise("inbox/" + std::to_string(i), "it is a directory");

    EXPECT_EQ(journal.lines, 1'001);
    const auto all = warnings.all();
    ASSERT_EQ(all.size(), 1'001u);
    EXPECT_EQ(all.back(), "warnings: 500 more, not kept");
}

}  // namespace
}  // namespace uplift::daemon
