#include "daemon/roles.hpp"

#include <gtest/gtest.h>

namespace uplift::daemon {
namespace {

constexpr gid_t members = 900;
constexpr gid_t administrators = 901;
constexpr uid_t daemon_user = 950;

HostIds a_host() { return {.members = members, .administrators = administrators, .daemon_uid = daemon_user}; }
PeerIds a_peer(uid_t uid, std::vector<gid_t> groups) {
    return {.uid = uid, .gid = uid, .groups = std::move(groups)};
}

struct RoleCase {
    const char* name;
    PeerIds peer;
    SocketMaker maker;
    Role role;
};

class RoleOf : public testing::TestWithParam<RoleCase> {};

TEST_P(RoleOf, PeerHasTheRoleOfItsGroups) {
    const auto& given = GetParam();

    const auto role = role_of(given.peer, a_host(), given.maker);

    EXPECT_EQ(role, given.role);
}

const RoleCase role_cases[] = {
    {"Root", a_peer(0, {}), SocketMaker::service_manager, Role::administrator},
    {"Outsider", a_peer(1000, {1000}), SocketMaker::service_manager, Role::nobody},
    {"Member", a_peer(1000, {1000, members}), SocketMaker::service_manager, Role::member},
    {"Administrator",
     a_peer(1000, {members, administrators}),
     SocketMaker::service_manager,
     Role::administrator},
    {"PrimaryGroupCounts", {.uid = 1000, .gid = members, .groups = {}}, SocketMaker::daemon, Role::member},
    {"OwnUserWithoutSystemd", a_peer(daemon_user, {}), SocketMaker::daemon, Role::administrator},
    {"OwnUserUnderSystemdIsNobody", a_peer(daemon_user, {}), SocketMaker::service_manager, Role::nobody},
    {"OtherUserWithoutSystemd", a_peer(1000, {}), SocketMaker::daemon, Role::nobody},
};
INSTANTIATE_TEST_SUITE_P(Matrix, RoleOf, testing::ValuesIn(role_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Roles, AHostWithoutTheGroupsHasNoMembers) {
    const HostIds host{.members = std::nullopt, .administrators = std::nullopt, .daemon_uid = daemon_user};

    const auto role = role_of(a_peer(1000, {members, administrators}), host, SocketMaker::service_manager);

    EXPECT_EQ(role, Role::nobody);
}

struct VerbCase {
    protocol::Verb verb;
    Role needed;
};
// product.md, Who may do what.
const VerbCase verb_cases[] = {
    {protocol::Verb::version, Role::member},
    {protocol::Verb::status, Role::member},
    {protocol::Verb::submit, Role::member},
    {protocol::Verb::jobs, Role::member},
    {protocol::Verb::job_show, Role::member},
    {protocol::Verb::job_export, Role::member},
    {protocol::Verb::why, Role::member},
    {protocol::Verb::job_cancel, Role::administrator},
    {protocol::Verb::job_retry, Role::administrator},
    {protocol::Verb::job_passwords, Role::administrator},
    {protocol::Verb::passwords_taken, Role::administrator},
    {protocol::Verb::reload, Role::administrator},
    {protocol::Verb::job_pause, Role::administrator},
    {protocol::Verb::job_resume, Role::administrator},
    {protocol::Verb::job_purge, Role::administrator},
    {protocol::Verb::drain, Role::administrator},
    {protocol::Verb::undrain, Role::administrator},
    {protocol::Verb::users, Role::member},
    {protocol::Verb::config_show, Role::member},
    {protocol::Verb::doctor, Role::administrator},
};

TEST(Roles, EveryVerbIsForItsRoleAndAbove_AC26) {
    for (const auto& given : verb_cases) {
        EXPECT_EQ(role_needed(given.verb), given.needed) << word(given.verb);
        for (const auto role : {Role::nobody, Role::member, Role::administrator})
            EXPECT_EQ(refusal(role, given.verb).has_value(), role < given.needed) << word(given.verb);
    }
}

TEST(Roles, ARefusalNamesTheGroupThatMay) {
    const auto fault = refusal(Role::member, protocol::Verb::job_passwords);

    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->code, FaultCode::not_allowed);
    EXPECT_NE(fault->cure.find("uplift-admin"), std::string::npos);
}

}  // namespace
}  // namespace uplift::daemon
