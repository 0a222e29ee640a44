#include "tests/unit/http/server/connect_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace uplift::test {

ConnectProxy::ConnectProxy(Answer answer) : answer_(std::move(answer)) {
    std::signal(SIGPIPE, SIG_IGN);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0)
        throw std::runtime_error("no listener");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

ConnectProxy::~ConnectProxy() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::scoped_lock lock(mutex_);
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
}

std::vector<std::string> ConnectProxy::heads() const {
    const std::scoped_lock lock(mutex_);
    return heads_;
}

void ConnectProxy::accept_all() {
    while (!stopping_) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) break;
        const std::scoped_lock lock(mutex_);
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket] { serve(socket); });
    }
}

void ConnectProxy::serve(int socket) {
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
        char byte = 0;
        if (::recv(socket, &byte, 1, 0) <= 0) return;
        head += byte;
    }
    {
        const std::scoped_lock lock(mutex_);
        heads_.push_back(head);
    }
    const auto pieces = answer_(head);
    for (const auto& piece : pieces)
        if (::send(socket, piece.data(), piece.size(), 0) < 0) break;
    if (!pieces.empty() && pieces.front().starts_with("HTTP/1.1 200")) {
        const int server = reach(head);
        if (server >= 0) pass_on(socket, server);
        if (server >= 0) ::close(server);
    } else {
        char byte = 0;
        while (::recv(socket, &byte, 1, 0) > 0) ++bytes_;
    }
    ::shutdown(socket, SHUT_RDWR);
}

// Whatever host is named, it is on this machine.
int ConnectProxy::reach(const std::string& head) {
    const auto colon = head.find(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(head.c_str() + colon + 1)));
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return server;
    ::close(server);
    return -1;
}

void ConnectProxy::pass_on(int client, int server) {
    char bytes[16'384];
    for (;;) {
        pollfd watched[] = {{.fd = client, .events = POLLIN, .revents = 0},
                            {.fd = server, .events = POLLIN, .revents = 0}};
        if (::poll(watched, 2, 100) < 0 || stopping_) return;
        for (int side = 0; side < 2; ++side) {
            if (watched[side].revents == 0) continue;
            const auto count = ::recv(watched[side].fd, bytes, sizeof bytes, 0);
            if (count <= 0) return;
            if (side == 0) bytes_ += static_cast<std::size_t>(count);
            if (::send(watched[1 - side].fd, bytes, static_cast<std::size_t>(count), 0) < 0) return;
        }
    }
}

}  // namespace uplift::test
