#include "daemon/handover_recipients.hpp"

#include <utility>

#include "config/secrets_file.hpp"

namespace uplift::daemon {
namespace {

// The words of a file that holds a secret do not fit one that everybody may read.
Fault no_certificate(Fault why, const std::string& path) {
    const bool changeable = why.code == FaultCode::config_secret_exposed;
    return {FaultCode::recipient_unusable,
            path,
            "the certificate " + why.what,
            changeable ? "chown it to root and chmod 0644 it: whoever can change it can get the passwords."
                       : "Put the recipient's certificate there, as PEM, readable for the daemon's user."};
}

}  // namespace

HandoverRecipients read_recipients(const config::HandoverConfig& handover, TimePoint now) {
    HandoverRecipients found;
    if (handover.mode != config::HandoverMode::encrypt) return found;
    for (const auto& path : handover.recipients) {
        const config::SecretRef file{.kind = config::SecretRef::Kind::file, .name = path};
        const auto pem = config::read_public(file, {});
        if (!pem) {
            found.faults.push_back(no_certificate(pem.error(), path));
            continue;
        }
        auto recipient = secrets::Recipient::from(*pem, path, now);
        if (recipient)
            found.usable.push_back({config::recipient_name(path), std::move(*recipient)});
        else
            found.faults.push_back(recipient.error());
    }
    return found;
}

std::optional<Fault> handover_fault(const config::HandoverConfig& handover, TimePoint now) {
    const auto found = read_recipients(handover, now);
    if (found.faults.empty()) return std::nullopt;
    return found.faults.front();
}

}  // namespace uplift::daemon
