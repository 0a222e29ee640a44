// ControlServer: the control socket. Accepts peers, knows them by the kernel, reads their requests.
//
// At most 512 peers at once and 128 of one user; a peer that says nothing whole in time is let go (AC-27). A
// peer without a role is turned away before a byte of it is read; a request above the role is refused and
// audited. Network thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "daemon/control_desk.hpp"
#include "daemon/roles.hpp"

namespace uplift::daemon {

// A listening socket at `path`, 0600, in a directory of our own that is made where it is missing. What stands
// there already is replaced when it is a socket that nobody serves. Faults: state_dir, already_running.
Result<protocol::UniqueFd> make_control_socket(const std::string& path);

class ControlServer {
 public:
    struct Parts {
        ControlDesk& desk;
        engine::Queue& queue;
        engine::Clock& clock;
        engine::Journal& journal;
    };
    ControlServer(boost::asio::any_io_executor executor,
                  Parts parts,
                  protocol::UniqueFd listening,
                  SocketMaker maker);

    boost::asio::awaitable<void> run();
    void stop();

 private:
    using Connection = std::shared_ptr<ControlConnection>;
    boost::asio::awaitable<void> serve(Connection peer);
    boost::asio::awaitable<void> converse(Connection peer, PeerIds ids);
    boost::asio::awaitable<void> refuse(Connection peer, Fault fault);
    boost::asio::awaitable<std::optional<Fault>> admit(PeerIds ids,
                                                       ReceivedFrame received,
                                                       ControlConnection& peer);

    boost::asio::any_io_executor executor_;
    Parts parts_;
    boost::asio::local::stream_protocol::acceptor acceptor_;
    SocketMaker maker_;
    std::set<Connection> peers_;
    std::map<uid_t, int> peers_of_;
    TimePoint last_refusal_logged_{};
    bool stopping_ = false;
};

}  // namespace uplift::daemon
