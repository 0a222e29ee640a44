#include <gtest/gtest.h>

#include "tests/unit/intake/intake_cases.hpp"

// Files as people and programs write them: a table of bytes and what is said of them. Every case is read
// whole and byte by byte, and both must say the same.
namespace uplift::intake {
namespace {

using namespace std::string_literals;

struct CsvCase {
    std::string_view name;
    std::string bytes;
    std::string fault = {};      // "1:16 UPL-1107", several with ", "; empty: taken
    std::string_view says = {};  // somewhere in the first fault's line
    std::size_t rows = 0;
};

void PrintTo(const CsvCase& which, std::ostream* out) { *out << which.name; }
std::string case_name(const testing::TestParamInfo<CsvCase>& info) { return std::string(info.param.name); }

class CsvCorpus : public testing::TestWithParam<CsvCase> {};

TEST_P(CsvCorpus, IsTakenOrRefusedWithPlaceCodeAndCure) {
    const auto& given = GetParam();

    const auto taken = read_whole(given.bytes);

    EXPECT_EQ(joined(short_faults(taken)), given.fault) << joined(taken.lines);
    EXPECT_EQ(taken.rows.size(), given.rows);
    if (!given.says.empty()) {
        ASSERT_FALSE(taken.lines.empty());
        EXPECT_NE(taken.lines.front().find(given.says), std::string::npos) << taken.lines.front();
    }
    EXPECT_EQ(read_in_pieces(given.bytes, 1), taken) << "byte by byte";
    EXPECT_EQ(read_in_pieces(given.bytes, 3), taken) << "in threes";
}

const std::string guid = "068692C4-5F55-4775-BFD1-A5E20A2B6282";

const CsvCase encoding_cases[] = {
    {.name = "Utf8", .bytes = "sAMAccountName\nmüller\n", .rows = 1},
    {.name = "Utf8WithMark", .bytes = "\xEF\xBB\xBFsAMAccountName\r\nmüller\r\n", .rows = 1},
    {.name = "Utf16Little", .bytes = utf16(u"sAMAccountName\r\nm\u00FCller\r\n", false), .rows = 1},
    {.name = "Utf16Big", .bytes = utf16(u"sAMAccountName\r\nm\u00FCller\r\n", true), .rows = 1},
    {.name = "Utf16WithTabs", .bytes = utf16(u"sAMAccountName\t#n\r\njd\tx\r\n", false), .rows = 1},
    {.name = "Utf16OutsideOfTheBasicPlane",
     .bytes = utf16(u"sAMAccountName,#n\njd,\xD83D\xDE00\n", false),
     .rows = 1},
    {.name = "Utf16HalfAPair", .bytes = utf16(u"sAMAccountName\njd\xD83D\n", false), .fault = "2:1 UPL-1102"},
    {.name = "Utf16LowHalfFirst",
     .bytes = utf16(u"sAMAccountName\njd\xDE00\n", true),
     .fault = "2:1 UPL-1102"},
    {.name = "Utf16HalfAUnit",
     .bytes = utf16(u"sAMAccountName\njd\n", false) + "x",
     .fault = "3:1 UPL-1102",
     .says = "broken"},
    {.name = "Utf16WithoutMark",
     .bytes = utf16(u"sAMAccountName\njd\n", false).substr(2),
     .fault = "1:2 UPL-1102",
     .says = "byte order mark"},
    {.name = "Utf32", .bytes = "\xFF\xFE\0\0s\0\0\0"s, .fault = "1:1 UPL-1102", .says = "UTF-32"},
    {.name = "Windows1252",
     .bytes = "sAMAccountName\nm\xFCller\njd\n",
     .fault = "2:2 UPL-1102",
     .says = "CSV UTF-8"},
    {.name = "EveryBadLineIsNamed",
     .bytes = "sAMAccountName\nm\xFCller\njd\nb\xE4r\n",
     .fault = "2:2 UPL-1102, 4:2 UPL-1102"},
    {.name = "BadHeader",
     .bytes = "sAMAccountName,#gr\xF6\xDF"
              "e\njd,1\n",
     .fault = "1:19 UPL-1102"},
    {.name = "Overlong", .bytes = "sAMAccountName\n\xC0\xAFx\n", .fault = "2:1 UPL-1102"},
    {.name = "SurrogateInUtf8", .bytes = "sAMAccountName\n\xED\xA0\x80\n", .fault = "2:1 UPL-1102"},
    {.name = "Workbook", .bytes = "PK\x03\x04\x14\0\x06\0"s, .fault = "1:1 UPL-1102", .says = "workbook"},
    {.name = "OldWorkbook", .bytes = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", .fault = "1:1 UPL-1102"},
    {.name = "Gzip", .bytes = "\x1F\x8B\x08\0\0\0"s, .fault = "1:1 UPL-1102", .says = "gzip"},
    {.name = "Pdf", .bytes = "%PDF-1.7\n", .fault = "1:1 UPL-1102"},
    {.name = "NulInTheMiddle",
     .bytes = "sAMAccountName\njd\0oe\nanna\n"s,
     .fault = "2:3 UPL-1102",
     .says = "NUL"},
    {.name = "NulInQuotes", .bytes = "sAMAccountName\n\"j\0\"\n"s, .fault = "2:3 UPL-1102"},
    {.name = "NulBehindAFault", .bytes = "sAMAccountName\na\"b\0c\n"s, .fault = "2:2 UPL-1109, 2:1 UPL-1102"},
};
INSTANTIATE_TEST_SUITE_P(Encoding, CsvCorpus, testing::ValuesIn(encoding_cases), case_name);

const CsvCase header_cases[] = {
    {.name = "Empty", .bytes = "", .fault = "1:1 UPL-1101", .says = "empty"},
    {.name = "OnlyBlankLines", .bytes = "\n\r\n  \n", .fault = "4:1 UPL-1101"},
    {.name = "OnlyAMark", .bytes = "\xEF\xBB\xBF", .fault = "1:1 UPL-1101"},
    {.name = "OnlyAHeader", .bytes = "sAMAccountName\n", .fault = "2:1 UPL-1101", .says = "no rows"},
    {.name = "PasswordColumn",
     .bytes = "sAMAccountName,password\njd,x\n",
     .fault = "1:16 UPL-1107",
     .says = "december.csv:1:16: UPL-1107 column \"password\": passwords do not travel in files. Remove the "
             "column."},
    {.name = "PasswordByAnotherName",
     .bytes = "sAMAccountName;Initial Password\njd;x\n",
     .fault = "1:16 UPL-1107"},
    {.name = "PasswordInGerman", .bytes = "sAMAccountName;Kennwort\njd;x\n", .fault = "1:16 UPL-1107"},
    {.name = "PasswordCarried", .bytes = "sAMAccountName,#password\njd,x\n", .fault = "1:16 UPL-1107"},
    {.name = "NoIdentity", .bytes = "#city\nBonn\n", .fault = "1:1 UPL-1103"},
    {.name = "UnknownColumn",
     .bytes = "sAMAccountNmae\njd\n",
     .fault = "1:1 UPL-1104, 1:1 UPL-1103",
     .says = "the nearest is \"sAMAccountName\""},
    {.name = "UnknownColumnNearToNone",
     .bytes = "sAMAccountName,city\njd,x\n",
     .fault = "1:16 UPL-1104",
     .says = "known are objectGUID"},
    {.name = "PlannedColumnOfAnotherProduct",
     .bytes = "sAMAccountName,license\njd,x\n",
     .fault = "1:16 UPL-1104",
     .says = "\"licenses\""},
    {.name = "ColumnWithoutName", .bytes = "sAMAccountName,,#n\njd,,\n", .fault = "1:16 UPL-1104"},
    {.name = "AnyLetterCase", .bytes = "SAMACCOUNTNAME,USAGElocation\njd,DE\n", .rows = 1},
    {.name = "BlanksAroundNames", .bytes = " sAMAccountName , archive \njd, yes \n", .rows = 1},
    {.name = "QuotedNames", .bytes = "\"sAMAccountName\",\"#note\"\n\"jd\",\"a, b\"\n", .rows = 1},
    {.name = "DuplicateColumn",
     .bytes = "sAMAccountName,#n,SamAccountName\njd,1,jd\n",
     .fault = "1:19 UPL-1105"},
    {.name = "DuplicateCarriedColumn", .bytes = "#n,sAMAccountName,#N\n1,jd,2\n", .fault = "1:19 UPL-1105"},
    {.name = "Semicolons", .bytes = "sAMAccountName;#n\njd;1,5\n", .rows = 1},
    {.name = "Tabs", .bytes = "sAMAccountName\t#n\njd\t1;5\n", .rows = 1},
    {.name = "SeparatorSaidByExcel", .bytes = "sep=;\r\nsAMAccountName;#n\r\njd;1\r\n", .rows = 1},
    {.name = "TypeSaidByExportCsv",
     .bytes = "#TYPE Microsoft.ActiveDirectory.Management.ADUser\r\n\"sAMAccountName\"\r\n\"jd\"\r\n",
     .rows = 1},
    {.name = "QuoteInHeader", .bytes = "sAMAccountName,#a\"b\njd,1\n", .fault = "1:18 UPL-1109"},
    {.name = "OtherSeparatorBeforeQuoteInHeader",
     .bytes = "sAMAccountName;#a;#b,\"c\"\n",
     .fault = "1:22 UPL-1109"},
    {.name = "HeaderNeverClosed", .bytes = "\"sAMAccountName\njd\n", .fault = "1:1 UPL-1109"},
    {.name = "UnseenInCarriedName",
     .bytes = "sAMAccountName,#\xE2\x80\xAE"
              "x\njd,1\n",
     .fault = "1:16 UPL-1114"},
    {.name = "AllFaultsOfAHeader",
     .bytes = "sAMAccountName,passwort,colour,#a,#a\njd,1,2,3,4\n",
     .fault = "1:16 UPL-1107, 1:25 UPL-1104, 1:35 UPL-1105"},
};
INSTANTIATE_TEST_SUITE_P(Header, CsvCorpus, testing::ValuesIn(header_cases), case_name);

const CsvCase line_cases[] = {
    {.name = "Crlf", .bytes = "sAMAccountName\r\njd\r\nab\r\n", .rows = 2},
    {.name = "Lf", .bytes = "sAMAccountName\njd\nab\n", .rows = 2},
    {.name = "LoneCr", .bytes = "sAMAccountName\rjd\rab\r", .rows = 2},
    {.name = "NoLastLineEnd", .bytes = "sAMAccountName\njd\nab", .rows = 2},
    {.name = "BlankLinesBetween", .bytes = "sAMAccountName\n\njd\n\r\n  \nab\n\n", .rows = 2},
    {.name = "LinesAreCountedWithBlankOnes",
     .bytes = "sAMAccountName\r\n\r\n\r\na b@c\r\n?\r\n",
     .fault = "5:1 UPL-1110"},
    {.name = "LinesAreCountedWithLoneCr", .bytes = "sAMAccountName\rjd\r?\r", .fault = "3:1 UPL-1110"},
    {.name = "MoreFields",
     .bytes = "sAMAccountName,#n\njd,1,2\nab,1\n",
     .fault = "2:6 UPL-1108",
     .says = "3 fields, the header 2"},
    {.name = "FewerFields", .bytes = "sAMAccountName,#n\njd\n", .fault = "2:3 UPL-1108", .says = "1 field,"},
    {.name = "NameWithoutQuotationMarks",
     .bytes = "distinguishedName\nCN=Doe\\, Jane,OU=IT,DC=corp\n",
     .fault = "2:10 UPL-1108",
     .says = "Put distinguished names"},
    {.name = "QuoteInsideOfAField", .bytes = "sAMAccountName\njd\nx\"y\nab\n", .fault = "3:2 UPL-1109"},
    {.name = "TextBehindAQuotedField",
     .bytes = "sAMAccountName,#n\njd,\"1\"x\nab,2\n",
     .fault = "2:7 UPL-1109"},
    {.name = "QuoteNeverClosed",
     .bytes = "sAMAccountName,#n\njd,\"1\nab,2\ncd,3\n",
     .fault = "2:4 UPL-1109",
     .says = "never closed"},
    {.name = "LinesBehindANeverClosedQuoteAreRead",
     .bytes = "sAMAccountName,#n\njd,\"1\nab,2,3\n?,3\n",
     .fault = "2:4 UPL-1109, 3:6 UPL-1108, 4:1 UPL-1110"},
    {.name = "FaultsBehindAQuoteAreFound",
     .bytes = "sAMAccountName\nx\"y\n?\nz\"\n*\n",
     .fault = "2:2 UPL-1109, 3:1 UPL-1110, 4:2 UPL-1109, 5:1 UPL-1110"},
    {.name = "LinesAreCountedBehindAFaultThatEndsWithCrlf",
     .bytes = "sAMAccountName\r\na\"b\r\n?\r\n",
     .fault = "2:2 UPL-1109, 3:1 UPL-1110"},
    {.name = "DoubledQuotes", .bytes = "sAMAccountName,#n\njd,\"say \"\"hi\"\"\"\n", .rows = 1},
    {.name = "BlanksAroundQuotes", .bytes = "sAMAccountName,#n\n \"jd\" , \"1\" \n", .rows = 1},
    {.name = "EmptyQuotes", .bytes = "sAMAccountName,#n\njd,\"\"\n", .rows = 1},
    {.name = "LineEndInAField",
     .bytes = "sAMAccountName,#n\njd,\"two\r\nlines\"\n?,1\n",
     .fault = "2:4 UPL-1114, 4:1 UPL-1110",
     .says = "line end"},
    {.name = "ControlCharacter",
     .bytes = "sAMAccountName,#n\njd,a\x1B[31m\n",
     .fault = "2:4 UPL-1114",
     .says = "U+001B"},
    {.name = "TabInAField", .bytes = "sAMAccountName,#n\njd,a\tb\n", .fault = "2:4 UPL-1114"},
    {.name = "Delete",
     .bytes = "sAMAccountName\nj\x7F"
              "d\n",
     .fault = "2:1 UPL-1114"},
    {.name = "BidiOverride",
     .bytes = "sAMAccountName,#n\njd,\xE2\x80\xAE"
              "evil\n",
     .fault = "2:4 UPL-1114",
     .says = "U+202E"},
    {.name = "UnseenMarkInIdentity",
     .bytes = "sAMAccountName\nj\xE2\x80\x8E"
              "d\n",
     .fault = "2:1 UPL-1114",
     .says = "U+200E"},
    {.name = "MarkOfAScriptIsCarried", .bytes = "sAMAccountName,#n\njd,\xD7\x90\xE2\x80\x8F\n", .rows = 1},
    {.name = "LongestCell", .bytes = "sAMAccountName,#n\njd," + std::string(4096, 'x') + "\n", .rows = 1},
    {.name = "CellTooLong",
     .bytes = "sAMAccountName,#n\njd," + std::string(4097, 'x') + "\n",
     .fault = "2:4 UPL-1115"},
    {.name = "LineTooLong",
     .bytes = "sAMAccountName,#n\njd," + std::string(70'000, 'x') + "\n?,1\n",
     .fault = "2:1 UPL-1115, 3:1 UPL-1110"},
    {.name = "QuoteNeverClosedInAHugeFile",
     .bytes = "sAMAccountName\n\"jd\n" +
              [] {
                  std::string people;
                  for (int i = 0; i < 9'000; ++i) people += "person" + std::to_string(i) + "\n";
                  return people;
              }() +
              "?\n",
     .fault = "2:1 UPL-1109, 9003:1 UPL-1110"},
    {.name = "ColumnsCountCharacters", .bytes = "#n,sAMAccountName\näöü😀,?\n", .fault = "2:6 UPL-1110"},
    {.name = "ColumnsPointBehindBlanks", .bytes = "#n,sAMAccountName\n1,   ?\n", .fault = "2:6 UPL-1110"},
    {.name = "RowOfSeparators", .bytes = "sAMAccountName;#n\njd;1\n;\n", .fault = "3:1 UPL-1111"},
};
INSTANTIATE_TEST_SUITE_P(Lines, CsvCorpus, testing::ValuesIn(line_cases), case_name);

const CsvCase identity_cases[] = {
    {.name = "Guid", .bytes = "objectGUID\n" + guid + "\n", .rows = 1},
    {.name = "GuidInBraces", .bytes = "objectGUID\n{" + guid + "}\n", .rows = 1},
    {.name = "GuidInDirectoryOrder", .bytes = "objectGUID\nc4928606555f7547bfd1a5e20a2b6282\n", .rows = 1},
    {.name = "GuidCutShort", .bytes = "objectGUID\n068692C4-5F55-4775-BFD1\n", .fault = "2:1 UPL-1110"},
    {.name = "GuidInHalfBraces", .bytes = "objectGUID\n{" + guid + "\n", .fault = "2:1 UPL-1110"},
    {.name = "Base64IsNoGuid", .bytes = "objectGUID\nxJKGBlVfdUe/0aXiCitigg==\n", .fault = "2:1 UPL-1110"},
    {.name = "Upn", .bytes = "userPrincipalName\njdoe@corp.example.com\n", .rows = 1},
    {.name = "UpnOfOneLabel", .bytes = "userPrincipalName\njdoe@corp\n", .rows = 1},
    {.name = "UpnInAnyScript", .bytes = "userPrincipalName\nmüller@straße.local\n", .rows = 1},
    {.name = "UpnWithoutDomain", .bytes = "userPrincipalName\njdoe\n", .fault = "2:1 UPL-1110"},
    {.name = "UpnWithTwoAts", .bytes = "userPrincipalName\nj@d@corp\n", .fault = "2:1 UPL-1110"},
    {.name = "UpnWithBlank", .bytes = "userPrincipalName\nj doe@corp\n", .fault = "2:1 UPL-1110"},
    {.name = "UpnWithEmptyLabel", .bytes = "userPrincipalName\njdoe@corp..com\n", .fault = "2:1 UPL-1110"},
    {.name = "Sam", .bytes = "sAMAccountName\njdoe\n", .rows = 1},
    {.name = "SamWithDomain", .bytes = "sAMAccountName\nCORP\\jdoe\n", .rows = 1},
    {.name = "SamWithInnerBlank", .bytes = "sAMAccountName\njane doe\n", .rows = 1},
    {.name = "SamWithTwoBackslashes", .bytes = "sAMAccountName\nA\\B\\c\n", .fault = "2:1 UPL-1110"},
    {.name = "SamWithoutName", .bytes = "sAMAccountName\nCORP\\\n", .fault = "2:1 UPL-1110"},
    {.name = "SamWithForbiddenLetter",
     .bytes = "sAMAccountName\nj*doe\n",
     .fault = "2:1 UPL-1110",
     .says = "\"*\""},
    {.name = "LongestSam", .bytes = "sAMAccountName\n" + std::string(256, 'a') + "\n", .rows = 1},
    {.name = "SamTooLong",
     .bytes = "sAMAccountName\n" + std::string(257, 'a') + "\n",
     .fault = "2:1 UPL-1110"},
    {.name = "Name", .bytes = "distinguishedName\n\"CN=Doe\\, Jane,OU=IT,DC=corp\"\n", .rows = 1},
    {.name = "NameWithoutEquals", .bytes = "distinguishedName\nJane Doe\n", .fault = "2:1 UPL-1110"},
    {.name = "NameWithStrayBackslash", .bytes = "distinguishedName\n\"CN=a\\\"\n", .fault = "2:1 UPL-1110"},
    {.name = "SeveralIdentities", .bytes = "sAMAccountName,objectGUID\njdoe," + guid + "\n", .rows = 1},
    {.name = "OneOfSeveral", .bytes = "sAMAccountName,objectGUID\njdoe,\n," + guid + "\n", .rows = 2},
    {.name = "NobodyNamed", .bytes = "sAMAccountName,#n\n,1\n", .fault = "2:1 UPL-1111"},
    {.name = "SameNameTwice",
     .bytes = "sAMAccountName\njdoe\nanna\nJDoe\n",
     .fault = "4:1 UPL-1116",
     .says = "stands in line 2 already"},
    {.name = "SameGuidInTwoForms",
     .bytes = "objectGUID\n" + guid + "\nc4928606555f7547bfd1a5e20a2b6282\n",
     .fault = "3:1 UPL-1116"},
    {.name = "SameNameInTwoSpellings",
     .bytes = "distinguishedName\n\"CN=Doe\\, Jane,DC=corp\"\n\"cn=doe\\2C jane, dc=CORP\"\n",
     .fault = "3:1 UPL-1116"},
    {.name = "SameLettersInTwoKinds", .bytes = "sAMAccountName,#n\na,1\nb,1\n", .rows = 2},
    {.name = "FormulaMarkIsTakenAway", .bytes = "sAMAccountName\n'-svc\n-svc\n", .fault = "3:1 UPL-1116"},
};
INSTANTIATE_TEST_SUITE_P(Identity, CsvCorpus, testing::ValuesIn(identity_cases), case_name);

CsvCase override_case(std::string_view name,
                      const std::string& column,
                      const std::string& cell,
                      std::string fault = {},
                      std::string_view says = {}) {
    const std::size_t rows = fault.empty() ? 1 : 0;
    return {name, "sAMAccountName," + column + "\njd," + cell + "\n", std::move(fault), says, rows};
}

const CsvCase override_cases[] = {
    override_case("Country", "usageLocation", "DE"),
    override_case("CountryInSmallLetters", "usageLocation", "de"),
    override_case("CountryNone", "usageLocation", "-"),
    override_case("Uk", "usageLocation", "UK", "2:4 UPL-1112", "Write GB."),
    override_case("CountryByName", "usageLocation", "Germany", "2:4 UPL-1112"),
    override_case("CountryOfThree", "usageLocation", "DEU", "2:4 UPL-1112"),
    override_case("CountryUnassigned", "usageLocation", "XX", "2:4 UPL-1112"),
    override_case("Domain", "domain", "Fabrikam.com"),
    override_case("DomainNotAllowed", "domain", "evil.com", "2:4 UPL-1113", "allow.domains"),
    override_case("DomainNone", "domain", "-", "2:4 UPL-1113"),
    override_case(
        "DomainMistyped", "domain", "fabricam.com", "2:4 UPL-1113", "Did you mean \"fabrikam.com\"?"),
    override_case("License", "licenses", "spe_e5"),
    override_case("Licenses", "licenses", "SPE_E3; SPE_E5 ;"),
    override_case("LicenseNone", "licenses", "-"),
    override_case("LicenseNotAllowed", "licenses", "SPE_E3;POWER_BI_PRO", "2:4 UPL-1113", "\"POWER_BI_PRO\""),
    override_case("LicenseListOfNothing", "licenses", ";", "2:4 UPL-1112"),
    override_case("Group", "groups", "gÄSTE;All Staff"),
    override_case("PrivilegedGroup", "groups", "Global Admins", "2:4 UPL-1113", "allow.groups"),
    override_case("Alias", "aliases", "jane@contoso.com;j.doe@fabrikam.com;jd@contoso.co.uk"),
    override_case("AliasOfForeignDomain", "aliases", "jane@evil.com", "2:4 UPL-1113"),
    override_case("AliasWithoutDomain", "aliases", "jane", "2:4 UPL-1112"),
    override_case("AliasWithPrefix", "aliases", "smtp:jane@contoso.com", "2:4 UPL-1112"),
    override_case("AliasTemplate", "aliases", "{sn}@contoso.com", "2:4 UPL-1112"),
    override_case("Upn", "upn", "jane.doe@contoso.com"),
    override_case("UpnOfForeignDomain", "upn", "jane.doe@evil.com", "2:4 UPL-1113"),
    override_case("UpnWithAccent", "upn", "jané@contoso.com", "2:4 UPL-1112"),
    override_case("UpnTemplate", "upn", "{sn}@contoso.com", "2:4 UPL-1112"),
    override_case("UpnWithDotBeforeAt", "upn", "jane.@contoso.com", "2:4 UPL-1112"),
    override_case("UpnTooLong", "upn", std::string(65, 'a') + "@contoso.com", "2:4 UPL-1112"),
    override_case("True", "archive", "TRUE"),
    override_case("No", "archive", "no"),
    override_case("One", "litigationHold", "1"),
    override_case("HoldNone", "litigationHold", "-"),
    override_case("Maybe", "archive", "maybe", "2:4 UPL-1112"),
    override_case("EmptyIsTheProfiles", "archive", ""),
};
INSTANTIATE_TEST_SUITE_P(Override, CsvCorpus, testing::ValuesIn(override_cases), case_name);

}  // namespace
}  // namespace uplift::intake
