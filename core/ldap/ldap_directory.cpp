#include "core/ldap/ldap_directory.hpp"

#include <arpa/inet.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/ldap/directory_thread.hpp"
#include "core/ldap/library.hpp"
#include "core/ldap/listing.hpp"
#include "core/text/ldap.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::ldap {
namespace asio = boost::asio;
namespace {

// ldap[s]://HOST[:PORT] and nothing behind it.
std::optional<DomainController> parse_uri(std::string_view uri, Tls tls) {
    const std::string_view scheme = tls == Tls::ldaps ? "ldaps://" : "ldap://";
    if (!text::same_ignoring_case(uri.substr(0, scheme.size()), scheme)) return std::nullopt;
    auto authority = uri.substr(scheme.size());
    if (authority.ends_with('/')) authority.remove_suffix(1);
    if (authority.find_first_of("/?#@ \\%") != std::string_view::npos) return std::nullopt;

    std::string_view host = authority, port;
    const bool bracketed = authority.starts_with('[');
    const auto end = bracketed ? authority.find(']') : authority.find(':');
    if (bracketed && end == std::string_view::npos) return std::nullopt;
    if (end != std::string_view::npos) {
        host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
        const auto rest = authority.substr(bracketed ? end + 1 : end);
        if (!rest.empty() && (rest.front() != ':' || rest.size() < 2 || rest.size() > 6)) return std::nullopt;
        port = rest.empty() ? rest : rest.substr(1);
    }
    if (host.empty() || port.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;

    DomainController controller;
    controller.host = host;
    controller.port = !port.empty() ? std::string(port) : tls == Tls::ldaps ? "636" : "389";
    controller.name = authority;
    controller.uri = std::string(scheme) + std::string(authority);
    return controller;
}

bool is_loopback(const std::string& host) {
    in_addr four{};
    if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    return host == "::1" || text::same_ignoring_case(host, "localhost");
}

Fault bad_setting(const LdapSettings& settings, std::string_view key, std::string what, std::string cure) {
    return {.code = FaultCode::config_bad_value,
            .where = "directory." + settings.name.value + "." + std::string(key),
            .what = std::move(what),
            .cure = std::move(cure)};
}

// Those that `uris` names; none where DNS is to name them.
Result<std::vector<DomainController>> controllers_of(const LdapSettings& settings) {
    std::vector<DomainController> controllers;
    for (const auto& uri : settings.uris) {
        auto controller = parse_uri(uri, settings.tls);
        if (!controller)
            return bad_setting(settings,
                               "uris",
                               text::quoted(uri) + " is no address for this kind of TLS",
                               settings.tls == Tls::ldaps ? "Write ldaps://HOST or ldaps://HOST:PORT."
                                                          : "Write ldap://HOST or ldap://HOST:PORT.");
        if (settings.tls == Tls::none && !is_loopback(controller->host))
            return bad_setting(
                settings,
                "tls",
                text::quoted(uri) + " is not on this machine: the password would travel in clear text",
                "Set tls to \"ldaps\" or \"starttls\".");
        controller->rank = static_cast<int>(controllers.size());
        controllers.push_back(std::move(*controller));
    }
    if (controllers.empty() && settings.discover.empty())
        return bad_setting(settings, "uris", "there is no domain controller", "Name one: ldaps://HOST.");
    return controllers;
}

// Nothing: there is all that it takes to sign in.
std::optional<Fault> what_is_missing(const LdapSettings& settings) {
    if (settings.bind == Bind::gssapi) {
        if (settings.principal.empty())
            return bad_setting(settings, "principal", "there is no service account", "Name it.");
        if (settings.keytab.empty())
            return bad_setting(settings, "keytab", "there is no keytab", "Name the file.");
        return std::nullopt;
    }
    if (settings.bind_dn.empty())
        return bad_setting(settings, "bind_dn", "there is no service account", "Name it.");
    // A simple bind without a password is an anonymous one (RFC 4513, 5.1.2), and succeeds.
    if (settings.password.empty())
        return bad_setting(
            settings, "password", "the password is empty", "Put it into the credential or file.");
    return std::nullopt;
}

// The caller's side of one call. Everything but `answer`'s posting happens on the caller's executor.
struct Call {
    explicit Call(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    std::optional<FindOutcome> outcome;
};

asio::awaitable<FindOutcome> ask(DirectoryThread& thread,
                                 std::shared_ptr<Standing> standing,
                                 Lookup lookup,
                                 TimePoint deadline) {
    const auto executor = co_await asio::this_coro::executor;
    const auto left = deadline - std::chrono::system_clock::now();
    const auto until = std::chrono::steady_clock::now() + left;
    auto call = std::make_shared<Call>(executor);
    call->timer.expires_at(until);
    auto answer = [call, executor](FindOutcome outcome) mutable {
        asio::post(executor, [call = std::move(call), outcome = std::move(outcome)]() mutable {
            call->outcome = std::move(outcome);
            call->timer.cancel();
        });
    };
    thread.submit(std::make_unique<Ticket>(std::move(lookup), until, std::move(answer)));
    boost::system::error_code cancelled;
    co_await call->timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    if (call->outcome) co_return std::move(*call->outcome);
    // The thread is stuck or late by a moment: the caller's time counts.
    co_return standing->no_answer();
}

// Whoever lists is gone, in whatever way.
class EndOfListing {
 public:
    explicit EndOfListing(std::shared_ptr<Listing> listing) : listing_(std::move(listing)) {}
    ~EndOfListing() { listing_->end(); }
    EndOfListing(const EndOfListing&) = delete;
    EndOfListing& operator=(const EndOfListing&) = delete;

 private:
    std::shared_ptr<Listing> listing_;
};

}  // namespace

Result<std::unique_ptr<LdapDirectory>> LdapDirectory::make(LdapSettings settings) {
    return make(std::move(settings), std::make_shared<DnsResolver>());
}

Result<std::unique_ptr<LdapDirectory>> LdapDirectory::make(LdapSettings settings,
                                                           std::shared_ptr<ServiceResolver> resolver) {
    prepare_library();
    auto controllers = controllers_of(settings);
    if (!controllers) return controllers.error();
    const auto base = text::parse_dn(settings.base_dn);
    if (!base || base->empty())
        return bad_setting(settings,
                           "base_dn",
                           text::quoted(settings.base_dn) + " is no distinguished name",
                           "Write it as DC=corp,DC=example,DC=com.");
    if (auto missing = what_is_missing(settings)) return std::move(*missing);
    if (!settings.exclude.empty() && settings.exclude.front() != '(')
        settings.exclude = "(" + settings.exclude + ")";
    return std::unique_ptr<LdapDirectory>(
        new LdapDirectory(std::make_shared<const LdapSettings>(std::move(settings)),
                          std::move(*controllers),
                          std::move(resolver)));
}

LdapDirectory::LdapDirectory(std::shared_ptr<const LdapSettings> settings,
                             std::vector<DomainController> controllers,
                             std::shared_ptr<ServiceResolver> resolver)
    : settings_(std::move(settings)),
      standing_(std::make_shared<Standing>(
          settings_, std::move(controllers), settings_->discover.empty() ? nullptr : std::move(resolver))),
      watchdog_(std::make_shared<Watchdog>()),
      listings_(std::make_unique<Listings>()),
      thread_(std::make_unique<DirectoryThread>(settings_, standing_, watchdog_)) {}

LdapDirectory::~LdapDirectory() {
    listings_->call_off();
    thread_.reset();  // shuts all sockets, those of listings too
    listings_->wait();
}

Question LdapDirectory::question_for(PersonSearch search, std::vector<std::string> attributes) const {
    return {.where = "directory " + settings_->name.value,
            .base_dn = settings_->base_dn,
            .search = std::move(search),
            .attributes = std::move(attributes),
            .exclude = settings_->exclude,
            .anchor = settings_->anchor,
            .page_size = standing_->page_size(),
            .many = Many::identity,
            .named = {},
            .takes = {}};
}

asio::awaitable<FindOutcome> LdapDirectory::find(Identity identity,
                                                 std::vector<std::string> attributes,
                                                 TimePoint deadline) {
    auto search = search_for(identity, settings_->base_dn, settings_->netbios);
    if (!search) co_return Done<std::vector<engine::FoundPerson>>{};
    auto question = question_for(std::move(*search), std::move(attributes));
    if (identity.kind == IdentityKind::objectGUID) {
        question.many = Many::named;
        question.named.push_back(*parse_guid(identity.value));
    }
    Lookup lookup(std::move(question));
    co_return co_await ask(*thread_, standing_, std::move(lookup), deadline);
}

asio::awaitable<Outcome<Nothing>> LdapDirectory::list(Selection selection,
                                                      std::vector<std::string> attributes,
                                                      engine::PageTaker taker,
                                                      Duration patience) {
    auto searches = search_for(selection, settings_->base_dn, "directory " + settings_->name.value);
    if (auto* refused = std::get_if<Refused>(&searches)) co_return std::move(*refused);
    Listing::Parts parts{.settings = settings_,
                         .standing = standing_,
                         .watchdog = watchdog_,
                         .search = std::get<SelectionSearch>(std::move(searches)),
                         .attributes = std::move(attributes),
                         .patience = patience};
    const auto listing = std::make_shared<Listing>(std::move(parts));
    const EndOfListing end(listing);
    listings_->start(listing);
    while (true) {
        auto page = co_await Listing::next(listing);
        if (auto* outcome = std::get_if<Outcome<Nothing>>(&page)) co_return std::move(*outcome);
        auto people = std::get<std::vector<engine::FoundPerson>>(std::move(page));
        if (people.empty()) continue;
        const auto wish = co_await taker(std::move(people));
        if (wish == engine::Listing::enough) co_return Done<Nothing>{};
    }
}

asio::awaitable<Outcome<DirectoryHealth>> LdapDirectory::probe(TimePoint deadline) {
    PersonSearch base{.base = settings_->base_dn, .reach = Reach::entry, .filter = "(objectClass=*)"};
    auto question = question_for(std::move(base), {});
    question.exclude.clear();
    Lookup lookup(std::move(question));
    const auto outcome = co_await ask(*thread_, standing_, std::move(lookup), deadline);
    const auto* found = done_value(outcome);
    if (found == nullptr) co_return without_value<DirectoryHealth>(outcome);
    if (found->empty())
        co_return Refused{.code = FaultCode::directory_refused,
                          .what = "directory " + settings_->name.value + ": base_dn " +
                                  text::quoted(settings_->base_dn) + " does not exist",
                          .cure = "Correct base_dn."};
    co_return Done<DirectoryHealth>{health()};
}

DirectoryHealth LdapDirectory::health() const { return standing_->health(); }

}  // namespace uplift::ldap
