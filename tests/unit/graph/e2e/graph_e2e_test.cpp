// GraphTenant against the sandbox: the Tenant contract, and what only a server with faults can show.
#include <gtest/gtest.h>

#include "core/graph/graph_tenant.hpp"
#include "core/json/json.hpp"
#include "tests/unit/graph/e2e/sandbox_process.hpp"
#include "tests/unit/graph/real_ports.hpp"
#include "tests/unit/graph/tenant_contract.hpp"
#include "tests/unit/http/server/asking.hpp"

namespace uplift::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using json::Value;

constexpr std::string_view client_id = "5d1b2c3a-0000-4000-8000-00000000c0de";
constexpr std::string_view tenant_id = "0b3c1d52-7d0e-4b0c-9a54-6f1c0a2d7e11";
constexpr std::string_view app_secret = "s3cr3t+value";

std::string_view sandbox_word(GroupKind kind) {
    switch (kind) {
        case GroupKind::microsoft_365:
            return "microsoft365";
        case GroupKind::mail_enabled_security:
            return "mail_security";
        case GroupKind::distribution_list:
            return "distribution";
        case GroupKind::role_assignable:
            return "role_assignable";
        case GroupKind::dynamic:
            return "dynamic";
        case GroupKind::synced:
            return "synced";
        case GroupKind::security:
            break;
    }
    return "security";
}

std::string definition() {
    auto app = Value::object();
    app.set("client_id", client_id);
    auto secrets = Value::array();
    secrets.push_back(app_secret);
    app.set("secrets", secrets);
    auto roles = Value::array();
    for (const auto* role : {"User.ReadWrite.All",
                             "GroupMember.ReadWrite.All",
                             "LicenseAssignment.ReadWrite.All",
                             "Organization.Read.All",
                             "Domain.Read.All"})
        roles.push_back(role);
    app.set("roles", roles);
    auto apps = Value::array();
    apps.push_back(app);

    auto domains = Value::array();
    for (const auto& domain : contract_content().domains) {
        auto entry = Value::object();
        entry.set("name", domain.name).set("verified", domain.verified).set("federated", domain.federated);
        domains.push_back(entry);
    }
    auto skus = Value::array();
    for (const auto& sku : contract_content().skus) {
        auto entry = Value::object();
        entry.set("sku", sku.part_number).set("seats", sku.seats);
        skus.push_back(entry);
    }
    auto groups = Value::array();
    for (const auto& group : contract_content().groups) {
        auto entry = Value::object();
        entry.set("id", group.id).set("name", group.name).set("nickname", group.nickname);
        entry.set("kind", sandbox_word(group.kind));
        if (!group.mail.empty()) entry.set("mail", group.mail);
        groups.push_back(entry);
    }
    auto head = Value::object();
    head.set("id", tenant_id);
    auto all = Value::object();
    all.set("tenant", head).set("apps", apps).set("domains", domains).set("skus", skus).set("groups", groups);
    all.set("read_lag", 0).set("index_lag", 0).set("throttle_scale", 0);
    return json::dump(all);
}

class SandboxWorld {
 public:
    SandboxWorld()
        : sandbox_(definition()),
          base_(http::BaseUrl::parse(sandbox_.base(), "sandbox").value()),
          client_(io_.get_executor(), http::TlsContext::create(sandbox_.ca_file()).value()),
          tokens_(client_,
                  http::TokenSettings{.login = base_,
                                      .tenant = std::string(tenant_id),
                                      .client_id = std::string(client_id),
                                      .scope = "https://graph.microsoft.com/.default",
                                      .credential = http::ClientSecret{Secret::copy_of(app_secret)}},
                  [this] { return clock_.now(); }),
          tenant_({.graph = base_}, client_, tokens_, clock_, entropy_) {}

    engine::Tenant& tenant() { return tenant_; }
    TimePoint soon() { return clock_.now() + 30s; }
    template <class T>
    T run(asio::awaitable<T> call) {
        return test::run(io_, std::move(call));
    }
    void settle() {}
    static bool unique_anchors() { return true; }

    ObjectId put_account(std::string upn, Anchor anchor) {
        auto user = Value::object();
        user.set("userPrincipalName", std::move(upn));
        if (!anchor.empty()) user.set("onPremisesImmutableId", anchor.text());
        const auto reply = control("/sandbox/users", json::dump(user));
        const auto* ids = reply.find("ids");
        return ObjectId{std::string(ids == nullptr ? "" : ids->items().front().as_string().value_or(""))};
    }
    // One rule of the fault script for the next write of this path.
    void break_next(const std::string& path, Value action) {
        auto match = Value::object();
        match.set("method", "POST").set("path", path);
        auto when = Value::object();
        when.set("times", 1);
        auto rule = Value::object();
        rule.set("match", match).set("when", when).set("do", std::move(action));
        auto rules = Value::array();
        rules.push_back(rule);
        control("/sandbox/faults", json::dump(rules));
    }
    Value control(const std::string& path, std::string body) {
        http::Target target(base_);
        for (std::size_t at = 1; at < path.size();) {
            const auto end = std::min(path.find('/', at), path.size());
            target.segment(path.substr(at, end - at));
            at = end + 1;
        }
        http::Request request(http::Method::post, base_, std::move(target));
        request.body("application/json", std::move(body));
        const auto exchange = run(client_.exchange(std::move(request), 10s));
        const auto* reply = std::get_if<http::Reply>(&exchange);
        if (reply == nullptr || reply->status != 200) {
            ADD_FAILURE() << path << ": " << (reply == nullptr ? "no reply" : reply->body);
            return {};
        }
        return json::parse(reply->body, {.where = path, .code = FaultCode::tenant_reply}).value();
    }
    asio::io_context& io() { return io_; }

