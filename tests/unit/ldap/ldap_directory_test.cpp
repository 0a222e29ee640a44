// The adapter against servers that misbehave: traps T6 to T9 and AC-31, by name.
#include "core/ldap/ldap_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>

#include "tests/unit/ldap/asking.hpp"
#include "tests/unit/ldap/hostile_server.hpp"

namespace uplift::ldap::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Trap T7: set before libldap's first call, as a careless environment would be.
const bool environment_is_careless = [] {
    ::setenv("LDAPTLS_REQCERT", "never", 1);
    ::setenv("LDAPTLS_REQSAN", "never", 1);
    ::setenv("LDAPVERSION", "2", 1);
    return true;
}();

const std::string jane_dn = "CN=Jane,OU=Staff,DC=corp,DC=example,DC=com";
const std::string jane_guid("\xC4\x92\x86\x06\x55\x5f\x75\x47\xbf\xd1\xa5\xe2\x0a\x2b\x62\x82", 16);
const EntryAttributes jane = {
    {"objectGUID", {jane_guid}}, {"distinguishedName", {jane_dn}}, {"mail", {"jane@corp.example.com"}}};

std::string jane_answers(int id) { return search_entry(id, jane_dn, jane) + search_done(id, 0); }

// A domain controller that knows Jane only.
void honest(Peer& peer) {
    peer.serve([](Peer& to, const Request& request) {
        to.send(jane_answers(request.id));
        return true;
    });
}

LdapSettings over_tls(LdapSettings settings, const Certificates& trusted) {
    settings.tls = Tls::ldaps;
    settings.ca_file = trusted.ca_file();
    return settings;
}

const Certificates& certificates() {
    static const Certificates made;
    return made;
}

template <class Case>
const Case& expect(const FoundPeople& outcome) {
    const auto* found = std::get_if<Case>(&outcome);
    if (found == nullptr) throw std::runtime_error("another outcome: " + std::to_string(outcome.index()));
    return *found;
}

const std::vector<engine::FoundPerson>& people(const FoundPeople& outcome) {
    return expect<Done<std::vector<engine::FoundPerson>>>(outcome).value;
}

TEST(LdapDirectory, FindsWhomAnHonestServerKnows) {
    HostileServer server(honest);
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.find({IdentityKind::sAMAccountName, "CORP\\jane"}, {"mail"}, 2s);

    ASSERT_EQ(people(outcome).size(), 1u);
    const auto& person = people(outcome).front().person;
    EXPECT_EQ(to_string(person.object_guid), "068692c4-5f55-4775-bfd1-a5e20a2b6282");
    EXPECT_EQ(person.distinguished_name, jane_dn);
    EXPECT_EQ(person.first("MAIL"), "jane@corp.example.com");
    EXPECT_FALSE(person.attributes.contains("objectGUID"));
    EXPECT_EQ(person.read_from, server.name());
    EXPECT_EQ(asking.directory().health().domain_controller, server.name());
}

TEST(LdapDirectory, T6_SilentHostOfLdapsIsLeftForTheNext) {
    HostileServer silent([](Peer& peer) { peer.fall_silent(); });
    HostileServer good([](Peer& peer) {
        if (peer.start_tls(certificates())) honest(peer);
    });
    Asking asking(over_tls(scaled_settings({silent.uri("ldaps"), good.uri("ldaps")}), certificates()));

    const auto outcome = asking.find_upn("jane@corp.example.com", 5s);

    EXPECT_EQ(people(outcome).front().person.read_from, good.name());
}

TEST(LdapDirectory, T6_TlsRecordCutInMidSearchIsAskedElsewhere) {
    HostileServer cutting([](Peer& peer) {
        if (!peer.start_tls(certificates())) return;
        peer.serve([](Peer& to, const Request& request) {
            to.send(search_entry(request.id, jane_dn, jane));
            to.send_half_a_record(search_done(request.id, 0));
            to.fall_silent();
            return false;
        });
    });
    HostileServer good([](Peer& peer) {
        if (peer.start_tls(certificates())) honest(peer);
    });
    Asking asking(over_tls(scaled_settings({cutting.uri("ldaps"), good.uri("ldaps")}), certificates()));

    const auto outcome = asking.find_upn("jane@corp.example.com", 5s);

    ASSERT_EQ(people(outcome).size(), 1u);
    EXPECT_EQ(people(outcome).front().person.read_from, good.name());
}

