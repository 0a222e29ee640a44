// /sandbox/…: looking into the tenant and changing it while it runs. No token, loopback only, never
// throttled.
#pragma once

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

class Sandbox;

Reply answer_control(Sandbox& sandbox, const Request& request, TimePoint now);

}  // namespace uplift::sandbox
