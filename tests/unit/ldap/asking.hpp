// Asking an LdapDirectory from a test: an io_context that runs until the answer is there.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/ldap/ldap_directory.hpp"

namespace uplift::ldap::test {

using FoundPeople = Outcome<std::vector<engine::FoundPerson>>;

inline TimePoint within(Duration time) {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) + time;
}

class Asking {
 public:
    explicit Asking(LdapSettings settings) {
        auto made = LdapDirectory::make(std::move(settings));
        if (!made) throw std::runtime_error(to_line(made.error()));
        directory_ = std::move(*made);
    }
    FoundPeople find(Identity identity, std::vector<std::string> attributes, Duration time) {
        return run(directory_->find(std::move(identity), std::move(attributes), within(time)));
    }
    FoundPeople find_upn(const std::string& upn, Duration time) {
        return find({.kind = IdentityKind::userPrincipalName, .value = upn}, {}, time);
    }
    Outcome<DirectoryHealth> probe(Duration time) { return run(directory_->probe(within(time))); }
    LdapDirectory& directory() { return *directory_; }
    boost::asio::io_context& network() { return network_; }

    template <class Answer>
    Answer run(boost::asio::awaitable<Answer> call) {
        std::optional<Answer> answer;
        boost::asio::co_spawn(network_, keep(std::move(call), answer), boost::asio::detached);
        network_.restart();
        network_.run();
        return std::move(*answer);
    }

 private:
    template <class Answer>
    static boost::asio::awaitable<void> keep(boost::asio::awaitable<Answer> call,
                                             std::optional<Answer>& answer) {
        answer = co_await std::move(call);
    }

    boost::asio::io_context network_;
    std::unique_ptr<LdapDirectory> directory_;
};

// For a hostile server on this machine; times scaled down by twenty.
inline LdapSettings scaled_settings(std::vector<std::string> uris) {
    LdapSettings settings;
    settings.name = DirectoryName{"corp"};
    settings.uris = std::move(uris);
    settings.base_dn = "DC=corp,DC=example,DC=com";
    settings.netbios = "CORP";
    settings.bind_dn = "CN=svc-uplift,OU=Service,DC=corp,DC=example,DC=com";
    settings.password = Secret::copy_of("Svc-Passw0rd.1");
    settings.tls = Tls::none;
    settings.limits.connect = std::chrono::milliseconds{500};
    settings.limits.silence = std::chrono::milliseconds{500};
    settings.limits.search = std::chrono::milliseconds{1500};
    settings.limits.rest = std::chrono::milliseconds{3000};
    settings.limits.busy = std::chrono::milliseconds{250};
    return settings;
}

}  // namespace uplift::ldap::test
