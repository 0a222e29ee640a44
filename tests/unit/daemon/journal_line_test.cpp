#include <gtest/gtest.h>

#include "daemon/process.hpp"
#include "daemon/spdlog_journal.hpp"
#include "daemon/warnings.hpp"

namespace uplift::daemon {
namespace {

TEST(JournalLine, PlainValuesStandAsTheyAreAndForeignOnesAreQuoted) {
    const auto line =
        journal_line("account created", {{"job", "J17"}, {"person", "jdoe@corp"}, {"what", "a b"}});

    EXPECT_EQ(line, "account created job=J17 person=jdoe@corp what=\"a b\"");
}

TEST(JournalLine, AValueCannotForgeALine_T12) {
    const auto line = journal_line(
        "step failed", {{"person", "x\nuplift: all is well \x1b[2J\xe2\x80\xae {} %s"}, {"empty", ""}});

    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_EQ(line.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_NE(line.find("{} %s"), std::string::npos);
    EXPECT_NE(line.find("empty=\"\""), std::string::npos);
}

TEST(Environment, OnlyKnownNamesAreKept_AC46) {
    EXPECT_TRUE(keeps_variable("CREDENTIALS_DIRECTORY"));
    EXPECT_TRUE(keeps_variable("NOTIFY_SOCKET"));
    for (const auto* name :
         {"https_proxy", "HTTPS_PROXY", "LDAPTLS_REQCERT", "LDAPCONF", "SSL_CERT_FILE", "LD_PRELOAD", "HOME"})
        EXPECT_FALSE(keeps_variable(name)) << name;
}

class CountingJournal : public engine::Journal {
 public:
    void write(engine::Level, std::string_view, const engine::Facts&) override { ++lines; }
    int lines = 0;
};

TEST(Warnings, AreSaidOnceAndStandUntilTheirCauseIsGone) {
    CountingJournal journal;
    Warnings warnings(journal);

    warnings.raise("inbox/a.csv", "it is a directory");
    warnings.raise("inbox/a.csv", "it is a directory");
    EXPECT_EQ(journal.lines, 1);
    EXPECT_EQ(warnings.all(), std::vector<std::string>{"inbox/a.csv: it is a directory"});

    warnings.clear("inbox/a.csv");
    EXPECT_TRUE(warnings.all().empty());
}

}  // namespace
}  // namespace uplift::daemon
