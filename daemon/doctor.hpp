// Doctor: signs in and looks at all that the jobs of a profile will need. Reads only: it writes neither to a
// tenant nor to a directory.
//
// Has doors of its own, built anew from the configuration for each look, so that what it says is true now:
// no cached token, no resting domain controller. Each part (signing in to all domain controllers, reading
// people, signing in to a tenant, reading what a profile names there) has 30 s: whoever is slow does not keep
// the rest from being looked at. What the facts mean is doctor_facts.hpp's. Network thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/doctor_facts.hpp"

namespace uplift::daemon {

class Doctor {
 public:
    explicit Doctor(Doors::Parts parts) : parts_(std::move(parts)) {}

    // Is given each check as it comes, and waited for.
    using Taker = std::function<boost::asio::awaitable<void>(protocol::CheckView)>;
    // `profile` is empty for every one. Fault: unknown_profile.
    boost::asio::awaitable<Result<void>> examine(std::shared_ptr<const config::Config> config,
                                                 std::string profile,
                                                 Taker take);

 private:
    struct Round;
    boost::asio::awaitable<void> look_at_profile(Round& round, const Profile& profile);
    boost::asio::awaitable<DirectoryFacts> look_at_directory(config::DirectoryConfig settings);
    boost::asio::awaitable<PeopleFacts> look_at_people(engine::Directory& directory, std::size_t& others);
    boost::asio::awaitable<TenantFacts> sign_in(const config::Config& config, config::TenantConfig settings);
    boost::asio::awaitable<ProfileFacts> look_at_tenant(const Profile& profile, TimePoint deadline);

    Doors::Parts parts_;
    // Kept from look to look: a sign-in that was given up may still be under way.
    std::map<TenantName, std::unique_ptr<Doors>> tenants_;
};

// upliftd --doctor: the same without a running daemon. Prints to stdout; the exit code.
enum class DoctorShape : std::uint8_t { words, json };
int run_doctor(const std::string& config_file, const std::string& profile, DoctorShape shape);

}  // namespace uplift::daemon
