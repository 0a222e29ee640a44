// What `doctor` found out, and what it makes of it: facts in, checks out.
//
// Pure. Checks come without profile, part and name: who asked puts those in. Each that is no success has a
// cure; of outcomes that brought nothing, the code and cure are those of the fault table where none is said.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/model/account.hpp"
#include "core/model/outcome.hpp"
#include "daemon/doors.hpp"
#include "daemon/protocol/check_view.hpp"

namespace uplift::daemon {

using Checks = std::vector<protocol::CheckView>;

// ---- the service and the profile's own -------------------------------------------------------------

protocol::CheckView check_sealing_key(const Result<void>& read);

struct StateDirFacts {
    std::string path;
    enum class There : std::uint8_t { not_yet, usable, unusable } there = There::usable;
    std::string why;              // of what is unusable
    std::uint64_t free_octets{};  // of its file system
};
protocol::CheckView check_state_dir(const StateDirFacts& facts);

// `typed`: what reading and judging the password from the configuration came to; nothing where there is none.
protocol::CheckView check_password_rule(const PasswordRule& rule, const std::optional<Result<void>>& typed);

// ---- a directory -----------------------------------------------------------------------------------

// What the first pages of people showed.
struct PeopleFacts {
    Outcome<Nothing> read = NotSent{};
    std::size_t people = 0;
    std::size_t without_guid = 0;
    std::size_t without_control = 0;  // userAccountControl
};

struct DirectoryFacts {
    config::DirectoryConfig settings;
    std::optional<Fault> unusable;  // its settings or secrets
    struct Controller {
        std::string name;                              // as `uris` names it; empty: whom DNS names
        std::optional<Outcome<DirectoryState>> asked;  // nothing: the service account had been refused
    };
    std::vector<Controller> controllers;
    std::optional<PeopleFacts> people;  // nothing: nobody could be asked
    // With the default anchor: people whose mS-DS-ConsistencyGuid is another than their objectGUID.
    std::size_t other_consistency_guids = 0;
};
Checks judge(const DirectoryFacts& facts);

// ---- a tenant --------------------------------------------------------------------------------------

struct TenantFacts {
    config::TenantConfig settings;
    std::optional<Fault> unusable;
    TimePoint now;
    std::optional<TimePoint> certificate_end;
    std::optional<Outcome<AppRights>> signed_in;
};
Checks judge(const TenantFacts& facts);

// What a tenant has of what a profile names; nothing: the profile names none.
struct ProfileFacts {
    std::optional<Outcome<std::vector<Domain>>> domains;
    std::optional<Outcome<std::vector<Sku>>> skus;
    std::map<std::string, Outcome<std::vector<Group>>> groups;  // by the profile's name for them
    // Of Exchange Online.
    std::optional<Outcome<std::vector<std::string>>> cmdlets;
    std::optional<Outcome<std::vector<std::string>>> accepted_domains;
};
Checks judge(const Profile& profile, const ProfileFacts& facts);

// Licences and groups that a profile gives or lets a row choose, each once.
std::vector<LicenseWish> licenses_of(const Profile& profile);
std::vector<std::string> groups_of(const Profile& profile);
// Exchange Online's commands that its delayed tasks come down to; `groups` as looked up.
std::vector<std::string> cmdlets_of(const Profile& profile,
                                    const std::map<std::string, Outcome<std::vector<Group>>>& groups);

// ---- all of them -----------------------------------------------------------------------------------

// Why a call to the outside brought nothing. Not for one that is done.
Fault reason_of_nothing(const Outcome<Nothing>& outcome);
template <class T>
Fault reason_of(const Outcome<T>& outcome) {
    return reason_of_nothing(without_value<Nothing>(outcome));
}

protocol::CheckView check_passed(std::string check, std::string message);
protocol::CheckView check_warned(std::string check, std::string message, std::string cure);
protocol::CheckView check_troubled(std::string check, protocol::CheckState state, const Fault& fault);

}  // namespace uplift::daemon
