// Where a tenant is and how it is reached.
#include <gtest/gtest.h>

#include "config/clouds.hpp"
#include "tests/unit/config/configurations.hpp"

namespace uplift::config {
namespace {

const TenantConfig& tenant_of(const LoadOutcome& outcome) {
    return outcome.config->tenants.at(TenantName{"contoso"});
}

struct CloudCase {
    std::string word;
    std::string login, graph, exchange, scope;
};
class Clouds : public testing::TestWithParam<CloudCase> {};
TEST_P(Clouds, HaveTheirOwnHostsAndScope) {
    const auto& given = GetParam();

    const auto outcome = interpret_one(with_line(12, "cloud = \"" + given.word + "\""));

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_TRUE(outcome.warnings.empty()) << lines_of(outcome.warnings);
    const auto& tenant = tenant_of(outcome);
    EXPECT_EQ(tenant.endpoints.login, given.login);
    EXPECT_EQ(tenant.endpoints.graph, given.graph);
    EXPECT_EQ(tenant.endpoints.exchange, given.exchange);
    EXPECT_EQ(graph_scope_of(tenant.cloud), given.scope);
}
const CloudCase clouds[] = {
    {"global",
     "https://login.microsoftonline.com",
     "https://graph.microsoft.com",
     "https://outlook.office365.com",
     "https://graph.microsoft.com/.default"},
    {"gcc-high",
     "https://login.microsoftonline.us",
     "https://graph.microsoft.us",
     "https://outlook.office365.us",
     "https://graph.microsoft.us/.default"},
    {"dod",
     "https://login.microsoftonline.us",
     "https://dod-graph.microsoft.us",
     "https://outlook-dod.office365.us",
     "https://dod-graph.microsoft.us/.default"},
    {"china",
     "https://login.chinacloudapi.cn",
     "https://microsoftgraph.chinacloudapi.cn",
     "https://outlook.office365.cn",
     "https://microsoftgraph.chinacloudapi.cn/.default"},
};
INSTANTIATE_TEST_SUITE_P(All, Clouds, testing::ValuesIn(clouds), [](const auto& one) {
    auto name = one.param.word;
    std::erase(name, '-');
    return name;
});

TEST(TenantNetwork, EndpointOfYourOwnReplacesItsHostAndNoOther) {
    const auto outcome = interpret_one(with_line(
        12, "cloud = \"china\"\nendpoints = { login = \"https://login.partner.microsoftonline.cn\" }"));

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_EQ(tenant_of(outcome).endpoints.login, "https://login.partner.microsoftonline.cn");
    EXPECT_EQ(tenant_of(outcome).endpoints.graph, "https://microsoftgraph.chinacloudapi.cn");
}

TEST(TenantNetwork, ProxyIsTaken) {
    const auto outcome = interpret_one(with_line(12, "proxy = \"http://proxy.corp.example.com:3128\""));

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_TRUE(outcome.warnings.empty()) << lines_of(outcome.warnings);
    EXPECT_EQ(tenant_of(outcome).proxy, "http://proxy.corp.example.com:3128");
}

TEST(TenantNetwork, AuthorityWithoutAnEndpointOfYourOwnIsWarnedOf) {
    const auto alone = interpret_one(with_line(12, "ca_file = \"/etc/uplift/ca.pem\""));
    const auto beside = interpret_one(with_line(
        12, "endpoints = { graph = \"https://localhost:8443\" }\nca_file = \"/etc/uplift/ca.pem\""));

    EXPECT_TRUE(alone.config);
    EXPECT_EQ(places_of(alone.warnings), "uplift.toml:12:11 UPL-1012") << lines_of(alone.warnings);
    EXPECT_TRUE(beside.config);
    EXPECT_TRUE(beside.warnings.empty()) << lines_of(beside.warnings);
}

}  // namespace
}  // namespace uplift::config
