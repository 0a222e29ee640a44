// Whose account is this? The rules behind a look-up and behind a conflict.
//
// Pure. An account is a person's when it carries their anchor, and never by its name alone.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/job.hpp"
#include "core/model/outcome.hpp"
#include "core/model/result.hpp"

namespace uplift::engine {

// An account worth a closer look (GET by id) out of a look-up: the one with our anchor before the one with
// our name. Nothing: nobody has either.
std::optional<ObjectId> candidate(const PlannedAccount& plan,
                                  const std::optional<Account>& by_upn,
                                  std::span<const Account> by_anchor);

// What earlier attempts tell: when the first one that may have been applied went out. A conflict counts:
// where the network delivers a request twice, the first delivery makes the account and the second one's
// conflict is the reply that arrives.
std::optional<TimePoint> first_unsettled(std::span<const Attempt> attempts);

struct Ours {
    AccountOrigin origin;
};
struct Theirs {
    Fault fault;
};
// The account is nobody's we look for (its name changed since the index was written).
struct Unrelated {};
using Judgement = std::variant<Ours, Theirs, Unrelated>;

// `account` as read by its id. It is ours with our anchor, if its name is the planned one or our own record
// says that a create of ours may have made it (then somebody renamed it since). Its password is the sealed
// one only if it was made after our first unsettled send.
Judgement judge(const PlannedAccount& plan,
                const Account& account,
                std::optional<TimePoint> first_unsettled_send);

// The holder of a value that must be unique, as far as it could be read.
Fault conflict_fault(const PlannedAccount& plan,
                     const Conflict& conflict,
                     const std::optional<Account>& holder);

}  // namespace uplift::engine