TEST(LdapDirectory, T6_CallEndsByItsDeadlineWhenNobodyEverAnswers) {
    HostileServer silent([](Peer& peer) { peer.fall_silent(); });
    auto settings = scaled_settings({silent.uri("ldaps")});
    settings.limits.connect = 60s;
    Asking asking(over_tls(std::move(settings), certificates()));

    const auto outcome = asking.find_upn("jane@corp.example.com", 300ms);

    EXPECT_EQ(expect<NotSent>(outcome).code, FaultCode::directory_unreachable);
}

TEST(LdapDirectory, T7_EnvironmentThatTurnsVerificationOffIsNotHeard) {
    ASSERT_TRUE(environment_is_careless);
    const Certificates others;
    HostileServer server([](Peer& peer) {
        if (peer.start_tls(certificates())) honest(peer);
    });
    Asking asking(over_tls(scaled_settings({server.uri("ldaps")}), others));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(expect<NotSent>(outcome).code, FaultCode::directory_tls);
    EXPECT_EQ(server.binds(), 0);
    EXPECT_STREQ(::getenv("LDAPNOINIT"), "1");
}

TEST(LdapDirectory, T7_CertificateForAnotherNameIsRefused) {
    const Certificates elsewhere("127.9.9.9");
    HostileServer server([&](Peer& peer) {
        if (peer.start_tls(elsewhere)) honest(peer);
    });
    Asking asking(over_tls(scaled_settings({server.uri("ldaps")}), elsewhere));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(expect<NotSent>(outcome).code, FaultCode::directory_tls);
    EXPECT_EQ(server.binds(), 0);
}

TEST(LdapDirectory, T7_TlsOlderThan12IsRefused) {
    HostileServer server([](Peer& peer) {
        if (peer.start_tls(certificates(), TLS1_1_VERSION)) honest(peer);
    });
    Asking asking(over_tls(scaled_settings({server.uri("ldaps")}), certificates()));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    expect<NotSent>(outcome);
    EXPECT_EQ(server.binds(), 0);
}

TEST(LdapDirectory, T7_MissingCaFileIsSaid) {
    HostileServer server(honest);
    auto settings = over_tls(scaled_settings({server.uri("ldaps")}), certificates());
    settings.ca_file = "/nonexistent/ca.pem";
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(expect<NotSent>(outcome).code, FaultCode::directory_tls);
    EXPECT_THAT(expect<NotSent>(outcome).why, HasSubstr("/nonexistent/ca.pem"));
}

TEST(LdapDirectory, T8_ReferralIsADefiniteErrorAndNeverFollowed) {
    HostileServer silent([](Peer& peer) { peer.fall_silent(); });
    HostileServer referring([&](Peer& peer) {
        peer.serve([&](Peer& to, const Request& request) {
            to.send(search_done(request.id, 10, {}, silent.uri() + "/DC=other"));
            return true;
        });
    });
    Asking asking(scaled_settings({referring.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(expect<Refused>(outcome).code, FaultCode::directory_refused);
    EXPECT_THAT(expect<Refused>(outcome).what, HasSubstr("referral (10)"));
    EXPECT_THAT(expect<Refused>(outcome).what, HasSubstr("DC=corp,DC=example,DC=com"));
    EXPECT_EQ(silent.connections(), 0);
}

TEST(LdapDirectory, T8_ContinuationReferencesAreNobody) {
    HostileServer silent([](Peer& peer) { peer.fall_silent(); });
    HostileServer server([&](Peer& peer) {
        peer.serve([&](Peer& to, const Request& request) {
            to.send(search_entry(request.id, jane_dn, jane));
            to.send(search_reference(request.id, silent.uri() + "/CN=Configuration,DC=corp"));
            to.send(search_done(request.id, 0));
            return true;
        });
    });
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(people(outcome).size(), 1u);
    EXPECT_EQ(silent.connections(), 0);
}

TEST(LdapDirectory, T9_HalfAnAnswerIsNoAnswer) {
    HostileServer dying([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(search_entry(request.id, jane_dn, jane));  // the second Jane never leaves
            return false;
        });
    });
    HostileServer good([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(search_entry(request.id, jane_dn, jane) +
                    search_entry(request.id, "CN=Other," + jane_dn, {}) + search_done(request.id, 0));
            return true;
        });
    });
    Asking alone(scaled_settings({dying.uri()}));
    Asking both(scaled_settings({dying.uri(), good.uri()}));

    const auto from_one = alone.find_upn("jane@corp.example.com", 2s);
    const auto from_two = both.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(expect<NotSent>(from_one).code, FaultCode::directory_unreachable);
    EXPECT_LE(dying.connections(), 6);
    EXPECT_EQ(people(from_two).size(), 2u);
    EXPECT_EQ(people(from_two).front().person.read_from, good.name());
}

