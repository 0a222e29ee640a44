#include "core/http/token_source.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "core/http/signal.hpp"
#include "core/http/token_reply.hpp"
#include "core/model/guid.hpp"
#include "core/text/url.hpp"

namespace uplift::http {
namespace asio = boost::asio;

namespace {

// A token in its last minute may be over before it arrives.
constexpr auto last_use = std::chrono::minutes{1};
constexpr auto longest_backoff = std::chrono::minutes{5};

void fill_random(std::span<unsigned char> octets) {
    if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) std::abort();
}

Duration jittered(Duration most) {
    std::uint64_t number = 0;
    std::array<unsigned char, sizeof number> octets{};
    fill_random(octets);
    for (const auto octet : octets) number = number << 8 | octet;
    return Duration{static_cast<std::int64_t>(number % static_cast<std::uint64_t>(most.count() + 1))};
}

std::string fresh_guid() {
    Guid guid;
    fill_random(guid.octets);
    guid.octets[7] = static_cast<std::uint8_t>((guid.octets[7] & 0x0F) | 0x40);
    guid.octets[8] = static_cast<std::uint8_t>((guid.octets[8] & 0x3F) | 0x80);
    return to_string(guid);
}

// name=value&name=value, percent-encoded, in the arena.
class Form {
 public:
    // Longest possible: every byte three letters.
    explicit Form(std::size_t clear_bytes) : text_(3 * clear_bytes) {}
    Form& field(std::string_view name, std::string_view value) {
        if (used_ > 0) put("&");
        put(name);
        put("=");
        constexpr std::string_view digits = "0123456789ABCDEF";
        for (const char letter : value) {
            const auto octet = static_cast<unsigned char>(letter);
            const bool unreserved = (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
                                    (octet >= 'a' && octet <= 'z') || octet == '-' || octet == '.' ||
                                    octet == '_' || octet == '~';
            if (unreserved) {
                put({&letter, 1});
            } else {
                const std::array<char, 3> encoded{'%', digits[octet >> 4], digits[octet & 15]};
                put({encoded.data(), encoded.size()});
            }
        }
        return *this;
    }
    Secret take() {
        text_.truncate(used_);
        return std::move(text_);
    }

 private:
    void put(std::string_view piece) {
        std::copy(piece.begin(), piece.end(), text_.writable().begin() + static_cast<std::ptrdiff_t>(used_));
        used_ += piece.size();
    }
    Secret text_;
    std::size_t used_ = 0;
};

}  // namespace

struct TokenSource::State {
    State(Client& the_client, TokenSettings the_settings, std::function<TimePoint()> the_clock)
        : client(the_client), settings(std::move(the_settings)), now(std::move(the_clock)) {}

    Client& client;
    TokenSettings settings;
    std::function<TimePoint()> now;
    TokenPtr token;
    std::shared_ptr<Signal> running;  // set when the sign-in that runs has ended
    Outcome<TokenPtr> last = NotSent{};
    TimePoint quiet_until{};  // nothing is sent before: the last answer holds
    bool source_gone = false;
    AssertionForm form = AssertionForm::ps256_with_sha256_thumbprint;

    [[nodiscard]] bool usable(const TokenPtr& one) const { return one && now() < one->expires_at - last_use; }

    Result<Request> request() const {
        constexpr std::string_view grant = "client_credentials";
        constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        Target target(settings.login);
        target.segment(settings.tenant).path("/oauth2/v2.0/token");
        Secret assertion;
        std::string_view credential;
        if (const auto* certificate = std::get_if<Certificate>(&settings.credential)) {
            const AssertionClaims claims{
                .audience = settings.login.text() + "/" + settings.tenant + "/oauth2/v2.0/token",
                .client_id = settings.client_id,
                .jti = fresh_guid(),
                .now = now()};
            auto made = client_assertion(*certificate, form, claims);
            if (!made) return made.error();
            assertion = std::move(*made);
            credential = assertion.view();
        } else {
            credential = std::get<ClientSecret>(settings.credential).value.view();
        }
        constexpr std::size_t names = 256;
        Form body(credential.size() + settings.client_id.size() + settings.scope.size() + names);
        body.field("client_id", settings.client_id).field("scope", settings.scope);
        body.field("grant_type", grant);
        if (assertion.empty())
            body.field("client_secret", credential);
        else
            body.field("client_assertion_type", assertion_type).field("client_assertion", credential);
        Request request(Method::post, settings.login, std::move(target));
        request.body("application/x-www-form-urlencoded", body.take()).reply_cap(token_reply_bytes);
        return request;
    }

    asio::awaitable<TokenReply> ask(SteadyPoint limit) {
        auto built = request();
        if (!built) {
            const Unauthorized outcome{
                .code = built.error().code, .what = built.error().what, .cure = built.error().cure};
            co_return SignInRefused{.error = "certificate", .outcome = outcome};
        }
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
        auto exchange = co_await client.exchange(std::move(*built), left);
        co_return understood_token(std::move(exchange), now());
    }

