#include "daemon/control_server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "daemon/folder_rules.hpp"
#include "daemon/peer.hpp"
#include "daemon/protocol/program_version.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

// A connection costs some kilobytes; a user cannot keep the others out.
constexpr std::size_t most_peers = 512;
constexpr int most_peers_of_a_user = 128;
constexpr int backlog = 256;
constexpr std::chrono::seconds greeting_patience{5};
// People read a page of passwords, or watch a job, in between.
constexpr std::chrono::seconds request_patience{600};
constexpr Duration between_logged_refusals = std::chrono::minutes{1};

Fault unusable(const std::string& path, std::string what) {
    return Fault{.code = FaultCode::state_dir,
                 .where = path,
                 .what = std::move(what),
                 .cure = "Choose another `socket`, or give its directory to the daemon's user, 0700."};
}

// True where somebody answers at the path.
bool is_served(const sockaddr_un& address) {
    const protocol::UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

Result<protocol::UniqueFd> make_control_socket(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return unusable(path, "the path of the socket is too long");
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);

    const auto directory = std::filesystem::path(path).parent_path();
    struct stat status {};
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return unusable(path, std::string("its directory cannot be made: ") + std::strerror(errno));
    if (::lstat(directory.c_str(), &status) != 0)
        return unusable(path, std::string("its directory cannot be read: ") + std::strerror(errno));
    if (auto why = unsafe_directory(status.st_mode, status.st_uid, ::getuid(), Sharing::none))
        return unusable(path, "its directory is not safe: " + *why);

    if (::lstat(path.c_str(), &status) == 0) {
        if (!S_ISSOCK(status.st_mode)) return unusable(path, "something else than a socket stands there");
        if (is_served(address))
            return Fault{.code = FaultCode::already_running,
                         .where = path,
                         .what = "somebody serves this socket already",
                         .cure = "Stop the other daemon first, or choose another `socket`."};
        ::unlink(path.c_str());
    }
    protocol::UniqueFd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto old_mask = ::umask(0177);
    const bool bound =
        listening &&
        ::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const int why = errno;
    ::umask(old_mask);
    if (!bound || ::listen(listening.get(), backlog) != 0)
        return unusable(path, std::string("it cannot be made: ") + std::strerror(bound ? errno : why));
    return listening;
}

ControlServer::ControlServer(asio::any_io_executor executor,
                             Parts parts,
                             protocol::UniqueFd listening,
                             SocketMaker maker)
    : executor_(executor), parts_(parts), acceptor_(executor), maker_(maker) {
    acceptor_.assign(asio::local::stream_protocol(), listening.release());
}

asio::awaitable<void> ControlServer::run() {
    asio::steady_timer pause(executor_);
    while (!stopping_) {
        boost::system::error_code failed;
        auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (stopping_) co_return;
        if (failed) {
            // Out of descriptors or memory: the peer waits in the backlog until there is room again.
            pause.expires_after(std::chrono::milliseconds{200});
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
            continue;
        }
        auto peer = std::make_shared<ControlConnection>(std::move(socket));
        peers_.insert(peer);
        asio::co_spawn(executor_, serve(peer), asio::detached);
    }
}

void ControlServer::stop() {
    stopping_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (const auto& peer : peers_) peer->close();
}

asio::awaitable<void> ControlServer::serve(Connection peer) {
    const auto ids = peer_of(peer->native_handle());
    const uid_t uid = ids ? ids->uid : static_cast<uid_t>(-1);
    ++peers_of_[uid];
    try {
        if (!ids) {
            co_await refuse(peer, ids.error());
        } else if (role_of(*ids, host_ids(), maker_) == Role::nobody) {
            const auto fault = *refusal(Role::nobody, protocol::Verb::status);
            co_await refuse(peer, fault);
        } else if (peers_.size() > most_peers || peers_of_[uid] > most_peers_of_a_user) {
            const Fault busy{.code = FaultCode::daemon_unreachable,
                             .where = "control socket",
                             .what = "too many are connected already",
                             .cure = "Try again when other upliftctl commands have ended."};
            co_await refuse(peer, busy);
        } else {
            co_await converse(peer, *ids);
        }
    } catch (const boost::system::system_error&) {
        // The peer is gone, too slow, or speaks no frames: nobody is left to tell.
    }
    peer->close();
    peers_.erase(peer);
    if (--peers_of_[uid] == 0) peers_of_.erase(uid);
}

asio::awaitable<void> ControlServer::refuse(Connection peer, Fault fault) {
    if (parts_.clock.now() - last_refusal_logged_ >= between_logged_refusals) {
        last_refusal_logged_ = parts_.clock.now();
        const engine::Facts facts{{"code", to_string(fault.code)}, {"what", fault.what}};
        parts_.journal.write(engine::Level::warn, "control peer turned away", facts);
    }
    const auto frame = protocol::error_frame(protocol::view_of(fault));
    co_await peer->write(frame);
}

asio::awaitable<void> ControlServer::converse(Connection peer, PeerIds ids) {
    const protocol::Hello own{
        .uplift = protocol::frame_version, .program = "upliftd", .version = protocol::program_version};
    const auto greeting = co_await peer->read_frame(greeting_patience);
    if (!greeting) co_return;
    if (const auto hello = protocol::read_hello(greeting->text); !hello) {
        co_await refuse(peer, hello.error());
        co_return;
    }
    const auto own_frame = protocol::hello_frame(own);
    co_await peer->write(own_frame);

    const auto end = protocol::end_frame();
    while (!stopping_) {
        auto received = co_await peer->read_frame(request_patience);
        if (!received) co_return;
        const auto fault = co_await admit(ids, std::move(*received), *peer);
        if (!fault) {
            co_await peer->write(end);
            continue;
        }
        const auto frame = protocol::error_frame(protocol::view_of(*fault));
        co_await peer->write(frame);
    }
}

// Groups may change while a peer stays: its role is looked up for every request.
asio::awaitable<std::optional<Fault>> ControlServer::admit(PeerIds ids,
                                                           ReceivedFrame received,
                                                           ControlConnection& peer) {
    auto request = protocol::read_request(received.text);
    if (!request) co_return request.error();
    const auto verb = protocol::verb_of(*request);
    auto caller = actor_of(ids.uid);
    if (auto fault = refusal(role_of(ids, host_ids(), maker_), verb)) {
        AuditEntry entry{.at = parts_.clock.now(),
                         .actor = std::move(caller),
                         .action = "command_refused",
                         .target = std::string(word(verb)),
                         .detail = "",
                         .attempt = std::nullopt};
        co_await parts_.queue.audit(std::move(entry));
        co_return fault;
    }
    co_return co_await parts_.desk.answer(
        std::move(*request), std::move(caller), std::move(received.descriptors), peer);
}

}  // namespace uplift::daemon
