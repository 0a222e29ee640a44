#include "core/intake/csv_intake.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/text/csv.hpp"
#include "core/text/utf8.hpp"
#include "tests/unit/intake/intake_cases.hpp"

namespace uplift::intake {
namespace {

TEST(CsvIntake, RowKeepsIdentitiesInTheOrderInWhichTheyAreAsked) {
    const auto taken = read_whole(
        "distinguishedName,sAMAccountName,objectGUID\n"
        "\"CN=Jane,DC=corp\",CORP\\jdoe,{068692C4-5F55-4775-BFD1-A5E20A2B6282}\n");

    ASSERT_EQ(taken.rows.size(), 1u);
    const std::vector<Identity> expected{{IdentityKind::objectGUID, "{068692C4-5F55-4775-BFD1-A5E20A2B6282}"},
                                         {IdentityKind::sAMAccountName, "CORP\\jdoe"},
                                         {IdentityKind::distinguishedName, "CN=Jane,DC=corp"}};
    EXPECT_EQ(taken.rows[0].given, expected);
    EXPECT_EQ(taken.rows[0].row, 1);
}

TEST(CsvIntake, OverridesAreReadInTheSpellingOfTheProfile) {
    const auto taken = read_whole(
        "sAMAccountName;domain;upn;usageLocation;licenses;groups;aliases;litigationHold;archive\n"
        "jd;FABRIKAM.com;jane@fabrikam.com;de;\"spe_e5;SPE_E3;spe_e5\";-;\"a@contoso.com; "
        "b@contoso.com\";yes;0\n");

    ASSERT_EQ(taken.rows.size(), 1u) << joined(taken.lines);
    Overrides expected;
    expected.domain = "fabrikam.com";
    expected.upn = "jane@fabrikam.com";
    expected.usage_location = "DE";
    expected.licenses = {"SPE_E5", "SPE_E3"};
    expected.groups = std::vector<std::string>{};
    expected.aliases = {"a@contoso.com", "b@contoso.com"};
    expected.litigation_hold = true;
    expected.archive = false;
    EXPECT_EQ(taken.rows[0].overrides, expected);
}

TEST(CsvIntake, EmptyOverrideLeavesTheProfilesValue) {
    const auto taken = read_whole("sAMAccountName,licenses,archive\njd,,\n");

    ASSERT_EQ(taken.rows.size(), 1u);
    EXPECT_EQ(taken.rows[0].overrides, Overrides{});
}

TEST(CsvIntake, CarriedColumnsComeInTheirOrder) {
    const auto taken = read_whole("#ticket,sAMAccountName,#Kostenstelle\nINC-1,jd, \"  4711 \"\n");

    EXPECT_EQ(taken.carried_columns, (std::vector<std::string>{"#ticket", "#Kostenstelle"}));
    ASSERT_EQ(taken.rows.size(), 1u);
    EXPECT_EQ(taken.rows[0].carried, (std::vector<std::string>{"INC-1", "  4711 "}));
}

TEST(CsvIntake, ColumnThatTheProfileDoesNotAllowIsRefusedWithTheKeyToAdd) {
    auto profile = a_profile();
    profile.allow.columns = {"LICENSES"};

    const auto taken = read_whole("sAMAccountName,licenses,groups\njd,SPE_E3,All Staff\n", profile);

    EXPECT_EQ(joined(short_faults(taken)), "1:25 UPL-1106");
    EXPECT_NE(taken.lines.front().find("add \"groups\" to allow.columns"), std::string::npos);
}

TEST(CsvIntake, RowsAreHandedOutWhileTheFileIsRead) {
    const auto profile = a_profile();
    CsvIntake intake("a.csv", profile);

    intake.feed(std::string_view("sAMAccountName\none\ntwo\nthr"));
    const auto first = intake.take_rows();
    intake.feed(std::string_view("ee\n"));
    intake.finish();
    const auto rest = intake.take_rows();

    EXPECT_EQ(first.size(), 2u);
    ASSERT_EQ(rest.size(), 1u);
    EXPECT_EQ(rest[0].row, 3);
    EXPECT_EQ(rest[0].given[0].value, "three");
    EXPECT_EQ(intake.row_count(), 3);
}

TEST(CsvIntake, AfterAFaultNoRowIsHandedOut) {
    const auto profile = a_profile();
    CsvIntake intake("a.csv", profile);

    intake.feed(std::string_view("sAMAccountName\none\n?\ntwo\n"));
    intake.finish();

    EXPECT_TRUE(intake.take_rows().empty());
    EXPECT_EQ(intake.fault_count(), 1);
}

TEST(CsvIntake, AThousandFaultsAreListedAndAllAreCounted) {
    std::string bytes = "sAMAccountName\n";
    for (int i = 0; i < 1'500; ++i) bytes += "?\n";

    const auto profile = a_profile();
    CsvIntake intake("a.csv", profile);
    intake.feed(std::string_view(bytes));
    intake.finish();

    EXPECT_EQ(intake.faults().size(), 1'000u);
    EXPECT_EQ(intake.fault_count(), 1'500);
    const auto file = error_file(intake.faults(), intake.fault_count());
    EXPECT_TRUE(file.starts_with("a.csv:2:1: UPL-1110 column \"sAMAccountName\": \"?\" holds \"?\", which"));
    EXPECT_TRUE(file.ends_with("\n1500 faults in all; the first 1000 are listed.\n"));
    EXPECT_EQ(std::count(file.begin(), file.end(), '\n'), 1'001);
}

TEST(CsvIntake, ErrorFileOfFewFaultsIsJustTheirLines) {
    const auto taken = read_whole("sAMAccountName,#n\n?,1\n");

    ASSERT_EQ(taken.lines.size(), 1u);
    EXPECT_EQ(taken.lines[0],
              "december.csv:2:1: UPL-1110 column \"sAMAccountName\": \"?\" holds \"?\", which no "
              "sAMAccountName has. "
              "Write jdoe or CORP\\jdoe.");
}

TEST(CsvIntake, NameOfTheFileIsShownEscaped) {
    const auto profile = a_profile();
    CsvIntake intake("a\n\x1B[2J.csv", profile);

    intake.finish();

    ASSERT_EQ(intake.faults().size(), 1u);
    EXPECT_EQ(intake.faults()[0].where, "a\\n\\x1b[2J.csv:1:1");
}

TEST(CsvIntake, ValuesOfPasswordColumnsNeverReachAFault) {
    const auto taken = read_whole("sAMAccountName,password\njd,hunter2\n?,hunter2\nx,hunter2,3\n");

    for (const auto& line : taken.lines) EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
}

TEST(CsvIntake, TooManyColumnsAreOneFaultAndNotOneEach) {
    std::string header = "sAMAccountName";
    for (int i = 0; i < 5'000; ++i) header += ",#" + std::to_string(i);

    const auto taken = read_whole(header + "\njd\n");

    EXPECT_EQ(taken.fault_count, 2);  // and the row's count of fields
    EXPECT_NE(taken.lines[0].find("more than 256 columns"), std::string::npos);
}

TEST(CsvIntake, EveryFaultHasPlaceSentenceAndCure) {
    const auto taken = read_whole(
        "sAMAccountName,password,x,usageLocation,#n\n"
        "?,1,2,UK,a\x1B\n"
        "jd,1,2,DE\n"
        "\"jd\"x,1,2,DE,\n"
        ",,,,\n");

    EXPECT_GE(taken.fault_count, 7);
    for (const auto& line : taken.lines) {
        EXPECT_TRUE(line.starts_with("december.csv:")) << line;
        EXPECT_TRUE(line.ends_with(".")) << line;
        EXPECT_EQ(line.find(".."), std::string::npos) << line;
    }
}

TEST(CsvIntake, RepeatedPeopleAreFoundAmongMany) {
    std::string bytes = "sAMAccountName\n";
    for (int i = 0; i < 3'000; ++i) bytes += "p" + std::to_string(i) + "\n";

    const auto taken = read_whole(bytes + "P0\nP1499\np2999\nnew\n");

    ASSERT_EQ(taken.fault_count, 3);
    EXPECT_NE(taken.lines[0].find(":3002:1: UPL-1116 sAMAccountName \"P0\" stands in line 2 already"),
              std::string::npos);
    EXPECT_NE(taken.lines[1].find("stands in line 1501 already"), std::string::npos);
    EXPECT_NE(taken.lines[2].find("stands in line 3001 already"), std::string::npos);
}

TEST(CsvIntake, RetryFileCanBeDroppedAgain) {
    const auto taken = read_whole(
        "\xEF\xBB\xBFobjectGUID,#given,userPrincipalName,sAMAccountName,distinguishedName,licenses,archive,#"
        "n\r\n"
        "068692c4-5f55-4775-bfd1-a5e20a2b6282,CORP\\jdoe,,,,-,false,'=1\r\n"
        ",'-svc,,'-svc,\"CN=Doe\\, Jane,DC=corp\",\"SPE_E3;SPE_E5\",,\r\n");

    ASSERT_EQ(taken.rows.size(), 2u) << joined(taken.lines);
    EXPECT_EQ(taken.rows[0].given.front().kind, IdentityKind::objectGUID);
    EXPECT_EQ(taken.rows[0].overrides.licenses, std::vector<std::string>{});
    EXPECT_EQ(taken.rows[0].carried, (std::vector<std::string>{"CORP\\jdoe", "=1"}));
    EXPECT_EQ(taken.rows[1].given.front(), (Identity{IdentityKind::sAMAccountName, "-svc"}));
}

// ---- properties ------------------------------------------------------------------------------------

// Text as it may stand in a carried cell: any letters, quotation marks and separators, no unseen characters.
rc::Gen<std::string> any_cell() {
    const auto letter = rc::gen::weightedOneOf<std::string>(
        {{6,
          rc::gen::elementOf(
              std::vector<std::string>{"a", "Z", "0", " ", ",", ";", "\"", "'", "=", "+", "-", "@", "#"})},
         {1, rc::gen::elementOf(std::vector<std::string>{"ä", "ß", "日", "😀", "é"})}});
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(letter),
                        [](const std::vector<std::string>& letters) {
                            std::string text;
                            for (const auto& one : letters) text += one;
                            return text;
                        });
}

RC_GTEST_PROP(CsvProperties, WhatIsWrittenIsReadBack, ()) {
    const auto cells = *rc::gen::container<std::vector<std::string>>(any_cell());
    std::string bytes = "sAMAccountName,#cell\r\n";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        bytes += "p" + std::to_string(i) + ",";
        text::append_csv_cell(bytes, cells[i]);
        bytes += "\r\n";
    }
    bytes += "last,x\r\n";

    const auto taken = read_whole(bytes);

    RC_ASSERT(joined(taken.lines) == "");
    RC_ASSERT(taken.rows.size() == cells.size() + 1);
    for (std::size_t i = 0; i < cells.size(); ++i) RC_ASSERT(taken.rows[i].carried.at(0) == cells[i]);
}

// Files made of pieces that matter to the reader, right and wrong.
rc::Gen<std::string> any_file() {
    const auto piece = rc::gen::elementOf(std::vector<std::string>{
        "a", "jdoe", "\"", "\"\"", ",", ";",     "\t",   "\n",   "\r\n", "\r",   " ",   "ä",
        "😀", "-",    "?",  "x",    "é", "\"a\"", "\x1B", "\xFC", "=1",   "\"\n", "1,2", "'"});
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                        [](const std::vector<std::string>& pieces) {
                            std::string text;
                            for (const auto& one : pieces) text += one;
                            return text;
                        });
}

std::string in_encoding(const std::string& file, int encoding) {
    if (encoding == 0) return file;
    if (encoding == 1) return "\xEF\xBB\xBF" + file;
    std::u16string units;
    for (std::size_t at = 0; at < file.size();) {
        const auto point = text::code_point_at(file, at);
        at += point.length;
        if (point.value < 0x10000) {
            units += static_cast<char16_t>(point.value);
        } else {
            units += static_cast<char16_t>(0xD7C0 + (point.value >> 10));
            units += static_cast<char16_t>(0xDC00 + (point.value & 0x3FF));
        }
    }
    return utf16(units, encoding == 3);
}

RC_GTEST_PROP(CsvProperties, FileReadsTheSameInWhateverPiecesItComes, ()) {
    const auto header = *rc::gen::elementOf(std::vector<std::string>{
        "sAMAccountName,#n\n", "sAMAccountName\r\n", "#n;sAMAccountName\r", "sAMAccountName\t\"#n\"\n", ""});
    const auto file = header + *any_file();
    const auto bytes = in_encoding(file, *rc::gen::inRange(0, 4));
    CsvLimits limits;
    limits.max_line = *rc::gen::inRange<std::size_t>(20, 60);
    limits.max_cell = 12;

    const auto whole = read_in_pieces(bytes, bytes.size() + 1, a_profile(), limits);

    RC_ASSERT(read_in_pieces(bytes, 1, a_profile(), limits) == whole);
    const auto piece = *rc::gen::inRange<std::size_t>(2, 9);
    RC_ASSERT(read_in_pieces(bytes, piece, a_profile(), limits) == whole);
}

RC_GTEST_PROP(CsvProperties, AnyBytesEndInRowsOrInPlacedFaults, ()) {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());

    const auto taken = read_whole(bytes);

    RC_ASSERT(taken.rows.empty() != (taken.fault_count == 0));
    for (const auto& line : taken.lines) RC_ASSERT(line.starts_with("december.csv:"));
}

}  // namespace
}  // namespace uplift::intake
