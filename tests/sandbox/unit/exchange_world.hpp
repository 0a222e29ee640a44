// A tenant with a mailbox of every licence, and what tests of Exchange's replies ask again and again.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {

inline constexpr const char* kim = "00000000-0000-4000-8000-0000000000e3";
inline constexpr const char* list_id = "00000000-0000-4000-8000-000000000003";

// Users kim (E3), one, addon, business, kiosk, synced with a mailbox; nobox and there (on premises) without.
nlohmann::json with_mailboxes(const nlohmann::json& changes = nlohmann::json::object());

nlohmann::json hold_on();  // parameters of Set-Mailbox for kim
nlohmann::json add_addresses(const std::vector<std::string>& addresses);
nlohmann::json rows(const Reply& reply);
nlohmann::json mailbox(SandboxWorld& world, const std::string& id);
nlohmann::json warnings(const Reply& reply);
// The user's mailbox in the state dump.
nlohmann::json mailbox_in_dump(SandboxWorld& world, const std::string& id);

}  // namespace uplift::sandbox
