// Whose account is this? The rules behind a look-up and behind a conflict.
//
// Pure. An account is a person's when it carries their anchor, and never by its name alone. One that has the
// planned name and no anchor at all may become theirs, where the profile says adopt.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/job.hpp"
#include "core/model/mailbox.hpp"
#include "core/model/outcome.hpp"
#include "core/model/result.hpp"

namespace uplift::engine {

// Names of the calls that the step `account` records as attempts.
inline constexpr std::string_view create_call = "create_user";
inline constexpr std::string_view adopt_call = "set_anchor";

// An account worth a closer look (GET by id) out of a look-up: the one with our anchor before the one with
// our name. Nothing: nobody has either.
std::optional<ObjectId> candidate(const PlannedAccount& plan,
                                  const std::optional<Account>& by_upn,
                                  std::span<const Account> by_anchor);

// What earlier attempts tell: when the first create that may have been applied went out. A conflict counts:
// where the network delivers a request twice, the first delivery makes the account and the second one's
// conflict is the reply that arrives.
std::optional<TimePoint> first_unsettled(std::span<const Attempt> attempts);

// What the matcher knows beside the account itself.
struct MatchMemory {
    Existing existing = Existing::fail;
    std::span<const Attempt> attempts = {};  // of this step
};

struct Ours {
    AccountOrigin origin;
};
// It has the planned name and no anchor, and the profile says adopt: an administrator's must still be left.
struct Adoptable {};
struct Theirs {
    Fault fault;
};
// The account is nobody's we look for (its name changed since the index was written).
struct Unrelated {};
using Judgement = std::variant<Ours, Adoptable, Theirs, Unrelated>;

// `account` as read by its id. It is ours with our anchor, if its name is the planned one or our own record
// says that a create of ours may have made it (then somebody renamed it since). Its password is the sealed
// one only if it was made after our first unsettled create; it was adopted if we ever sent it our anchor.
Judgement judge(const PlannedAccount& plan, const Account& account, const MatchMemory& memory);

// The account with the planned name is an administrator's.
Fault has_roles_fault(const Account& account);

// The person's account is in the recycle bin.
Fault deleted_fault(const Account& account);

// Whom a create of the plan would meet, out of those who hold its name as an address: nothing where none
// hinders. Who is in the recycle bin has given the name up.
std::optional<Holder> hindering(std::span<const Holder> holders);

// Somebody holds a value that must be unique: `holder`, as far as they could be read.
Fault conflict_fault(const PlannedAccount& plan,
                     const Conflict& conflict,
                     const std::optional<Holder>& holder);

}  // namespace uplift::engine