TEST(LdapDirectory, T9_PagesAreReadToTheEmptyCookie) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            if (request.cookie == "")
                to.send(search_entry(request.id, jane_dn, jane) + search_done(request.id, 0, "more"));
            else
                to.send(search_entry(request.id, "CN=Second," + jane_dn, {}) + search_done(request.id, 0));
            return true;
        });
    });
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(people(outcome).size(), 2u);
}

TEST(LdapDirectory, T9_CookieThatGoesInCirclesIsADefiniteError) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(search_entry(request.id, jane_dn, jane) + search_done(request.id, 0, "again"));
            return true;
        });
    });
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_THAT(expect<Refused>(outcome).what, HasSubstr("circle"));
}

TEST(LdapDirectory, T9_SizeLimitIsADefiniteErrorThatNamesTheBase) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(search_entry(request.id, jane_dn, jane) + search_done(request.id, 4));
            return true;
        });
    });
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_THAT(expect<Refused>(outcome).what, HasSubstr("sizeLimitExceeded (4)"));
    EXPECT_THAT(expect<Refused>(outcome).what, HasSubstr("DC=corp,DC=example,DC=com"));
}

TEST(LdapDirectory, MessageAboveTheLimitEndsTheConnectionAndNotTheProcess) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            const EntryAttributes huge{{"info", {std::string(5U << 20, 'x')}}};
            to.send(search_entry(request.id, jane_dn, huge) + search_done(request.id, 0));
            return true;
        });
    });
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 4s);

    expect<NotSent>(outcome);
}

TEST(LdapDirectory, Ac31_StrippedStartTlsGetsNoPassword) {
    HostileServer server(honest);  // answers StartTLS with protocolError
    auto settings = scaled_settings({server.uri()});
    settings.tls = Tls::starttls;
    settings.ca_file = certificates().ca_file();
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(expect<NotSent>(outcome).code, FaultCode::directory_tls);
    EXPECT_EQ(server.binds(), 0);
}

TEST(LdapDirectory, StartTlsComesBeforeTheBind) {
    HostileServer server([](Peer& peer) {
        const auto request = peer.read();
        if (!request || request->operation != Operation::extended) return;
        peer.send(extended_response(request->id, 0));
        if (peer.start_tls(certificates())) honest(peer);
    });
    auto settings = scaled_settings({server.uri()});
    settings.tls = Tls::starttls;
    settings.ca_file = certificates().ca_file();
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(people(outcome).size(), 1u);
}

TEST(LdapDirectory, BusyServerIsAskedAgainAfterAPause) {
    std::atomic<int> asked = 0;
    HostileServer server([&](Peer& peer) {
        peer.serve([&](Peer& to, const Request& request) {
            to.send(asked++ == 0 ? search_done(request.id, 51) : jane_answers(request.id));
            return true;
        });
    });
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(people(outcome).size(), 1u);
    EXPECT_EQ(server.connections(), 1);
}

