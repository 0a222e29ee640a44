#include "daemon/control_connection.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstring>

#include "daemon/protocol/request.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds write_patience{30};

[[noreturn]] void fail(boost::system::errc::errc_t why) {
    throw boost::system::system_error(boost::system::errc::make_error_code(why));
}

void take_descriptors(msghdr& message, std::vector<protocol::UniqueFd>& descriptors) {
    for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        const auto count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t at = 0; at < count; ++at) {
            int descriptor = -1;
            std::memcpy(&descriptor, CMSG_DATA(header) + at * sizeof(int), sizeof descriptor);
            descriptors.emplace_back(descriptor);
        }
    }
}

}  // namespace

ControlConnection::ControlConnection(Socket socket)
    : socket_(std::move(socket)), deadline_(socket_.get_executor()) {
    socket_.native_non_blocking(true);
}

void ControlConnection::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    deadline_.cancel();
}

void ControlConnection::arm(std::chrono::seconds patience) {
    too_late_ = false;
    deadline_.expires_after(patience);
    deadline_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
        const auto self = weak.lock();
        if (cancelled || !self) return;
        self->too_late_ = true;
        self->socket_.cancel();
    });
}

asio::awaitable<bool> ControlConnection::wait(Socket::wait_type what) {
    boost::system::error_code failed;
    co_await socket_.async_wait(what, asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed && !too_late_;
}

// False where there is nothing to read now.
bool ControlConnection::receive() {
    std::array<char, 16 * 1024> piece{};
    iovec bytes{.iov_base = piece.data(), .iov_len = piece.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(protocol::max_descriptors * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto got = ::recvmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return false;
    if (got < 0) fail(static_cast<boost::system::errc::errc_t>(errno));
    take_descriptors(message, descriptors_);
    if ((message.msg_flags & MSG_CTRUNC) != 0 || descriptors_.size() > protocol::max_descriptors)
        fail(boost::system::errc::too_many_files_open);
    at_end_ = got == 0;
    unread_.append(piece.data(), static_cast<std::size_t>(got));
    return true;
}

asio::awaitable<std::optional<ReceivedFrame>> ControlConnection::read_frame(std::chrono::seconds patience) {
    arm(patience);
    for (;;) {
        const auto end = unread_.find('\n');
        if (end != std::string::npos && end < protocol::max_frame) {
            deadline_.cancel();
            ReceivedFrame frame;
            frame.text = unread_.substr(0, end);
            frame.descriptors = std::exchange(descriptors_, {});
            unread_.erase(0, end + 1);
            co_return frame;
        }
        if (unread_.size() >= protocol::max_frame) fail(boost::system::errc::message_size);
        if (at_end_) co_return std::nullopt;
        while (receive() && !at_end_ && unread_.size() < protocol::max_frame &&
               unread_.find('\n') == std::string::npos) {
        }
        if (at_end_ || unread_.find('\n') != std::string::npos) continue;
        if (unread_.size() >= protocol::max_frame) continue;
        if (!co_await wait(Socket::wait_read)) co_return std::nullopt;
    }
}

asio::awaitable<void> ControlConnection::write(std::string_view bytes) {
    arm(write_patience);
    while (!bytes.empty()) {
        const auto sent =
            ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
            fail(static_cast<boost::system::errc::errc_t>(errno));
        if (!co_await wait(Socket::wait_write)) fail(boost::system::errc::timed_out);
    }
    deadline_.cancel();
}

}  // namespace uplift::daemon
