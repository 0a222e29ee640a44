// Whether people of a directory have an account already: what `users` shows of them.
//
// Reads of the tenant only, through its door like everything else. Network thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "core/engine/engine.hpp"
#include "core/model/profile.hpp"
#include "daemon/protocol/reply.hpp"

namespace uplift::daemon {

// One view a person, in their order. `door`: null where the tenant is not there; accounts are "unknown" then.
boost::asio::awaitable<std::vector<protocol::UserView>> look_at_accounts(
    const Profile& profile, std::vector<engine::FoundPerson> people, engine::TenantDoor* door);

}  // namespace uplift::daemon
