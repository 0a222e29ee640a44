#include "daemon/checksum_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

const std::string sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

struct ChecksumCase {
    const char* name;
    std::string text;
    const char* fault;  // part of what is said; nothing: it is the sum
};
class ChecksumCorpus : public testing::TestWithParam<ChecksumCase> {};
TEST_P(ChecksumCorpus, IsASumOrSaysWhyNot) {
    const auto& given = GetParam();

    const auto parsed = parse_checksum(given.text);

    if (given.fault == nullptr) {
        ASSERT_TRUE(parsed) << parsed.error().what;
        EXPECT_EQ(*parsed, sum);
    } else {
        ASSERT_FALSE(parsed);
        EXPECT_EQ(parsed.error().code, FaultCode::file_checksum);
        EXPECT_NE(parsed.error().what.find(given.fault), std::string::npos) << parsed.error().what;
        EXPECT_FALSE(parsed.error().cure.empty());
    }
}
const ChecksumCase checksum_cases[] = {
    {"Bare", sum, nullptr},
    {"BareLine", sum + "\n", nullptr},
    {"OfSha256sum", sum + "  december.csv\n", nullptr},
    {"OfSha256sumBinary", sum + " *december.csv\n", nullptr},
    {"AnotherName", sum + "  /tmp/november.csv\n", nullptr},
    {"EscapedName", "\\" + sum + "  a\\nb.csv\n", nullptr},
    {"CarriageReturn", sum + "  december.csv\r\n", nullptr},
    {"Utf8Mark", "\xef\xbb\xbf" + sum + "\r\n", nullptr},
    {"Capitals", "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08", nullptr},
    {"Empty", "", "empty"},
    {"LineEnd", "\n", "empty"},
    {"TooShort", sum.substr(1), "64 hex digits"},
    {"TooLong", sum + "0", "64 hex digits"},
    {"Md5", "098f6bcd4621d373cade4e832627b4f6  december.csv\n", "64 hex digits"},
    {"NotHex", "g" + sum.substr(1), "64 hex digits"},
    {"NameFirst", "december.csv " + sum, "64 hex digits"},
    {"Utf16", std::string("\xff\xfe") + '9' + '\0', "64 hex digits"},
    {"Zeros", std::string(64, '\0'), "64 hex digits"},
    {"TwoLines", sum + "  a.csv\n" + sum + "  b.csv\n", "more than one line"},
};
INSTANTIATE_TEST_SUITE_P(Corpus, ChecksumCorpus, testing::ValuesIn(checksum_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(ChecksumFile, IsReadFromBesideItsFile) {
    const TemporaryDirectory directory;
    EXPECT_FALSE(read_checksum(directory.fd(), "a.csv"));

    directory.write("a.csv.sha256", sum + "  a.csv\n");

    const auto read = read_checksum(directory.fd(), "a.csv");
    ASSERT_TRUE(read && read->sum);
    EXPECT_EQ(*read->sum, sum);
    EXPECT_EQ(read->facts, *checksum_facts(directory.fd(), "a.csv"));
}

TEST(ChecksumFile, WhatIsNoSmallRegularFileWithOneNameIsNoSum) {
    const TemporaryDirectory directory;
    directory.write("true.sum", sum);
    directory.write("large.csv.sha256", sum + std::string(8'192, ' '));
    const auto at = [&](const char* name) { return directory.path() / name; };
    std::filesystem::create_symlink(at("true.sum"), at("symlink.csv.sha256"));
    directory.write("other.sum", sum);
    std::filesystem::create_hard_link(at("other.sum"), at("hardlink.csv.sha256"));
    ASSERT_EQ(::mkfifo(at("fifo.csv.sha256").c_str(), 0640), 0);
    std::filesystem::create_directory(at("directory.csv.sha256"));

    for (const auto* name : {"large.csv", "symlink.csv", "hardlink.csv", "fifo.csv", "directory.csv"}) {
        const auto read = read_checksum(directory.fd(), name);
        ASSERT_TRUE(read) << name;
        EXPECT_FALSE(read->sum) << name;
    }
}

TEST(ChecksumFile, ANameThatHasNoRoomForTheEndingHasNone) {
    const TemporaryDirectory directory;
    EXPECT_FALSE(read_checksum(directory.fd(), std::string(255, 'x')));
}

}  // namespace
}  // namespace uplift::daemon
