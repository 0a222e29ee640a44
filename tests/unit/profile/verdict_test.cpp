#include "core/profile/verdict.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "core/profile/attribute_map.hpp"
#include "core/profile/attributes_needed.hpp"
#include "tests/unit/profile/people.hpp"

namespace uplift::profile {
namespace {

// S-1-5-21-1-2-3-RID as objectSid holds it.
std::string sid_with(unsigned rid) {
    std::string sid("\x01\x05\x00\x00\x00\x00\x00\x05", 8);
    for (const unsigned part : {21u, 1u, 2u, 3u, rid})
        for (unsigned shift = 0; shift < 32; shift += 8) sid += static_cast<char>(part >> shift & 0xFF);
    return sid;
}

struct VerdictCase {
    const char* name;
    Attributes different;
    std::optional<FaultCode> skipped_for;  // none: taken
};

class AC06_Verdict : public testing::TestWithParam<VerdictCase> {};

TEST_P(AC06_Verdict, OnThePerson) {
    const auto found = verdict(a_profile(), a_person(GetParam().different));

    ASSERT_EQ(found.has_value(), GetParam().skipped_for.has_value());
    if (!found) return;
    EXPECT_EQ(found->fault.code, *GetParam().skipped_for);
    EXPECT_EQ(found->state, StepState::skipped);
    EXPECT_EQ(found->fault.where, a_person().distinguished_name);
    EXPECT_FALSE(found->fault.cure.empty());
}

const VerdictCase verdicts[] = {
    {"Plain", {}, std::nullopt},
    {"PasswordNeverExpires", {{"userAccountControl", {"66048"}}}, std::nullopt},
    {"AdminCountZero", {{"adminCount", {"0"}}}, std::nullopt},
    {"AdminCount", {{"adminCount", {"1"}}}, FaultCode::person_protected},
    {"AdminCountOdd", {{"adminCount", {"2"}}}, FaultCode::person_protected},
    {"NotCritical", {{"isCriticalSystemObject", {"FALSE"}}}, std::nullopt},
    {"Critical", {{"isCriticalSystemObject", {"TRUE"}}}, FaultCode::person_protected},
    {"CriticalInLowerCase", {{"iscriticalsystemobject", {"true"}}}, FaultCode::person_protected},
    {"OrdinarySid", {{"objectSid", {sid_with(1105)}}}, std::nullopt},
    {"Administrator", {{"objectSid", {sid_with(500)}}}, FaultCode::person_protected},
    {"Guest", {{"objectSid", {sid_with(501)}}}, FaultCode::person_protected},
    {"Krbtgt", {{"objectSid", {sid_with(502)}}}, FaultCode::person_protected},
    {"After502", {{"objectSid", {sid_with(503)}}}, std::nullopt},
    {"SidAsText", {{"objectSid", {"S-1-5-21-1-2-3-500"}}}, FaultCode::person_protected},
    {"SidCut", {{"objectSid", {sid_with(500).substr(0, 9)}}}, std::nullopt},
    {"Computer", {{"objectClass", {"top", "user", "computer"}}}, FaultCode::person_not_a_user},
    {"Contact", {{"objectClass", {"top", "contact"}}}, FaultCode::person_not_a_user},
    {"Group", {{"objectClass", {"top", "Group"}}}, FaultCode::person_not_a_user},
    {"ServiceAccount",
     {{"objectClass", {"user", "computer", "msDS-GroupManagedServiceAccount"}}},
     FaultCode::person_not_a_user},
    {"OldServiceAccount",
     {{"objectClass", {"user", "msDS-ManagedServiceAccount"}}},
     FaultCode::person_not_a_user},
    {"InetOrgPerson", {{"objectClass", {"user", "inetOrgPerson"}}}, std::nullopt},
    {"Workstation", {{"userAccountControl", {"4096"}}}, FaultCode::person_not_a_user},
    {"DomainController", {{"userAccountControl", {"532480"}}}, FaultCode::person_not_a_user},
    {"Trust", {{"userAccountControl", {"2560"}}}, FaultCode::person_not_a_user},
    {"NotNormal", {{"userAccountControl", {"0"}}}, FaultCode::person_not_a_user},
    {"NoControl", {{"userAccountControl", {}}}, FaultCode::person_not_a_user},
    {"ControlIsNoNumber", {{"userAccountControl", {"512x"}}}, FaultCode::person_not_a_user},
    {"ControlIsNegative", {{"userAccountControl", {"-2147483136"}}}, std::nullopt},
    {"SynchronisationAccount", {{"sAMAccountName", {"MSOL_0123456789ab"}}}, FaultCode::person_not_a_user},
    {"CloudSyncAccount", {{"sAMAccountName", {"aad_0123"}}}, FaultCode::person_not_a_user},
    {"HealthMailbox", {{"sAMAccountName", {"HealthMailboxab12"}}}, FaultCode::person_not_a_user},
    {"SystemMailbox", {{"sAMAccountName", {"SM_0123456789abcdef0"}}}, FaultCode::person_not_a_user},
    {"DollarInside", {{"sAMAccountName", {"$531000-ABC"}}}, FaultCode::person_not_a_user},
    {"KrbtgtOfReadOnlyController", {{"sAMAccountName", {"krbtgt_12345"}}}, FaultCode::person_not_a_user},
    {"NameThatContainsAad", {{"sAMAccountName", {"saad_ali"}}}, std::nullopt},
    {"NameThatStartsLikeSm", {{"sAMAccountName", {"smith"}}}, std::nullopt},
    {"OwnMailbox", {{"msExchRecipientTypeDetails", {"1"}}}, std::nullopt},
    {"RemoteMailbox", {{"msExchRecipientTypeDetails", {"2147483648"}}}, std::nullopt},
    {"SharedMailbox", {{"msExchRecipientTypeDetails", {"4"}}}, FaultCode::person_not_a_user},
    {"Room", {{"msExchRecipientTypeDetails", {"16"}}}, FaultCode::person_not_a_user},
    {"RemoteEquipment", {{"msExchRecipientTypeDetails", {"17179869184"}}}, FaultCode::person_not_a_user},
    {"Arbitration", {{"msExchRecipientTypeDetails", {"8388608"}}}, FaultCode::person_not_a_user},
    {"Disabled", {{"userAccountControl", {"514"}}}, FaultCode::person_disabled},
    {"DisabledAdministrator",
     {{"userAccountControl", {"514"}}, {"adminCount", {"1"}}},
     FaultCode::person_protected},
};
INSTANTIATE_TEST_SUITE_P(All, AC06_Verdict, testing::ValuesIn(verdicts), [](const auto& info) {
    return info.param.name;
});

TEST(Verdict, TakesDisabledPeopleWhereTheProfileIncludesThem) {
    auto profile = a_profile();
    profile.disabled_accounts = DisabledAccounts::include;

    EXPECT_FALSE(verdict(profile, a_person({{"userAccountControl", {"514"}}})));
}

TEST(Verdict, AC06_PersonOutsideTheOusFails) {
    auto profile = a_profile();
    profile.allow.ous = {"OU=Sales,DC=corp,DC=example,DC=com"};

    const auto found = verdict(profile, a_person());

    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, StepState::failed);
    EXPECT_EQ(found->fault.code, FaultCode::person_outside_ous);
}

TEST(Verdict, PersonBelowOneOfTheOusIsTakenHoweverItIsSpelled) {
    auto profile = a_profile();
    profile.allow.ous = {"OU=Sales,DC=corp,DC=example,DC=com", "ou=it department, dc=CORP,dc=example,dc=com"};

    EXPECT_FALSE(verdict(profile, a_person()));
}

// "OU=IT Department" must not cover a person whose name merely ends like it.
TEST(Verdict, OuIsComparedByPartsNotByText) {
    auto profile = a_profile();
    profile.allow.ous = {"OU=IT Department,DC=corp,DC=example,DC=com"};
    auto person = a_person();
    person.distinguished_name = "CN=x\\,OU=IT Department,DC=corp,DC=example,DC=com";

    const auto found = verdict(profile, person);

    ASSERT_TRUE(found);
    EXPECT_EQ(found->fault.code, FaultCode::person_outside_ous);
}

TEST(AttributesNeeded, AreThoseOfTemplatesAndVerdictOnce) {
    auto profile = a_profile();
    profile.upn = "{mail|USERPRINCIPALNAME|local_part}@{domain}";
    Overrides overrides;
    overrides.usage_location = "{extensionAttribute7}";
    for (const auto& property : graph_properties()) profile.attributes[std::string(property.name)] = "";

    const auto names = attributes_needed(profile, overrides);

    EXPECT_EQ(names,
              (std::vector<std::string>{"adminCount",
                                        "cn",
                                        "displayName",
                                        "extensionAttribute7",
                                        "isCriticalSystemObject",
                                        "mail",
                                        "mailNickname",
                                        "msExchMailboxGuid",
                                        "msExchRecipientTypeDetails",
                                        "objectClass",
                                        "objectSid",
                                        "sAMAccountName",
                                        "userAccountControl",
                                        "userPrincipalName"}));
}

}  // namespace
}  // namespace uplift::profile