TEST(LdapDirectory, UnavailableServerIsLeftForTheNext) {
    HostileServer away([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(search_done(request.id, 52));
            return true;
        });
    });
    HostileServer good(honest);
    Asking asking(scaled_settings({away.uri(), good.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(people(outcome).front().person.read_from, good.name());
}

TEST(LdapDirectory, RefusedCredentialsAreSaidInWordsAndTriedOnce) {
    HostileServer server([](Peer& peer) {
        while (const auto request = peer.read())
            peer.send(bind_response(request->id,
                                    49,
                                    "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, "
                                    "data 775, v4563"));
    });
    HostileServer second(honest);
    Asking asking(scaled_settings({server.uri(), second.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);
    const auto again = asking.find_upn("john@corp.example.com", 2s);

    EXPECT_EQ(expect<Unauthorized>(outcome).code, FaultCode::directory_credentials);
    EXPECT_THAT(expect<Unauthorized>(outcome).what, HasSubstr("the account is locked (data 775)"));
    expect<Unauthorized>(again);
    EXPECT_EQ(server.binds(), 1);
    EXPECT_EQ(second.connections(), 0);
}

TEST(LdapDirectory, StrongerAuthRequiredIsDefinite) {
    HostileServer server([](Peer& peer) {
        while (const auto request = peer.read()) peer.send(bind_response(request->id, 8));
    });
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_EQ(expect<Refused>(outcome).code, FaultCode::directory_refused);
    EXPECT_THAT(expect<Refused>(outcome).what, HasSubstr("strongerAuthRequired (8)"));
}

TEST(LdapDirectory, FirstDomainControllerComesBackIntoUse) {
    std::atomic<bool> ill = true;
    HostileServer first([&](Peer& peer) {
        if (!ill) honest(peer);
    });
    HostileServer second(honest);
    auto settings = scaled_settings({first.uri(), second.uri()});
    settings.limits.rest = 100ms;
    Asking asking(std::move(settings));

    const auto meanwhile = asking.find_upn("jane@corp.example.com", 2s);
    ill = false;
    FoundPeople later;
    for (int tries = 0; tries < 100; ++tries) {
        std::this_thread::sleep_for(10ms);
        later = asking.find_upn("jane@corp.example.com", 2s);
        if (people(later).front().person.read_from == first.name()) break;
    }

    EXPECT_EQ(people(meanwhile).front().person.read_from, second.name());
    EXPECT_EQ(people(later).front().person.read_from, first.name());
}

TEST(LdapDirectory, SilentFirstDomainControllerDoesNotHoldUpTheSecond) {
    HostileServer silent([](Peer& peer) { peer.fall_silent(); });
    HostileServer second(honest);
    auto settings = scaled_settings({silent.uri(), second.uri()});
    settings.limits.connect = 400ms;
    settings.limits.rest = 1ms;  // so that the first is tried again all the time
    Asking asking(std::move(settings));
    asking.find_upn("jane@corp.example.com", 5s);

    for (int i = 0; i < 50; ++i) {
        const auto outcome = asking.find_upn("jane@corp.example.com", 300ms);

        ASSERT_EQ(people(outcome).front().person.read_from, second.name());
    }
}

TEST(LdapDirectory, ConnectionClosedWhileIdleIsOpenedAgainInSilence) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            to.send(jane_answers(request.id));
            return false;  // and closes
        });
    });
    Asking asking(scaled_settings({server.uri()}));

    for (int i = 0; i < 3; ++i) {
        const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

        ASSERT_EQ(people(outcome).size(), 1u);
        std::this_thread::sleep_for(20ms);
    }

    EXPECT_EQ(server.connections(), 3);
    EXPECT_EQ(asking.directory().health().last_error, "");
}

