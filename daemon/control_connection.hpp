// ControlConnection: frames and descriptors over one connected Unix socket, each with a deadline.
//
// A frame that is too long, or a peer that is too slow, ends the connection. Network thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/protocol/unique_fd.hpp"

namespace uplift::daemon {

struct ReceivedFrame {
    std::string text;  // without its line feed
    std::vector<protocol::UniqueFd> descriptors;
};

class ControlConnection : public std::enable_shared_from_this<ControlConnection> {
 public:
    using Socket = boost::asio::local::stream_protocol::socket;
    explicit ControlConnection(Socket socket);

    // Nothing: closed, or nothing whole within `patience`. Throws system_error for a frame that is none.
    boost::asio::awaitable<std::optional<ReceivedFrame>> read_frame(std::chrono::seconds patience);
    // Throws system_error where the peer does not take it in time. The bytes outlive the call.
    boost::asio::awaitable<void> write(std::string_view bytes);

    [[nodiscard]] int native_handle() { return socket_.native_handle(); }
    void close();

 private:
    boost::asio::awaitable<bool> wait(Socket::wait_type what);
    bool receive();
    void arm(std::chrono::seconds patience);

    Socket socket_;
    boost::asio::steady_timer deadline_;
    bool too_late_ = false;
    bool at_end_ = false;
    std::string unread_;
    std::vector<protocol::UniqueFd> descriptors_;
};

}  // namespace uplift::daemon
