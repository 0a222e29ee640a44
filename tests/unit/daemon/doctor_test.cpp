#include "tests/unit/daemon/doctor_cases.hpp"

namespace uplift::daemon {
namespace {

using namespace std::chrono_literals;
using protocol::CheckState;
using protocol::CheckView;

constexpr auto success = CheckState::success;
constexpr auto warning = CheckState::warning;
constexpr auto failure = CheckState::failure;

class JudgedAtHome : public testing::TestWithParam<JudgeCase> {};
TEST_P(JudgedAtHome, TheFactIsSaidWithItsStateAndItsCure) { expect_said(GetParam()); }

// ---- the service and the profile's own -------------------------------------------------------------

PasswordRule typed_passwords() {
    PasswordRule rule;
    rule.mode = PasswordMode::typed;
    return rule;
}
StateDirFacts a_state_dir(StateDirFacts::There there, std::uint64_t free_octets) {
    return {
        .path = "/var/lib/uplift", .there = there, .why = "cannot be written to", .free_octets = free_octets};
}

const JudgeCase house_cases[] = {
    {"SealingKey", {check_sealing_key({})}, "sealing key", success, "can be read, and has the right length"},
    {"NoSealingKey",
     {check_sealing_key(some_fault)},
     "sealing key",
     failure,
     "file: cannot be read",
     "UPL-1007",
     "Let it be read."},
    {"StateDir",
     {check_state_dir(a_state_dir(StateDirFacts::There::usable, 13'200'000'000))},
     "state directory",
     success,
     "\"/var/lib/uplift\", 12.2 GiB free"},
    {"StateDirAlmostFull",
     {check_state_dir(a_state_dir(StateDirFacts::There::usable, 500'000'000))},
     "state directory",
     warning,
     "\"/var/lib/uplift\", 0.4 GiB free",
     "UPL-1807",
     "Free space"},
    {"StateDirNotYet",
     {check_state_dir(a_state_dir(StateDirFacts::There::not_yet, 0))},
     "state directory",
     warning,
     "\"/var/lib/uplift\" is not there yet",
     "",
     "Start upliftd"},
    {"StateDirUnusable",
     {check_state_dir(a_state_dir(StateDirFacts::There::unusable, 0))},
     "state directory",
     failure,
     "\"/var/lib/uplift\" cannot be written to",
     "UPL-1806"},
    {"RandomPasswords",
     {check_password_rule({}, std::nullopt)},
     "passwords",
     success,
     "random, 20 characters, 118 bits"},
    {"WeakRandomPasswords",
     {check_password_rule({.length = 5}, std::nullopt)},
     "passwords",
     failure,
     "length is 5, not 12 to 256",
     "UPL-1601"},
    {"TypedEachTime",
     {check_password_rule(typed_passwords(), std::nullopt)},
     "passwords",
     success,
     "typed for each job: submit --ask-password"},
    {"TypedInTheConfiguration",
     {check_password_rule(typed_passwords(), Result<void>{})},
     "passwords",
     success,
     "typed, from the configuration; it fits Microsoft's rules"},
    {"TypedAndBad",
     {check_password_rule(typed_passwords(), Result<void>(some_fault))},
     "passwords",
     failure,
     "file: cannot be read",
     "UPL-1007"},
};
INSTANTIATE_TEST_SUITE_P(House, JudgedAtHome, testing::ValuesIn(house_cases), case_name);

// ---- a directory -----------------------------------------------------------------------------------

using Probe = Outcome<DirectoryState>;
Probe answers(std::optional<std::chrono::seconds> skew = std::nullopt) {
    DirectoryState state;
    state.domain_controller = "dc1:636";
    state.clock_skew = skew;
    state.clocks_differ = skew && std::chrono::abs(*skew) > 5min;
    return Done<DirectoryState>{state};
}
const Probe silent = NotSent{.why = "no answer", .code = FaultCode::directory_unreachable};
const Probe bad_certificate = NotSent{.why = "wrong name", .code = FaultCode::directory_tls};
const Probe refused_account =
    Unauthorized{FaultCode::directory_credentials, "wrong password", "Check the password."};
const Probe no_base = Refused{FaultCode::directory_refused, "base_dn does not exist", "Correct base_dn."};

DirectoryFacts a_directory(std::vector<std::optional<Probe>> controllers) {
    DirectoryFacts facts;
    facts.settings.bind_dn = "svc";
    facts.settings.principal = "svc@CORP";
    facts.settings.base_dn = "DC=corp";
    int number = 0;
    for (auto& asked : controllers)
        facts.controllers.push_back({.name = "dc" + std::to_string(++number), .asked = std::move(asked)});
    return facts;
}
DirectoryFacts by_kerberos(DirectoryFacts facts) {
    facts.settings.bind = config::Bind::gssapi;
    return facts;
}
DirectoryFacts with_people(PeopleFacts people, std::size_t others = 0) {
    auto facts = a_directory({answers()});
    facts.people = std::move(people);
    facts.other_consistency_guids = others;
    return facts;
}
PeopleFacts people(std::size_t all, std::size_t without_guid = 0, std::size_t without_control = 0) {
    return {Done<Nothing>{}, all, without_guid, without_control};
}
DirectoryFacts unbuilt_directory() {
    auto facts = a_directory({});
    facts.unusable = some_fault;
    return facts;
}
DirectoryFacts with_the_right_anchor(DirectoryFacts facts) {
    facts.settings.anchor = config::AnchorSource::mS_DS_ConsistencyGuid;
    return facts;
}

const JudgeCase directory_cases[] = {
    {"Unbuilt", judge(unbuilt_directory()), "settings", failure, "file: cannot be read", "UPL-1007"},
    {"Answers",
     judge(a_directory({answers()})),
     "domain controller dc1",
     success,
     "answers, and its certificate and name are accepted"},
    {"OnlyOneAndSilent",
     judge(a_directory({silent})),
     "domain controller dc1",
     failure,
     "no answer",
     "UPL-1209",
     "Check the network"},
    {"AnotherAnswers",
     judge(a_directory({silent, answers()})),
     "domain controller dc1",
     warning,
     "no answer",
     "UPL-1209"},
    {"Certificate",
     judge(a_directory({bad_certificate})),
     "domain controller dc1",
     failure,
     "wrong name",
     "UPL-1210",
     "ca_file"},
    {"SignedIn", judge(a_directory({answers()})), "sign-in", success, "as \"svc\""},
    {"SignedInByKerberos",
     judge(by_kerberos(a_directory({answers()}))),
     "sign-in",
     success,
     "as \"svc@CORP\", by Kerberos"},
    {"AccountRefused",
     judge(a_directory({refused_account})),
     "sign-in",
     failure,
     "wrong password",
     "UPL-1211",
     "Check the password."},
    {"AnotherIsNotAskedWithARefusedAccount",
     judge(a_directory({refused_account, std::nullopt})),
     "domain controller dc2",
     warning,
     "not asked: each refused sign-in counts towards locking the service account",
     "",
     "Mend the sign-in"},
    {"Base", judge(a_directory({answers()})), "base_dn", success, "\"DC=corp\" exists"},
    {"NoBase",
     judge(a_directory({no_base})),
     "base_dn",
     failure,
     "base_dn does not exist",
     "UPL-1212",
     "Correct base_dn."},
    {"NoBaseButSignedIn", judge(a_directory({no_base})), "sign-in", success, "as \"svc\""},
    {"Clock", judge(a_directory({answers(-2s)})), "clock of dc1:636", success, "2 s behind ours"},
    {"ClockAtTheLimit",
     judge(a_directory({answers(300s)})),
     "clock of dc1:636",
     success,
     "300 s ahead of ours"},
    {"ClockOff",
     judge(a_directory({answers(301s)})),
     "clock of dc1:636",
     warning,
     "301 s ahead of ours",
     "",
     "Kerberos bears 5 minutes"},
    {"ClockOffWithKerberos",
     judge(by_kerberos(a_directory({answers(-301s)}))),
     "clock of dc1:636",
     failure,
     "301 s behind ours",
     "UPL-1211"},
    {"People",
     judge(with_people(people(500))),
     "people",
     success,
     "can be read in pages; the first one had 500"},
    {"NoPeople",
     judge(with_people(people(0))),
     "people",
     warning,
     "none can be seen below \"DC=corp\"",
     "",
     "base_dn"},
    {"PeopleUnreadable",
     judge(with_people({Refused{FaultCode::directory_refused, "sizeLimitExceeded", "Raise it."}})),
     "people",
     failure,
     "sizeLimitExceeded",
     "UPL-1212",
     "Raise it."},
    {"GuidOfNobody",
     judge(with_people(people(10, 10))),
     "objectGUID",
     failure,
     "cannot be read of 10 of 10 people",
     "UPL-1204",
     "Let the service account read objectGUID"},
    {"GuidNotOfAll",
     judge(with_people(people(10, 1))),
     "objectGUID",
     warning,
     "cannot be read of 1 of 10 people",
     "UPL-1204"},
    {"ControlOfNobody",
     judge(with_people(people(10, 0, 10))),
     "userAccountControl",
     failure,
     "cannot be read of 10 of 10 people",
     "UPL-1212",
     "Let the service account read userAccountControl"},
    {"Control", judge(with_people(people(10))), "userAccountControl", success, "can be read"},
    {"NoOtherAnchor",
     judge(with_people(people(10))),
     "anchor",
     success,
     "objectGUID; no mS-DS-ConsistencyGuid says otherwise"},
    {"OtherAnchor",
     judge(with_people(people(10), 3)),
     "anchor",
     warning,
     "mS-DS-ConsistencyGuid is another than objectGUID for 3 people or more",
     "",
     "set anchor ="},
};
INSTANTIATE_TEST_SUITE_P(Directory, JudgedAtHome, testing::ValuesIn(directory_cases), case_name);

TEST(Doctor, WhereSomethingFailedIsNotSaidAgain) {
    auto facts = a_directory({NotSent{.why = "directory corp: no domain controller answers: dc1: refused"}});
    facts.settings.name = DirectoryName{"corp"};

    EXPECT_EQ(judge(facts).front().message, "refused");
}

TEST(Doctor, WhereTheOtherAnchorIsInUseNothingIsSaidOfIt) {
    EXPECT_TRUE(is_said(judge(with_people(people(10), 3)), "anchor"));
    EXPECT_FALSE(is_said(judge(with_the_right_anchor(with_people(people(10), 3))), "anchor"));
}

TEST(Doctor, OfADirectoryThatNobodyReachedNeitherSignInNorBaseIsSaid) {
    const auto checks = judge(a_directory({silent, bad_certificate}));

    EXPECT_EQ(checks.size(), 2u);
    EXPECT_FALSE(is_said(checks, "sign-in"));
}

// ---- how it reads ----------------------------------------------------------------------------------

TEST(CheckWriter, EachHeadingIsWrittenOnce) {
    protocol::CheckWriter writer(56, [](CheckState state) { return std::string(word(state)); });
    protocol::CheckTotals totals;
    const CheckView checks[] = {
        {.part = "service", .check = "sealing key", .message = "can be read"},
        {.profile = "staff", .part = "profile", .check = "passwords", .message = "random"},
        {.profile = "staff", .part = "directory", .name = "corp", .check = "sign-in", .message = "as svc"},
        {.profile = "staff",
         .part = "directory",
         .name = "corp",
         .check = "base_dn",
         .state = failure,
         .message = "\"DC=cörp\x1b[2J\" does not exist, which is long",
         .code = "UPL-1212",
         .cure = "Correct base_dn."},
        {.profile = "guests",
         .part = "directory",
         .name = "corp",
         .check = "directory",
         .message = "as before"},
    };

    std::string text;
    for (const auto& check : checks) {
        text += writer.lines_of(check);
        totals.count(check.state);
    }

    EXPECT_EQ(text,
              "service\n"
              "  success  sealing key: can be read\n"
              "\n"
              "profile staff\n"
              "  success  passwords: random\n"
              "  directory corp\n"
              "    success  sign-in: as svc\n"
              "    failure  base_dn: \"DC=cörp\\x1b[2J\" does not exist,\n"
              "             which is long\n"
              "             UPL-1212 Correct base_dn.\n"
              "\n"
              "profile guests\n"
              "  directory corp\n"
              "    success  directory: as before\n");
    EXPECT_EQ(in_words(totals), "5 checks: 4 success, 1 failure");
}

}  // namespace
}  // namespace uplift::daemon
