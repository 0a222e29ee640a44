// The commands that Uplift runs in Exchange Online, as they go out.
//
// Pure. Contract: the admin API's InvokeCommand (ExchangeOnlineManagement v3 speaks it too): a cmdlet's name
// and its parameters as in PowerShell. An identity is always an Entra object id: a name could be somebody
// else's, and an empty one makes Get-Mailbox show every mailbox there is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.hpp"
#include "core/model/ids.hpp"
#include "core/model/profile.hpp"
#include "core/model/time.hpp"

namespace uplift::exchange {

enum class Call : std::uint8_t {
    find_mailboxes,
    find_new_mailboxes,
    get_mailbox,
    find_recipient,
    get_accepted_domains,
    get_cmdlets,
    add_addresses,
    set_hold,
    enable_archive,
    add_list_member
};

struct CallEntry {
    Call call;
    std::string_view cmdlet;  // empty: no cmdlet
    std::string_view doing;   // "setting the litigation hold"
    bool write;
    // It names a recipient: what is not found may come yet.
    bool by_id;
};
const CallEntry& entry_of(Call call);

// An object id that is one: nothing else becomes an Identity.
class Identity {
 public:
    static std::optional<Identity> of(std::string_view object_id);
    [[nodiscard]] const std::string& text() const { return text_; }

 private:
    explicit Identity(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

struct Command {
    Call call;
    json::Value parameters;
    std::string_view properties;  // $select; empty: all
};
// {"CmdletInput":{"CmdletName":…,"Parameters":{…}}}
std::string body_of(const Command& command);

// `accounts` is not empty.
Command find_mailboxes(std::span<const Identity> accounts);
Command find_new_mailboxes(TimePoint since);
Command get_mailbox(const Identity& account);
Command find_recipient(std::string_view address);
Command get_accepted_domains();
Command add_addresses(const Identity& account, std::span<const std::string> addresses);
Command set_hold(const Identity& account, const LitigationHold& hold);
Command enable_archive(const Identity& account);
Command add_list_member(const Identity& list, const Identity& member);

}  // namespace uplift::exchange
