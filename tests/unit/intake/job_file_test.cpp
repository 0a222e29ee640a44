// Job files in JSON: what they become, and a corpus of what is wrong with them.
#include "core/intake/job_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace uplift::intake {
namespace {

Profile a_profile() {
    Profile profile;
    profile.name = ProfileName{"staff"};
    profile.domain = "contoso.com";
    profile.licenses = {LicenseWish{.sku = "SPE_E3", .disabled_plans = {}, .enabled_plans = {}}};
    profile.groups = {"All Staff"};
    profile.allow.columns = {"licenses", "archive", "usageLocation", "upn", "groups"};
    profile.allow.licenses = {"SPE_E5"};
    return profile;
}

using Read = std::variant<JobFile, JobFileFaults>;
Read read(const std::string& text, const Profile& profile = a_profile()) {
    auto parsed = JobFileText::parse(text, "job.json");
    if (!parsed) {
        JobFileFaults faults;
        faults.faults.push_back(parsed.error());
        faults.count = 1;
        return faults;
    }
    return parsed->read(profile);
}

TEST(JobFileTest, TheExampleOfTheDocumentationIsTakenWhole) {
    const auto parsed = JobFileText::parse(R"json({
      "profile": "staff",
      "select": {"ou": ["OU=IT Department,DC=corp,DC=example,DC=com"], "exclude_ou": [],
                 "filter": "(department=IT)", "scope": "onelevel"},
      "users": [{"sAMAccountName": "jdoe", "licenses": ["spe_e5"]},
                {"userPrincipalName": "ann@corp.example.com", "archive": false}],
      "overrides": {"archive": true, "licenses": []},
      "run_at": "2026-12-01T06:00:00Z",
      "label": "December starters"})json",
                                           "job.json");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->profile(), "staff");

    const auto outcome = parsed->read(a_profile());

    ASSERT_TRUE(std::holds_alternative<JobFile>(outcome));
    const auto& file = std::get<JobFile>(outcome);
    EXPECT_EQ(file.selection->ous, std::vector<std::string>{"OU=IT Department,DC=corp,DC=example,DC=com"});
    EXPECT_EQ(file.selection->filter, "(department=IT)");
    EXPECT_EQ(file.selection->scope, SelectionScope::onelevel);
    EXPECT_EQ(file.label, "December starters");
    EXPECT_EQ(to_rfc3339(*file.run_at), "2026-12-01T06:00:00Z");
    ASSERT_EQ(file.rows.size(), 2U);
    // What a user says counts over what the job says, and that over the profile; in the profile's spelling.
    EXPECT_EQ(file.rows[0].overrides.licenses, std::vector<std::string>{"SPE_E5"});
    EXPECT_EQ(file.rows[0].overrides.archive, true);
    EXPECT_EQ(file.rows[1].overrides.licenses, std::vector<std::string>{});
    EXPECT_EQ(file.rows[1].overrides.archive, false);
    EXPECT_EQ(file.overrides.archive, true);
}

TEST(JobFileTest, OverridesCountForUsersThatStandBeforeThem) {
    const auto outcome =
        read(R"json({"users": [{"sAMAccountName": "a"}], "overrides": {"archive": true}})json");

    ASSERT_TRUE(std::holds_alternative<JobFile>(outcome));
    EXPECT_EQ(std::get<JobFile>(outcome).rows.at(0).overrides.archive, true);
}

TEST(JobFileTest, IdentitiesOfAUserStandInTheOrderInWhichTheyAreAsked) {
    const auto outcome =
        read(R"json({"users": [{"sAMAccountName": "a", "userPrincipalName": "a@corp"}]})json");

    ASSERT_TRUE(std::holds_alternative<JobFile>(outcome));
    EXPECT_EQ(std::get<JobFile>(outcome).rows.at(0).given.at(0).kind, IdentityKind::userPrincipalName);
}

TEST(JobFileTest, ASelectionWithoutOusReachesAsFarAsTheProfile) {
    auto profile = a_profile();
    profile.allow.ous = {"OU=Sales,DC=corp"};

    const auto outcome = read(R"json({"select": {"filter": "(a=b)"}})json", profile);

    ASSERT_TRUE(std::holds_alternative<JobFile>(outcome));
    EXPECT_EQ(std::get<JobFile>(outcome).selection->ous, profile.allow.ous);
}

TEST(JobFileTest, AByteOrderMarkIsPassedOver) {
    EXPECT_TRUE(
        std::holds_alternative<JobFile>(read("\xEF\xBB\xBF{\"users\": [{\"sAMAccountName\": \"a\"}]}")));
}

struct BadFile {
    const char* text;
    const char* place;  // of the first fault
    FaultCode code;
    int faults = 1;
};
class BadJobFiles : public testing::TestWithParam<BadFile> {};

TEST_P(BadJobFiles, AreRefusedWithPlaceCauseAndCure) {
    auto profile = a_profile();
    profile.allow.ous = {"OU=Sales,DC=corp"};

    const auto outcome = read(GetParam().text, profile);

    ASSERT_TRUE(std::holds_alternative<JobFileFaults>(outcome)) << GetParam().text;
    const auto& faults = std::get<JobFileFaults>(outcome);
    EXPECT_EQ(faults.count, GetParam().faults) << GetParam().text;
    const auto& first = faults.faults.at(0);
    EXPECT_EQ(first.where, std::string("job.json:") + GetParam().place) << GetParam().text << first.what;
    EXPECT_EQ(first.code, GetParam().code) << GetParam().text << first.what;
    EXPECT_FALSE(first.what.empty());
    EXPECT_FALSE(first.cure.empty());
}

