// The id under which systemd's message catalog explains a fault: a random id of Uplift's, its last four
// digits the fault's number. sd_id128(3), journalctl -x. Never changed: old journals keep it.
#pragma once

#include <string>

#include "core/model/fault_code.hpp"

namespace uplift {

inline std::string message_id(FaultCode code) {
    return "b27e0c9d5a4f4e618d13f06a9c2e" + to_string(code).substr(4);
}

}  // namespace uplift
