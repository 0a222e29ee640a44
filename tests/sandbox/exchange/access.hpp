// Which cmdlets and parameters an app may use: Exchange's roles, cut to what the sandbox knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace uplift::sandbox::exchange {

// `roles`: Entra roles (Exchange Administrator …) or roles of Exchange (Mail Recipients, Legal Hold …).
// `without`: "Set-Mailbox" or "Set-Mailbox:LitigationHoldEnabled", taken out again.
struct Access {
    std::vector<std::string> roles{"Exchange Administrator"};
    std::vector<std::string> without;

    bool any() const;
    bool may_run(std::string_view cmdlet) const;
    bool may_pass(std::string_view cmdlet, std::string_view parameter) const;
};

bool is_known_role(std::string_view role);

}  // namespace uplift::sandbox::exchange