TEST(LdapDirectory, AllDomainControllersDownIsNotSentAtOnceWithTheLastReason) {
    const auto port = std::to_string(unused_port());
    Asking asking(scaled_settings({"ldap://127.0.0.1:" + port}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 60s);

    EXPECT_EQ(expect<NotSent>(outcome).code, FaultCode::directory_unreachable);
    EXPECT_THAT(expect<NotSent>(outcome).why, HasSubstr("Connection refused"));
    EXPECT_THAT(asking.directory().health().last_error, HasSubstr("127.0.0.1:" + port));
}

TEST(LdapDirectory, SearchThatNeverGetsItsAnswerCostsTheServerItsTurn) {
    HostileServer deaf([](Peer& peer) { peer.serve([](Peer&, const Request&) { return true; }); });
    HostileServer good(honest);
    Asking asking(scaled_settings({deaf.uri(), good.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 5s);

    EXPECT_EQ(people(outcome).front().person.read_from, good.name());
    EXPECT_THAT(asking.directory().health().last_error, HasSubstr("silent"));
}

// A server that is slower than the deadlines of its callers must still be noticed.
TEST(LdapDirectory, SilenceIsNoticedAcrossCallsWithShortDeadlines) {
    HostileServer deaf([](Peer& peer) { peer.serve([](Peer&, const Request&) { return true; }); });
    HostileServer good(honest);
    Asking asking(scaled_settings({deaf.uri(), good.uri()}));

    FoundPeople outcome = NotSent{};
    for (int i = 0; i < 30 && done_value(outcome) == nullptr; ++i)
        outcome = asking.find_upn("jane@corp.example.com", 100ms);

    EXPECT_EQ(people(outcome).front().person.read_from, good.name());
}

TEST(LdapDirectory, SlowLorisIsCutOff) {
    HostileServer slow([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            const auto answer = jane_answers(request.id);
            for (const char c : answer) {
                if (!to.send(std::string(1, c))) return false;
                std::this_thread::sleep_for(25ms);
            }
            return true;
        });
    });
    HostileServer good(honest);
    Asking asking(scaled_settings({slow.uri(), good.uri()}));

    const auto outcome = asking.find_upn("jane@corp.example.com", 6s);

    EXPECT_EQ(people(outcome).front().person.read_from, good.name());
}

TEST(LdapDirectory, AttributesThatComeInRangesAreCompleted) {
    HostileServer server([](Peer& peer) {
        peer.serve([](Peer& to, const Request& request) {
            if (request.attributes.back() == "member;range=2-*")
                to.send(search_entry(request.id, jane_dn, {{"member;range=2-3", {"c", "d"}}}));
            else if (request.attributes.back() == "member;range=4-*")
                to.send(search_entry(request.id, jane_dn, {{"member;range=4-*", {"e"}}}));
            else
                to.send(search_entry(
                    request.id,
                    jane_dn,
                    {{"objectGUID", {jane_guid}}, {"member", {}}, {"member;range=0-1", {"a", "b"}}}));
            to.send(search_done(request.id, 0));
            return true;
        });
    });
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.find({IdentityKind::userPrincipalName, "x"}, {"member"}, 2s);

    const auto& attributes = people(outcome).front().person.attributes;
    ASSERT_TRUE(attributes.contains("member"));
    EXPECT_THAT(attributes.find("member")->second, testing::ElementsAre("a", "b", "c", "d", "e"));
}

TEST(LdapDirectory, ManySearchesAreOutstandingAtOnce) {
    std::atomic<int> most = 0;
    HostileServer server([&](Peer& peer) {
        std::vector<int> asked;
        peer.serve([&](Peer& to, const Request& request) {
            asked.push_back(request.id);
            most = std::max(most.load(), static_cast<int>(asked.size()));
            if (asked.size() < 64) return true;
            for (auto id = asked.rbegin(); id != asked.rend(); ++id) to.send(jane_answers(*id));
            asked.clear();
            return true;
        });
    });
    Asking asking(scaled_settings({server.uri()}));
    int found = 0;
    const auto one = [](Asking& through, int& count) -> boost::asio::awaitable<void> {
        Identity identity{.kind = IdentityKind::userPrincipalName, .value = "jane@corp.example.com"};
        const auto outcome = co_await through.directory().find(std::move(identity), {}, within(5s));
        if (done_value(outcome) != nullptr) ++count;
    };

    for (int i = 0; i < 128; ++i)
        boost::asio::co_spawn(asking.network(), one(asking, found), boost::asio::detached);
    asking.network().run();

    EXPECT_EQ(found, 128);
    EXPECT_EQ(most, 64);
    EXPECT_EQ(server.connections(), 1);
}

TEST(LdapDirectory, DestructionAnswersCallsUnderWay) {
    HostileServer deaf([](Peer& peer) { peer.serve([](Peer&, const Request&) { return true; }); });
    auto settings = scaled_settings({deaf.uri()});
    settings.limits = Limits{};
    auto made = LdapDirectory::make(std::move(settings));
    ASSERT_TRUE(made);
    auto directory = std::move(*made);
    boost::asio::io_context network;
    FoundPeople outcome;
    const auto call = [](LdapDirectory& asked, FoundPeople& answer) -> boost::asio::awaitable<void> {
        Identity identity{.kind = IdentityKind::userPrincipalName, .value = "jane@corp.example.com"};
        answer = co_await asked.find(std::move(identity), {}, within(60s));
    };
    boost::asio::co_spawn(network, call(*directory, outcome), boost::asio::detached);
    while (directory->health().outstanding == 0) {
        network.poll();
        std::this_thread::sleep_for(5ms);
    }

    directory.reset();
    network.run();

    EXPECT_EQ(expect<NotSent>(outcome).why, "Uplift stops");
}

TEST(LdapDirectory, BadExcludeFilterIsADefiniteError) {
    HostileServer server(honest);
    auto settings = scaled_settings({server.uri()});
    settings.exclude = "(department=Vendors";
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("jane@corp.example.com", 2s);

    EXPECT_THAT(expect<Refused>(outcome).what, HasSubstr("(department=Vendors"));
    EXPECT_THAT(expect<Refused>(outcome).cure, HasSubstr("exclude"));
}

TEST(LdapDirectory, ProbeSaysWhichDomainControllerIsInUse) {
    HostileServer server(honest);
    Asking asking(scaled_settings({server.uri()}));

    const auto outcome = asking.probe(2s);

    const auto* health = done_value(outcome);
    ASSERT_NE(health, nullptr);
    EXPECT_EQ(health->domain_controller, server.name());
    EXPECT_TRUE(health->since.has_value());
}

struct SettingCase {
    std::string name;
    std::function<void(LdapSettings&)> spoil;
    std::string place;
};
void PrintTo(const SettingCase& row, std::ostream* out) { *out << row.name; }

class BadSettings : public testing::TestWithParam<SettingCase> {};

TEST_P(BadSettings, AreRefusedWithTheirPlace) {
    auto settings = scaled_settings({"ldaps://dc1.corp.example.com"});
    settings.tls = Tls::ldaps;
    GetParam().spoil(settings);

    const auto made = LdapDirectory::make(std::move(settings));

    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().where, GetParam().place);
    EXPECT_FALSE(made.error().cure.empty());
}

