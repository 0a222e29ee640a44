// Mailboxes: Exchange Online, as far as the delayed management tasks need it.
//
// The seam of the delayed tasks: `wait for mailbox` asks it, the engine never asks Exchange any other way.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "core/model/ids.hpp"
#include "core/model/outcome.hpp"

namespace uplift::engine {

struct Mailbox {
    ObjectId account;
    std::string primary_smtp_address;
    TimePoint created_at;
};

class Mailboxes {
 public:
    virtual ~Mailboxes() = default;
    // Nothing where Exchange Online has no mailbox for the account (yet).
    virtual boost::asio::awaitable<Outcome<std::optional<Mailbox>>> find(ObjectId account,
                                                                         TimePoint deadline) = 0;
};

}  // namespace uplift::engine
