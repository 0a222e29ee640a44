#include "core/exchange/invoker.hpp"

#include "tests/unit/exchange/talk.hpp"

namespace uplift::exchange {
namespace {

std::string next_link(const std::string& url) { return R"(,"@odata.nextLink":")" + url + "\""; }

TEST(ExchangeInvoker, PagesAreTheSameCommandAtTheNextAddress) {
    Talk* self = nullptr;
    Talk talk([&](const std::string& request) {
        if (request.find("skiptoken=1000") != std::string::npos)
            return json_reply(200, listed(mailbox_row(other_id.value)));
        const auto link =
            self->server.url("/adminapi/beta/" + tenant_id + "/InvokeCommand?$select=A&$skiptoken=1000");
        return json_reply(200, listed(mailbox_row(kim_id.value), next_link(link)));
    });
    self = &talk;

    const auto outcome = talk.run(talk.mailboxes.made_since(talk.clock.now(), talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    EXPECT_EQ(done_value(outcome)->size(), 2u);
    ASSERT_EQ(talk.calls.size(), 2u);
    EXPECT_EQ(body_of_request(talk.calls[0]), body_of_request(talk.calls[1]));
    EXPECT_THAT(talk.calls[1], HasSubstr("X-AnchorMailbox: "));
}

struct LinkCase {
    std::string name;
    std::string path;
};
class Links : public testing::TestWithParam<LinkCase> {};
TEST_P(Links, ThatLeadElsewhereAreNotFollowed) {
    Talk* self = nullptr;
    Talk talk([&](const std::string&) {
        const auto& path = GetParam().path;
        const auto link = path.starts_with("https") ? path : self->server.url(path);
        return json_reply(200, listed(mailbox_row(kim_id.value), next_link(link)));
    });
    self = &talk;

    const auto outcome = talk.run(talk.mailboxes.made_since(talk.clock.now(), talk.soon()));

    EXPECT_TRUE(std::holds_alternative<NotSent>(outcome));
    EXPECT_EQ(talk.calls.size(), 1u);
}
const LinkCase link_cases[] = {
    {"Host", "https://evil.example/adminapi/beta/x/InvokeCommand?$skiptoken=1"},
    {"OutOfTheApi", "/other/beta/x/InvokeCommand?$skiptoken=1"},
    {"OtherEndpoint", "/adminapi/beta/x/Mailbox?$skiptoken=1"},
    {"UpAgain", "/adminapi/beta/../InvokeCommand?$skiptoken=1"},
    {"NameInTheQuery", "/adminapi/v1.0/x?/InvokeCommand"},
};
INSTANTIATE_TEST_SUITE_P(ExchangeInvoker, Links, testing::ValuesIn(link_cases), [](const auto& one) {
    return one.param.name;
});

TEST(ExchangeInvoker, PagesInACircleAreAnError) {
    Talk* self = nullptr;
    Talk talk([&](const std::string&) {
        const auto link = self->server.url("/adminapi/beta/" + tenant_id + "/InvokeCommand?$skiptoken=1");
        return json_reply(200, listed("", next_link(link)));
    });
    self = &talk;

    EXPECT_TRUE(
        std::holds_alternative<NotSent>(talk.run(talk.mailboxes.made_since(talk.clock.now(), talk.soon()))));
    EXPECT_EQ(talk.calls.size(), 2u);
}

TEST(ExchangeInvoker, ListThatFailsHalfWayIsNotGiven) {
    Talk* self = nullptr;
    Talk talk([&](const std::string& request) {
        if (request.find("skiptoken") != std::string::npos) return json_reply(500, "{}");
        const auto link = self->server.url("/adminapi/beta/" + tenant_id + "/InvokeCommand?$skiptoken=1");
        return json_reply(200, listed(mailbox_row(kim_id.value), next_link(link)));
    });
    self = &talk;

    EXPECT_TRUE(
        std::holds_alternative<NotSent>(talk.run(talk.mailboxes.made_since(talk.clock.now(), talk.soon()))));
}

TEST(ExchangeInvoker, ListThatWasCutIsNotGiven) {
    Talk talk([](const std::string&) {
        return json_reply(
            200,
            R"({"@adminapi.warnings":["There are more results available than are currently displayed."],"value":[)" +
                mailbox_row(kim_id.value) + "]}");
    });

    EXPECT_TRUE(
        std::holds_alternative<NotSent>(talk.run(talk.mailboxes.made_since(talk.clock.now(), talk.soon()))));
}

TEST(ExchangeInvoker, ExpiredTokenIsRenewedOnceAndTheCommandSentAgain) {
    Talk talk([](const std::string& request) {
        return request.find("Bearer token1") != std::string::npos ? json_reply(401, "")
                                                                  : json_reply(200, listed(""));
    });

    const auto outcome = talk.run(talk.mailboxes.enable_archive(kim_id, attempt, talk.soon()));

    EXPECT_NE(done_value(outcome), nullptr);
    ASSERT_EQ(talk.calls.size(), 2u);
    EXPECT_EQ(body_of_request(talk.calls[0]), body_of_request(talk.calls[1]));
}

TEST(ExchangeInvoker, TokenThatIsRefusedTwiceIsUnauthorized) {
    Talk talk([](const std::string&) { return json_reply(401, ""); });

    const auto outcome = talk.run(talk.mailboxes.enable_archive(kim_id, attempt, talk.soon()));

    EXPECT_TRUE(std::holds_alternative<Unauthorized>(outcome));
    EXPECT_EQ(talk.calls.size(), 2u);
}

TEST(ExchangeInvoker, WriteWhoseReplyIsLostIsUnknownAndNotResent) {
    Talk talk(
        [](const std::string&) { return std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"); });

    const auto outcome =
        talk.run(talk.mailboxes.set_hold(kim_id, LitigationHold{}, attempt, talk.clock.now() + 1s));

    EXPECT_TRUE(std::holds_alternative<Unknown>(outcome));
    EXPECT_EQ(talk.calls.size(), 1u);
}

TEST(ExchangeInvoker, CallWhoseDeadlineHasPassedIsNotSent) {
    Talk talk([](const std::string&) { return json_reply(200, listed("")); });

    const auto outcome = talk.run(talk.mailboxes.enable_archive(kim_id, attempt, talk.clock.now() - 1s));

    EXPECT_TRUE(std::holds_alternative<NotSent>(outcome));
    EXPECT_TRUE(talk.calls.empty());
}

TEST(ExchangeInvoker, AppWithoutThePermissionAsksNothingAndIsLookedAtAgain) {
    Talk talk([](const std::string&) { return json_reply(200, listed("")); });
    talk.tokens_said = "e30.eyJyb2xlcyI6W119.x";  // {"roles":[]}

    const auto first = talk.run(talk.mailboxes.enable_archive(kim_id, attempt, talk.soon()));
    const auto second = talk.run(talk.mailboxes.enable_archive(kim_id, attempt, talk.soon()));
    const int tokens_before = talk.tokens_given;
    talk.clock.ahead = 6min;
    talk.tokens_said = "e30.eyJyb2xlcyI6WyJFeGNoYW5nZS5NYW5hZ2VBc0FwcCJdfQ.x";  // Exchange.ManageAsApp
    const auto third = talk.run(talk.mailboxes.enable_archive(kim_id, attempt, talk.soon()));

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(first));
    EXPECT_EQ(std::get<Unauthorized>(first).code, FaultCode::tenant_permission);
    EXPECT_TRUE(std::holds_alternative<Unauthorized>(second));
    EXPECT_EQ(tokens_before, 1);
    EXPECT_NE(done_value(third), nullptr);
    EXPECT_EQ(talk.calls.size(), 1u);
}

TEST(ExchangeInvoker, ThrottlingWithoutATimeGrowsAndIsJittered) {
    Talk talk([](const std::string&) { return json_reply(429, ""); });
    const auto wait = [&] {
        const auto before = talk.clock.now();
        const auto outcome = talk.run(talk.mailboxes.get(kim_id, talk.soon()));
        const auto* throttled = std::get_if<Throttled>(&outcome);
        return throttled == nullptr ? Duration{} : throttled->until - before;
    };

    const auto first = wait();
    talk.clock.ahead += 60s;
    const auto second = wait();

    EXPECT_GE(first, 30s);
    EXPECT_LT(first, 40s);
    EXPECT_GE(second, 60s);
}

}  // namespace
}  // namespace uplift::exchange