const SettingCase setting_cases[] = {
    {"NoUris", [](LdapSettings& s) { s.uris.clear(); }, "directory.corp.uris"},
    {"PlainUriForLdaps", [](LdapSettings& s) { s.uris = {"ldap://dc1"}; }, "directory.corp.uris"},
    {"UriWithBase", [](LdapSettings& s) { s.uris = {"ldaps://dc1/DC=corp"}; }, "directory.corp.uris"},
    {"UriWithLetters", [](LdapSettings& s) { s.uris = {"ldaps://dc1:abc"}; }, "directory.corp.uris"},
    {"ClearTextToAnotherMachine",
     [](LdapSettings& s) {
         s.tls = Tls::none;
         s.uris = {"ldap://dc1.corp.example.com"};
     },
     "directory.corp.tls"},
    {"BaseIsNoName", [](LdapSettings& s) { s.base_dn = "corp.example.com"; }, "directory.corp.base_dn"},
    {"EmptyBase", [](LdapSettings& s) { s.base_dn = ""; }, "directory.corp.base_dn"},
    {"NoAccount", [](LdapSettings& s) { s.bind_dn = ""; }, "directory.corp.bind_dn"},
    {"EmptyPassword", [](LdapSettings& s) { s.password = Secret(); }, "directory.corp.password"},
};
INSTANTIATE_TEST_SUITE_P(LdapDirectory, BadSettings, testing::ValuesIn(setting_cases), [](const auto& row) {
    return row.param.name;
});

}  // namespace
}  // namespace uplift::ldap::test
