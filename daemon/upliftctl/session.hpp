// Session: one conversation with the daemon over its Unix socket.
//
// Blocking. Checks before it says anything that the socket belongs to root or to the user who runs it, and
// that the same user answers (AC-28). Faults: daemon_unreachable, protocol_version, not_allowed, interrupted,
// and whatever the daemon answers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/json/json.hpp"
#include "core/model/result.hpp"
#include "core/model/secret.hpp"
#include "daemon/protocol/frame.hpp"
#include "daemon/protocol/unique_fd.hpp"

namespace uplift::upliftctl {

class Session {
 public:
    // `refusal` is filled where the daemon answers with an error.
    static Result<Session> open(const std::string& socket_path, std::shared_ptr<protocol::FaultView> refusal);

    // Each reply but the last goes to `each`; a fault of it ends the session.
    using EachReply = std::function<Result<void>(const json::Value&)>;
    Result<void> ask(const protocol::Request& request,
                     const EachReply& each,
                     std::span<const int> descriptors = {});

    // For requests that have exactly one reply.
    template <class View>
    Result<View> ask_one(const protocol::Request& request, std::span<const int> descriptors = {}) {
        std::optional<View> answer;
        auto asked = ask(
            request,
            [&](const json::Value& reply) -> Result<void> {
                auto view = protocol::view_from<View>(reply);
                if (!view) return view.error();
                answer = std::move(*view);
                return {};
            },
            descriptors);
        if (!asked) return asked.error();
        if (!answer) return silence();
        return std::move(*answer);
    }

    [[nodiscard]] const protocol::Hello& server() const { return server_; }

 private:
    Session(protocol::UniqueFd socket, std::shared_ptr<protocol::FaultView> refusal)
        : socket_(std::move(socket)), refusal_(std::move(refusal)) {}
    Fault refused(const protocol::FaultView& error);
    static Fault silence();
    Result<void> send(std::string_view frame, std::span<const int> descriptors);
    Result<std::string> read_frame();

    protocol::UniqueFd socket_;
    std::shared_ptr<protocol::FaultView> refusal_;
    std::string unread_;
    protocol::Hello server_;
};

}  // namespace uplift::upliftctl
