// Tenant: a Microsoft 365 organisation, as far as the steps need it.
//
// Implemented by graph/ and tests/sim; both pass one contract suite.
// What an adapter promises: a write is one request, never resent here; every call ends by its deadline;
// `unknown` is said of a write whenever it may have been applied; reads may be stale.
// Reads say `done` with an empty value where nothing was found; `not_yet` is a 404 on an object id.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/mailbox.hpp"
#include "core/model/outcome.hpp"
#include "core/model/secret.hpp"

namespace uplift::engine {

class Tenant {
 public:
    virtual ~Tenant() = default;

    // ---- reads -------------------------------------------------------------------------------------
    // By userPrincipalName (default index, fresher than the one behind anchors).
    virtual boost::asio::awaitable<Outcome<std::optional<Account>>> find_by_upn(std::string upn,
                                                                                TimePoint deadline) = 0;
    // By onPremisesImmutableId: an advanced query, answered from an index that can be minutes behind and can
    // show ghosts.
    virtual boost::asio::awaitable<Outcome<std::vector<Account>>> find_by_anchor(Anchor anchor,
                                                                                 TimePoint deadline) = 0;
    // By object id: the freshest. `not_yet` when it answers 404.
    virtual boost::asio::awaitable<Outcome<Account>> get_account(ObjectId id, TimePoint deadline) = 0;
    virtual boost::asio::awaitable<Outcome<std::vector<AssignedLicense>>> get_licenses(
        ObjectId id, TimePoint deadline) = 0;
    // Direct memberships only.
    virtual boost::asio::awaitable<Outcome<std::vector<GroupId>>> get_memberships(ObjectId id,
                                                                                  TimePoint deadline) = 0;
    virtual boost::asio::awaitable<Outcome<std::vector<Sku>>> get_skus(TimePoint deadline) = 0;
    virtual boost::asio::awaitable<Outcome<std::vector<Domain>>> get_domains(TimePoint deadline) = 0;
    // Groups with this object id, or this mail, or this mailNickname or display name. Several = ambiguous.
    virtual boost::asio::awaitable<Outcome<std::vector<Group>>> find_groups(std::string name,
                                                                            TimePoint deadline) = 0;

    // Who has one of these values as userPrincipalName, mail or proxyAddress: users, groups, contacts, and
    // users in the recycle bin (who keep their anchor, but no name). Advanced queries: an index that lags.
    virtual boost::asio::awaitable<Outcome<std::vector<Holder>>> find_holders(std::vector<std::string> values,
                                                                              TimePoint deadline) = 0;
    // Users in the recycle bin with this anchor.
    virtual boost::asio::awaitable<Outcome<std::vector<Account>>> find_deleted(Anchor anchor,
                                                                               TimePoint deadline) = 0;
    // Whether the account holds a directory role, directly or through a group.
    virtual boost::asio::awaitable<Outcome<bool>> has_directory_role(ObjectId id, TimePoint deadline) = 0;
    virtual boost::asio::awaitable<Outcome<std::optional<ObjectId>>> get_manager(ObjectId id,
                                                                                 TimePoint deadline) = 0;
    // Signs that somebody used the account.
    virtual boost::asio::awaitable<Outcome<AccountUse>> get_use(ObjectId id, TimePoint deadline) = 0;

    // ---- writes ------------------------------------------------------------------------------------
    // Why no write may leave, as far as is known without asking: what the app's token must not carry, or
    // lacks. Looked at before a write is recorded as sent; reads go on, and with them it is found out again.
    [[nodiscard]] virtual std::optional<Unauthorized> write_bar() const { return std::nullopt; }
    // POST /users. `attempt` goes out as client-request-id. Done only for a 201 with an id, our UPN and
    // (where it is shown) our anchor; anything else after the first byte is `unknown`. The references live as
    // long as the call (the caller holds them in its coroutine frame).
    virtual boost::asio::awaitable<Outcome<ObjectId>> create_user(const PlannedAccount& plan,
                                                                  const Secret& password,
                                                                  AttemptId attempt,
                                                                  TimePoint deadline) = 0;
    virtual boost::asio::awaitable<Outcome<Nothing>> set_usage_location(ObjectId id,
                                                                        std::string usage_location,
                                                                        AttemptId attempt,
                                                                        TimePoint deadline) = 0;
    // assignLicense with addLicenses only: removeLicenses is always empty. Set-like: repeating it is safe,
    // but disabledPlans are replaced.
    virtual boost::asio::awaitable<Outcome<Nothing>> assign_licenses(ObjectId id,
                                                                     std::vector<AssignedLicense> licenses,
                                                                     AttemptId attempt,
                                                                     TimePoint deadline) = 0;
    // `done` also when the account is a member already.
    virtual boost::asio::awaitable<Outcome<Nothing>> add_member(GroupId group,
                                                                ObjectId id,
                                                                AttemptId attempt,
                                                                TimePoint deadline) = 0;
    // PUT manager/$ref: replaces who was there.
    virtual boost::asio::awaitable<Outcome<Nothing>> set_manager(ObjectId id,
                                                                 ObjectId manager,
                                                                 AttemptId attempt,
                                                                 TimePoint deadline) = 0;
    // PATCH onPremisesImmutableId; an empty one clears it.
    virtual boost::asio::awaitable<Outcome<Nothing>> set_anchor(ObjectId id,
                                                                Anchor anchor,
                                                                AttemptId attempt,
                                                                TimePoint deadline) = 0;
    // PATCH of Graph properties by name, those of PlannedAccount::properties; an empty value clears one.
    virtual boost::asio::awaitable<Outcome<Nothing>> set_properties(
        ObjectId id,
        std::vector<std::pair<std::string, std::string>> properties,
        AttemptId attempt,
        TimePoint deadline) = 0;

    // ---- undo: takes back what we wrote, nothing else ------------------------------------------------
    // `done` also where what is taken away is not there.
    virtual boost::asio::awaitable<Outcome<Nothing>> remove_licenses(ObjectId id,
                                                                     std::vector<SkuId> skus,
                                                                     AttemptId attempt,
                                                                     TimePoint deadline) = 0;
    virtual boost::asio::awaitable<Outcome<Nothing>> remove_member(GroupId group,
                                                                   ObjectId id,
                                                                   AttemptId attempt,
                                                                   TimePoint deadline) = 0;
    virtual boost::asio::awaitable<Outcome<Nothing>> remove_manager(ObjectId id,
                                                                    AttemptId attempt,
                                                                    TimePoint deadline) = 0;
    // Into the recycle bin, for Entra's 30 days.
    virtual boost::asio::awaitable<Outcome<Nothing>> delete_user(ObjectId id,
                                                                 AttemptId attempt,
                                                                 TimePoint deadline) = 0;
    // Out of it, as it was. NotYet: it is not there.
    virtual boost::asio::awaitable<Outcome<Nothing>> restore_user(ObjectId id,
                                                                  AttemptId attempt,
                                                                  TimePoint deadline) = 0;
};

}  // namespace uplift::engine
