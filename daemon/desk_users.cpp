// ControlDesk: users of a directory, and the configuration in force.
#include <boost/system/system_error.hpp>

#include "config/values.hpp"
#include "core/profile/attributes_needed.hpp"
#include "core/text/ldap.hpp"
#include "core/text/show.hpp"
#include "daemon/account_look.hpp"
#include "daemon/control_desk.hpp"
#include "daemon/listing_fault.hpp"

namespace uplift::daemon {
namespace {

std::optional<Fault> bad_dn(const std::vector<std::string>& names, const char* option) {
    for (const auto& name : names)
        if (const auto parts = text::parse_dn(name); !parts || parts->empty())
            return Fault{.code = FaultCode::job_file_bad_value,
                         .where = option,
                         .what = text::quoted(name) + " is no distinguished name",
                         .cure = "Write it as in AD: \"OU=IT Department,DC=corp,DC=example,DC=com\"."};
    return std::nullopt;
}

}  // namespace

ControlDesk::Answer ControlDesk::handle(const protocol::UsersRequest& request, Call& call) {
    const auto profile = parts_.intake.profile_named(ProfileName{request.profile}, "users");
    if (!profile) co_return profile.error();
    if (auto bad = bad_dn(request.ou, "--ou")) co_return *bad;
    if (auto bad = bad_dn(request.exclude_ou, "--exclude-ou")) co_return *bad;
    const auto directory = parts_.directories.find(profile->directory);
    if (directory == parts_.directories.end())
        co_return Fault{.code = FaultCode::directory_unreachable,
                        .where = "directory." + profile->directory.value,
                        .what = "the directory is not there yet",
                        .cure = "Restart upliftd: a new directory comes into force with a restart."};
    Selection selection{.ous = request.ou, .exclude_ous = request.exclude_ou, .filter = request.filter};
    auto attributes = profile::attributes_needed(*profile);
    for (const auto* shown : {"userPrincipalName", "sAMAccountName", "displayName"})
        attributes.emplace_back(shown);
    auto* door = parts_.engine.door(profile->tenant);

    std::int64_t left = request.limit > 0 ? request.limit : INT64_MAX;
    bool peer_gone = false;
    engine::PageTaker taker =
        [&](std::vector<engine::FoundPerson> page) -> boost::asio::awaitable<engine::Listing> {
        if (static_cast<std::int64_t>(page.size()) > left) page.resize(static_cast<std::size_t>(left));
        left -= static_cast<std::int64_t>(page.size());
        const auto users = co_await look_at_accounts(*profile, std::move(page), door);
        try {
            for (const auto& user : users) {
                const auto frame = protocol::reply_frame(user);
                co_await call.peer.write(frame);
            }
        } catch (const boost::system::system_error&) {
            peer_gone = true;
        }
        co_return left == 0 || peer_gone ? engine::Listing::enough : engine::Listing::go_on;
    };
    const auto outcome =
        co_await directory->second->list(std::move(selection), std::move(attributes), taker, page_patience);
    if (peer_gone) throw boost::system::system_error(boost::asio::error::eof);
    if (done_value(outcome) == nullptr) co_return listing_fault(outcome, "users");
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::ConfigShowRequest&, Call& call) {
    for (const auto& value : config::values_in_force(parts_.intake.config())) {
        const protocol::ConfigValueView view{.key = value.key, .value = value.text, .origin = value.origin};
        const auto frame = protocol::reply_frame(view);
        co_await call.peer.write(frame);
    }
    co_return std::nullopt;
}

}  // namespace uplift::daemon
