// ControlDesk: doctor.
#include "daemon/control_desk.hpp"

namespace uplift::daemon {

ControlDesk::Answer ControlDesk::handle(const protocol::DoctorRequest& request, Call& call) {
    Doctor::Taker taker = [&](protocol::CheckView check) -> boost::asio::awaitable<void> {
        const auto frame = protocol::reply_frame(check);
        co_await call.peer.write(frame);
    };
    // As it is now: a reload may come in between.
    auto config = std::make_shared<const config::Config>(parts_.intake.config());
    const auto examined = co_await parts_.doctor.examine(std::move(config), request.profile, taker);
    if (!examined) co_return examined.error();
    co_return std::nullopt;
}

}  // namespace uplift::daemon