    // Some tenants do not find the certificate by its SHA-256 thumbprint.
    asio::awaitable<TokenReply> ask_in_both_forms(SteadyPoint limit) {
        auto reply = co_await ask(limit);
        const auto* refused = std::get_if<SignInRefused>(&reply);
        if (refused == nullptr || refused->error != "invalid_client" ||
            !std::holds_alternative<Certificate>(settings.credential))
            co_return reply;
        const auto before = form;
        form = before == AssertionForm::ps256_with_sha256_thumbprint
                   ? AssertionForm::rs256_with_sha1_thumbprint
                   : AssertionForm::ps256_with_sha256_thumbprint;
        auto other = co_await ask(limit);
        if (std::holds_alternative<Granted>(other)) co_return other;
        form = before;
        co_return reply;
    }

    void keep(Granted granted) {
        const auto at = now();
        Token fresh;
        fresh.bearer = std::make_shared<const Secret>(std::move(granted.token));
        fresh.fresh_until = at + granted.lifetime * 4 / 5;
        fresh.expires_at = at + granted.lifetime;
        fresh.roles = std::move(granted.roles);
        token = std::make_shared<const Token>(std::move(fresh));
        last = Done<TokenPtr>{token};
        quiet_until = {};
    }

    void rest(const Unauthorized& outcome) {
        last = outcome;
        quiet_until = now() + settings.rest_after_refusal;
    }

    void give_up(const SignInFailed& failed) {
        if (failed.wait || failed.throttled) {
            quiet_until = now() + (failed.wait ? failed.wait->wait : Duration{retry_after_when_unreadable});
            last = Throttled{.until = quiet_until};
        } else {
            last = NotSent{.why = failed.why, .code = failed.code};
        }
    }
};

TokenSource::TokenSource(Client& client, TokenSettings settings, std::function<TimePoint()> now)
    : state_(std::make_shared<State>(client, std::move(settings), std::move(now))) {}

TokenSource::~TokenSource() { state_->source_gone = true; }

asio::awaitable<void> TokenSource::sign_in(std::shared_ptr<State> state) {
    const auto limit = std::chrono::steady_clock::now() + state->settings.sign_in_limit;
    auto backoff = state->settings.first_backoff;
    try {
        for (unsigned attempt = 1; !state->source_gone; ++attempt) {
            auto reply = co_await state->ask_in_both_forms(limit);
            if (auto* granted = std::get_if<Granted>(&reply)) {
                state->keep(std::move(*granted));
                break;
            }
            if (const auto* refused = std::get_if<SignInRefused>(&reply)) {
                state->rest(refused->outcome);
                break;
            }
            const auto& failed = std::get<SignInFailed>(reply);
            const auto wait = failed.wait ? failed.wait->wait : jittered(backoff);
            if (attempt >= state->settings.tries || std::chrono::steady_clock::now() + wait >= limit) {
                state->give_up(failed);
                break;
            }
            backoff = std::min<Duration>(backoff * 2, longest_backoff);
            co_await pause(wait);
        }
    } catch (const std::exception& error) {
        state->last = NotSent{.why = error.what(), .code = FaultCode::tenant_unreachable};
    }
    const auto ended = std::exchange(state->running, nullptr);
    ended->set();
}

asio::awaitable<Outcome<TokenPtr>> TokenSource::get(std::chrono::milliseconds time_allowed) {
    const auto state = state_;
    const auto at = state->now();
    if (state->token && at < state->token->fresh_until) co_return Done<TokenPtr>{state->token};
    const auto old = state->token;
    if (!state->running) {
        if (at < state->quiet_until) {
            if (state->usable(old)) co_return Done<TokenPtr>{old};
            co_return state->last;
        }
        state->running = std::make_shared<Signal>(state->client.executor());
        asio::co_spawn(state->client.executor(), sign_in(state), asio::detached);
    }
    if (state->usable(old)) co_return Done<TokenPtr>{old};
    const auto running = state->running;
    const auto limit = std::chrono::steady_clock::now() + time_allowed;
    if (running && !co_await running->wait_until(limit))
        co_return NotSent{.why = "the sign-in takes too long", .code = FaultCode::tenant_unreachable};
    co_return state->last;
}

void TokenSource::invalidate(const TokenPtr& refused) {
    if (state_->token == refused) state_->token.reset();
}

std::optional<TimePoint> TokenSource::credential_end() const {
    const auto* certificate = std::get_if<Certificate>(&state_->settings.credential);
    if (certificate == nullptr) return std::nullopt;
    const auto end = certificate_end(certificate->certificate_pem);
    return end ? std::optional{*end} : std::nullopt;
}

}  // namespace uplift::http
