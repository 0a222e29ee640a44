#include "daemon/upliftctl/session.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "daemon/protocol/program_version.hpp"
#include "daemon/upliftctl/exit_code.hpp"
#include "daemon/upliftctl/terminal.hpp"

namespace uplift::upliftctl {
namespace {

// A daemon that restarts answers once it is up again; one that hangs must not hang us for ever.
constexpr int patience_ms = 120'000;

Fault unreachable(const std::string& path, std::string what) {
    return Fault{.code = FaultCode::daemon_unreachable,
                 .where = path,
                 .what = std::move(what),
                 .cure = "`systemctl status uplift` shows whether it runs; --socket names another socket."};
}

Fault not_allowed(const std::string& path) {
    return Fault{.code = FaultCode::not_allowed,
                 .where = path,
                 .what = "your account may not call the daemon",
                 .cure = "Ask to be taken into group uplift, then sign in again."};
}

Fault not_trusted(const std::string& path, std::string what) {
    return Fault{.code = FaultCode::not_allowed,
                 .where = path,
                 .what = std::move(what),
                 .cure = "Do not use this socket: find out who made it."};
}

Fault was_interrupted() {
    return Fault{.code = FaultCode::interrupted,
                 .where = "",
                 .what = "interrupted",
                 .cure = "What the daemon has accepted goes on; `upliftctl jobs` shows it."};
}

Result<void> wait_for(int socket, short events) {
    for (;;) {
        if (interrupted()) return was_interrupted();
        pollfd waiting{.fd = socket, .events = events, .revents = 0};
        const int ready = ::poll(&waiting, 1, patience_ms);
        if (ready > 0) return {};
        if (ready < 0 && errno == EINTR) continue;
        return unreachable("control socket", "the daemon does not answer");
    }
}

}  // namespace

Fault Session::refused(const protocol::FaultView& error) {
    *refusal_ = error;
    return fault_of(error);
}

Result<Session> Session::open(const std::string& socket_path, std::shared_ptr<protocol::FaultView> refusal) {
    sockaddr_un address{};
    if (socket_path.size() >= sizeof address.sun_path)
        return unreachable(socket_path, "the path of the socket is too long");
    struct stat status {};
    if (::stat(socket_path.c_str(), &status) != 0)
        return errno == EACCES ? not_allowed(socket_path) : unreachable(socket_path, std::strerror(errno));
    if (!S_ISSOCK(status.st_mode)) return unreachable(socket_path, "it is no socket");
    if (::getuid() != 0 && status.st_uid != 0 && status.st_uid != ::getuid())
        return not_trusted(socket_path, "the socket belongs to uid " + std::to_string(status.st_uid));

    Session session(protocol::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), std::move(refusal));
    if (!session.socket_) return unreachable(socket_path, std::strerror(errno));
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
    if (::connect(session.socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == EACCES || errno == EPERM) return not_allowed(socket_path);
        return unreachable(socket_path, std::strerror(errno));
    }
    ucred peer{};
    socklen_t length = sizeof peer;
    if (::getsockopt(session.socket_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 ||
        (peer.uid != 0 && peer.uid != status.st_uid))
        return not_trusted(socket_path, "somebody else than the socket's owner answers");

    const protocol::Hello hello{
        .uplift = protocol::frame_version, .program = "upliftctl", .version = protocol::program_version};
    if (auto sent = session.send(protocol::hello_frame(hello), {}); !sent) return sent.error();
    auto frame = session.read_frame();
    if (!frame) return frame.error();
    // A peer that is turned away hears so instead of a greeting.
    if (auto reply = protocol::read_server_frame(*frame))
        if (const auto* failure = std::get_if<protocol::Failure>(&*reply))
            return session.refused(failure->error);
    auto server = protocol::read_hello(*frame);
    if (!server) return server.error();
    session.server_ = std::move(*server);
    return session;
}

Result<void> Session::ask(const protocol::Request& request,
                          const EachReply& each,
                          std::span<const int> descriptors) {
    if (auto sent = send(protocol::request_frame(request), descriptors); !sent) return sent.error();
    for (;;) {
        auto frame = read_frame();
        if (!frame) return frame.error();
        auto reply = protocol::read_server_frame(*frame);
        wipe(*frame);  // it may have held passwords
        if (!reply) return reply.error();
        if (std::holds_alternative<protocol::End>(*reply)) return {};
        if (const auto* failure = std::get_if<protocol::Failure>(&*reply)) return refused(failure->error);
        if (auto taken = each(std::get<json::Value>(*reply)); !taken) return taken.error();
    }
}

Fault Session::silence() {
    return Fault{.code = FaultCode::bad_request,
                 .where = "control socket",
                 .what = "the daemon's reply is empty",
                 .cure = "Use the upliftctl that came with the daemon."};
}

Result<void> Session::send(std::string_view frame, std::span<const int> descriptors) {
    if (frame.size() > protocol::max_frame)
        return Fault{.code = FaultCode::usage,
                     .where = "",
                     .what = "the request is too long",
                     .cure = "Put the people into a file."};
    while (!frame.empty()) {
        iovec bytes{.iov_base = const_cast<char*>(frame.data()), .iov_len = frame.size()};
        msghdr message{};
        message.msg_iov = &bytes;
        message.msg_iovlen = 1;
        alignas(cmsghdr) std::array<char, CMSG_SPACE(protocol::max_descriptors * sizeof(int))> control{};
        if (!descriptors.empty()) {
            message.msg_control = control.data();
            message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
            auto* header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
            std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
        }
        const auto sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            if (interrupted()) return was_interrupted();
            continue;
        }
        // A peer that is turned away finds the reason in what is there to read.
        if (sent < 0 && errno == EPIPE) return {};
        if (sent <= 0) return unreachable("control socket", std::strerror(errno));
        frame.remove_prefix(static_cast<std::size_t>(sent));
        descriptors = {};
    }
    return {};
}

Result<std::string> Session::read_frame() {
    for (;;) {
        if (const auto end = unread_.find('\n'); end != std::string::npos) {
            std::string frame = unread_.substr(0, end);
            wipe(std::span(unread_).first(end));
            unread_.erase(0, end + 1);
            return frame;
        }
        if (unread_.size() > protocol::max_frame)
            return unreachable("control socket", "the daemon's reply is no frame");
        if (auto ready = wait_for(socket_.get(), POLLIN); !ready) return ready.error();
        std::array<char, 16 * 1024> piece{};
        const auto got = ::read(socket_.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreachable("control socket", std::strerror(errno));
        if (got == 0) return unreachable("control socket", "the daemon has closed the connection");
        unread_.append(piece.data(), static_cast<std::size_t>(got));
        wipe(piece);
    }
}

}  // namespace uplift::upliftctl
