// What goes into systemd's journal beside the line.
#include "daemon/journal_entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/model/message_id.hpp"

namespace uplift::daemon {
namespace {

using testing::Contains;
using testing::Not;
using testing::StartsWith;

TEST(JournalEntry, EveryFactIsAFieldBesideTheLine) {
    const auto fields = journal_fields(engine::Level::error,
                                       "step failed job=J17",
                                       {{"job", "J17"},
                                        {"person", "jdoe@corp"},
                                        {"step", "account"},
                                        {"code", "UPL-1308"},
                                        {"request_id", "abc"}});

    for (const auto* wanted : {"MESSAGE=step failed job=J17",
                               "PRIORITY=3",
                               "SYSLOG_IDENTIFIER=upliftd",
                               "UPLIFT_JOB=J17",
                               "UPLIFT_PERSON=jdoe@corp",
                               "UPLIFT_STEP=account",
                               "UPLIFT_CODE=UPL-1308",
                               "UPLIFT_REQUEST_ID=abc",
                               "MESSAGE_ID=b27e0c9d5a4f4e618d13f06a9c2e1308"})
        EXPECT_THAT(fields, Contains(wanted));
}

TEST(JournalEntry, ACodeInWordsOfOursIsFoundAndOneInANameIsNot) {
    const auto warned = journal_fields(engine::Level::warn,
                                       "warning",
                                       {{"about", "x"}, {"what", "a.csv:1:1: UPL-1107 column \"password\""}});
    const auto named = journal_fields(engine::Level::info, "step done", {{"person", "UPL-1107"}});
    const auto unknown = journal_fields(engine::Level::info, "step done", {{"what", "UPL-9999 UPL-11"}});

    EXPECT_THAT(warned, Contains("MESSAGE_ID=" + message_id(FaultCode::csv_password_column)));
    EXPECT_THAT(named, Not(Contains(StartsWith("MESSAGE_ID="))));
    EXPECT_THAT(unknown, Not(Contains(StartsWith("MESSAGE_ID="))));
}

TEST(JournalEntry, EveryFaultHasAMessageIdOf32HexDigits) {
    for (const auto& entry : all_faults()) {
        const auto id = message_id(entry.code);
        EXPECT_EQ(id.size(), 32u) << id;
        EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
    }
}

}  // namespace
}  // namespace uplift::daemon