using enum FaultCode;
INSTANTIATE_TEST_SUITE_P(
    Corpus,
    BadJobFiles,
    testing::Values(
        BadFile{"", "1:1", job_file_syntax},
        BadFile{"{", "1:2", job_file_syntax},
        BadFile{"{\"users\": []} x", "1:15", job_file_syntax},
        BadFile{"{\"label\": \"a\",\n \"label\": \"b\"}", "2:2", job_file_syntax},
        BadFile{"{'users': 1}", "1:2", job_file_syntax},
        BadFile{"{\"a\":[[[[[[[[[1]]]]]]]]]}", "1:13", job_file_syntax},
        BadFile{"[]", "1:1", job_file_wrong_type},
        BadFile{"{}", "1:1", csv_no_identity},
        BadFile{"{\"users\": []}", "1:1", csv_no_identity},
        BadFile{"{\"user\": []}", "1:2", job_file_unknown_key},
        BadFile{"{\"Users\": []}", "1:2", job_file_unknown_key},
        BadFile{"{\"users\": {}}", "1:2", job_file_wrong_type},
        BadFile{"{\"users\": [\"jdoe\"]}", "1:12", job_file_wrong_type},
        BadFile{"{\"users\": [{}]}", "1:12", csv_no_identity_in_row},
        BadFile{"{\"users\": [{\"sAMAccountName\": 7}]}", "1:13", job_file_wrong_type},
        BadFile{"{\"users\": [{\"sAMAccountName\": \"a|b\"}]}", "1:13", csv_bad_identity},
        BadFile{"{\"users\": [{\"sAMAccountName\": \"a\\u0007\"}]}", "1:13", csv_control_character},
        BadFile{"{\"users\": [{\"mail\": \"a@b\"}]}", "1:13", job_file_unknown_key},
        BadFile{
            "{\"users\": [{\"sAMAccountName\": \"a\", \"password\": \"x\"}]}", "1:36", csv_password_column},
        BadFile{"{\"users\": [{\"sAMAccountName\": \"a\"},\n {\"sAMAccountName\": \"A\"}]}",
                "2:3",
                csv_duplicate_person},
        BadFile{"{\"users\": [{\"sAMAccountName\": \"a\", \"domain\": \"contoso.com\"}]}",
                "1:36",
                csv_not_allowed_column},
        BadFile{"{\"users\": [{\"sAMAccountName\": \"a\", \"licenses\": [\"SPE_E4\"]}]}",
                "1:49",
                csv_not_allowed_value},
        BadFile{"{\"users\": [{\"sAMAccountName\": \"a\", \"licenses\": [\"SPE_E3;SPE_E5\"]}]}",
                "1:49",
                job_file_bad_value},
        BadFile{"{\"users\": [{\"sAMAccountName\": \"a\", \"licenses\": \"SPE_E3\"}]}",
                "1:36",
                job_file_wrong_type},
        BadFile{
            "{\"users\": [{\"sAMAccountName\": \"a\", \"archive\": \"true\"}]}", "1:36", job_file_wrong_type},
        BadFile{
            "{\"users\": [{\"sAMAccountName\": \"a\", \"usageLocation\": \"UK\"}]}", "1:36", csv_bad_value},
        BadFile{"{\"select\": []}", "1:2", job_file_wrong_type},
        BadFile{"{\"select\": {\"ous\": []}}", "1:13", job_file_unknown_key},
        BadFile{"{\"select\": {\"ou\": \"OU=Sales,DC=corp\"}}", "1:13", job_file_wrong_type},
        BadFile{"{\"select\": {\"ou\": [\"Sales\"]}}", "1:20", job_file_bad_value},
        BadFile{"{\"select\": {\"ou\": [\"OU=IT,DC=corp\"]}}", "1:13", csv_not_allowed_value},
        BadFile{"{\"select\": {\"scope\": \"base\"}}", "1:13", job_file_bad_value},
        BadFile{"{\"select\": {\"filter\": null}}", "1:13", job_file_wrong_type},
        BadFile{"{\"select\": {}, \"run_at\": \"tomorrow\"}", "1:16", job_file_bad_value},
        BadFile{"{\"select\": {}, \"run_at\": \"2026-12-01 06:00\"}", "1:16", job_file_bad_value},
        BadFile{"{\"select\": {}, \"profile\": 1}", "1:16", job_file_wrong_type},
        BadFile{"{\"select\": {}, \"label\": [\"a\"]}", "1:16", job_file_wrong_type},
        BadFile{"{\"select\": {}, \"overrides\": {\"archiv\": true}}", "1:30", job_file_unknown_key},
        BadFile{"{\"select\": {}, \"overrides\": {\"sAMAccountName\": \"a\"}}", "1:30", job_file_unknown_key},
        BadFile{"{\"x\": 1,\n\"users\": [{\"y\": 2}],\n\"run_at\": 3}", "1:2", job_file_unknown_key, 3}));

TEST(JobFileTest, ManyFaultsAreListedInTheOrderOfTheTextAndCounted) {
    std::string text = "{\"users\": [";
    for (int i = 0; i < 1'500; ++i) text += std::string(i == 0 ? "" : ",") + "\n{\"x\": 1}";
    text += "]}";

    const auto outcome = read(text);

    const auto& faults = std::get<JobFileFaults>(outcome);
    EXPECT_EQ(faults.count, 1'500);
    ASSERT_EQ(faults.faults.size(), 1'000U);
    EXPECT_EQ(faults.faults.front().where, "job.json:2:2");
    EXPECT_EQ(faults.faults.back().where, "job.json:1001:2");
}

}  // namespace
}  // namespace uplift::intake
