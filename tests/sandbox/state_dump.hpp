// The tenant's true state for tests to judge: every user, group and SKU, with how often each effect was
// applied.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

class Sandbox;

// Counts only; cheap.
nlohmann::json summary(const Sandbox& sandbox);

// The dump as a body that is made piece by piece while it is sent.
Reply state_reply(const Sandbox& sandbox);

}  // namespace uplift::sandbox