 private:
    SandboxProcess sandbox_;
    asio::io_context io_;
    SystemClock clock_;
    KernelEntropy entropy_;
    http::BaseUrl base_;
    http::Client client_;
    http::TokenSource tokens_;
    graph::GraphTenant tenant_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Sandbox, TenantContract, SandboxWorld);

namespace {

class GraphOverSandbox : public TenantContract<SandboxWorld> {};

TEST_F(GraphOverSandbox, ManyPeopleAreFoundTogether) {
    constexpr int people = 40;
    std::vector<ObjectId> ids;
    for (int i = 0; i < people; ++i)
        ids.push_back(world_.put_account("p" + std::to_string(i) + "@contoso.com", Anchor{}));
    std::vector<std::optional<ObjectId>> found(people);
    int done = 0;

    for (int i = 0; i < people; ++i)
        asio::co_spawn(world_.io(),
                       world_.tenant().find_by_upn("P" + std::to_string(i) + "@contoso.com", world_.soon()),
                       [&, i](std::exception_ptr, const Outcome<std::optional<Account>>& outcome) {
                           ++done;
                           const auto* account = done_value(outcome);
                           if (account != nullptr && *account)
                               found[static_cast<std::size_t>(i)] = (*account)->id;
                       });
    while (done < people) world_.io().run_one();

    for (std::size_t i = 0; i < people; ++i) EXPECT_EQ(found[i], ids[i]) << i;
}

struct FaultCase {
    std::string name;
    std::string action;  // JSON
    std::string expected;
};
class BrokenCreate : public GraphOverSandbox, public testing::WithParamInterface<FaultCase> {};
TEST_P(BrokenCreate, HasTheRightOutcome) {
    world_.break_next(
        "/users",
        json::parse(GetParam().action, {.where = "action", .code = FaultCode::tenant_reply}).value());

    const auto outcome = create(jane());

    EXPECT_TRUE(what(outcome).starts_with(GetParam().expected)) << what(outcome);
}
const FaultCase fault_cases[] = {
    {"DroppedBefore", R"({"action":"drop_before"})", "unknown"},
    {"DroppedAfter", R"({"action":"drop_after"})", "unknown"},
    {"ServerError", R"({"action":"status","status":503})", "unknown"},
    {"Truncated", R"({"action":"truncate","bytes":20})", "unknown"},
    {"Page", R"({"action":"html200"})", "unknown"},
    {"Garbage", R"({"action":"garbage"})", "unknown"},
    {"OtherName", R"({"action":"rewrite","set":{"userPrincipalName":"x@contoso.com"}})", "unknown: ALARM"},
    {"NoId", R"({"action":"rewrite","set":{"id":null}})", "unknown: ALARM"},
    {"Redirect", R"({"action":"redirect","location":"https://example.com/"})", "tenant_reply"},
    {"Throttled", R"({"action":"status","status":429})", "throttled"},
};
INSTANTIATE_TEST_SUITE_P(Sandbox, BrokenCreate, testing::ValuesIn(fault_cases), [](const auto& one) {
    return one.param.name;
});

TEST_F(GraphOverSandbox, RevokedTokensAreRenewed) {
    const auto id = created(jane());
    world_.control("/sandbox/secrets", R"({"revoke_tokens":true})");

    const auto outcome = world_.run(world_.tenant().get_account(id, world_.soon()));

    EXPECT_NE(done_value(outcome), nullptr) << what(outcome);
}

TEST_F(GraphOverSandbox, ExpiredSecretIsUnauthorizedUntilItIsMended) {
    world_.control("/sandbox/secrets", R"({"expire":true,"revoke_tokens":true})");

    const auto outcome = world_.run(world_.tenant().get_skus(world_.soon()));

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome)) << what(outcome);
    EXPECT_EQ(std::get<Unauthorized>(outcome).code, FaultCode::tenant_credentials);
}

TEST_F(GraphOverSandbox, MissingPermissionIsNamed) {
    world_.control("/sandbox/roles", R"({"roles":["User.Read.All"]})");
    const auto outcome = create(jane());

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome)) << what(outcome);
    EXPECT_EQ(std::get<Unauthorized>(outcome).code, FaultCode::tenant_permission);
    EXPECT_NE(std::get<Unauthorized>(outcome).cure.find("User.ReadWrite.All"), std::string::npos);
}

}  // namespace
}  // namespace uplift::test
