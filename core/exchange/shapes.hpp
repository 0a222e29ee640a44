// Rows of Exchange Online as values of the model.
//
// Pure. Nothing where a required property is missing or of another type: then the reply is not understood.
#pragma once

#include <optional>
#include <string_view>

#include "core/json/json.hpp"
#include "core/model/mailbox.hpp"

namespace uplift::exchange {

// True for the mailboxes of Exchange itself, which have no account in Entra.
bool is_without_account(const json::Value& row);
std::optional<Mailbox> mailbox_in(const json::Value& row);
std::optional<Holder> holder_in(const json::Value& row);
// Among all the addresses of the row, whatever its letter case.
bool has_address(const json::Value& row, std::string_view address);

}  // namespace uplift::exchange
