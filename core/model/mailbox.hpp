// Mailboxes and recipients of Exchange Online, as read.
//
// Pure. Property names are Exchange's; an address stands without its prefix unless said otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/profile.hpp"
#include "core/model/time.hpp"

namespace uplift {

struct Mailbox {
    ObjectId account;                     // ExternalDirectoryObjectId
    std::string primary_address;          // the one with SMTP: in capitals
    std::vector<std::string> addresses;   // all of them, the primary too
    std::optional<TimePoint> created_at;  // WhenMailboxCreated
    // LitigationHoldEnabled with its settings; nothing: no hold. Its duration_days absent: unlimited.
    std::optional<LitigationHold> hold;
    bool has_archive = false;  // ArchiveGuid is not zero
    std::vector<std::string>
        capabilities;  // PersistedCapabilities: what the licence gives, by the live mailbox
};

// Who holds an address, or a name that must be unique.
enum class HolderKind : std::uint8_t { user, group, contact, deleted_user, other };
std::string_view word(HolderKind kind);
struct Holder {
    ObjectId id;
    HolderKind kind = HolderKind::other;
    std::string name;  // userPrincipalName of a user, else mail or displayName; shown escaped
};

}  // namespace uplift
