// Who gets encrypted initial passwords: the certificates that [handover] names, read and judged.
//
// Reads small files of the host; any thread. Faults: recipient_unusable, placed at the file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/secrets/recipient.hpp"

namespace uplift::daemon {

struct NamedRecipient {
    std::string name;  // names their files: helpdesk
    secrets::Recipient recipient;
};
struct HandoverRecipients {
    std::vector<NamedRecipient> usable;
    std::vector<Fault> faults;  // a fault each for the others
};

// Nobody, and no fault, where passwords are not handed over encrypted.
HandoverRecipients read_recipients(const config::HandoverConfig& handover, TimePoint now);

// Why no job may be accepted now: its passwords could reach nobody.
std::optional<Fault> handover_fault(const config::HandoverConfig& handover, TimePoint now);

}  // namespace uplift::daemon
