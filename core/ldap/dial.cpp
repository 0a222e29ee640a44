#include "core/ldap/dial.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace uplift::ldap {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

std::string error_words(int error) { return std::generic_category().message(error); }

void set_option(int socket, int level, int option, int value) {
    ::setsockopt(socket, level, option, &value, sizeof value);
}

// A peer that vanishes without a word is noticed in idle times too (60 s, then 3 probes 10 s apart).
void keep_alive(int socket) {
    set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60);
    set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 10);
    set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

std::variant<Descriptor, std::string> dial_address(const addrinfo& address,
                                                   SteadyTime deadline,
                                                   const Bell& called_off) {
    Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return error_words(errno);
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
        if (errno != EINPROGRESS) return error_words(errno);
        if (wait_for(socket.get(), POLLOUT, deadline, called_off) != Ready::yes)
            return "no connection within the time";
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return error_words(error);
    }
    keep_alive(socket.get());
    return socket;
}

}  // namespace

std::variant<Descriptor, std::string> dial(const DomainController& controller,
                                           SteadyTime deadline,
                                           const Bell& called_off) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int failed = ::getaddrinfo(controller.host.c_str(), controller.port.c_str(), &hints, &found);
    if (failed != 0) return std::string("its name is not found: ") + ::gai_strerror(failed);
    const Addresses addresses(found, &::freeaddrinfo);

    int left = 0;
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) ++left;
    std::string why = "it has no address";
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next, --left) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= deadline) break;
        // A silent address must not take the time of those behind it.
        auto dialled = dial_address(*address, now + (deadline - now) / left, called_off);
        if (std::holds_alternative<Descriptor>(dialled)) return dialled;
        why = std::get<std::string>(std::move(dialled));
    }
    return why;
}

Ready wait_for(int socket, short events, SteadyTime deadline, const Bell& called_off) {
    while (true) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= deadline) return Ready::deadline;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
        pollfd polled[] = {{.fd = socket, .events = events, .revents = 0},
                           {.fd = called_off.descriptor(), .events = POLLIN, .revents = 0}};
        const int ready = ::poll(polled, 2, static_cast<int>(left));
        if (ready < 0 && errno != EINTR) return Ready::deadline;
        if (ready > 0 && polled[1].revents != 0) return Ready::called_off;
        if (ready > 0 && polled[0].revents != 0) return Ready::yes;
    }
}

bool is_loopback_connection(int socket) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
    if (peer.ss_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &peer, sizeof four);
        return (ntohl(four.sin_addr.s_addr) >> 24) == 127;
    }
    if (peer.ss_family != AF_INET6) return false;
    sockaddr_in6 six{};
    std::memcpy(&six, &peer, sizeof six);
    return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) != 0;
}

}  // namespace uplift::ldap
