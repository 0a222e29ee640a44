#include "daemon/doctor.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/profile/password_rule.hpp"
#include "core/secrets/sealing_key.hpp"
#include "core/text/nearest.hpp"
#include "core/text/show.hpp"
#include "daemon/folder_rules.hpp"

namespace uplift::daemon {
namespace {

using boost::asio::awaitable;
using protocol::CheckState;
using protocol::CheckView;

constexpr Duration patience_of_a_part = std::chrono::seconds{30};
constexpr Duration patience_of_a_controller = std::chrono::seconds{10};
constexpr auto consistency_guid = "mS-DS-ConsistencyGuid";
constexpr auto account_control = "userAccountControl";

Result<void> read_sealing_key(const config::SecretRef& ref, const config::SecretSource& source) {
    auto bytes = config::read_secret(ref, config::SecretForm::octets, source);
    if (!bytes) return bytes.error();
    const auto key = secrets::SealingKey::from(std::move(*bytes), config::to_string(ref));
    if (!key) return key.error();
    return {};
}

Result<void> read_typed_password(const config::SecretRef& ref, const config::SecretSource& source) {
    const auto password = config::read_secret(ref, config::SecretForm::text, source);
    if (!password) return password.error();
    return profile::check_password(password->view(), {});
}

// Looks only; open_state_dir() would make what is missing.
StateDirFacts look_at_state_dir(const std::string& path) {
    using There = StateDirFacts::There;
    StateDirFacts facts{.path = path, .there = There::usable, .why = {}, .free_octets = 0};
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        facts.there = errno == ENOENT ? There::not_yet : There::unusable;
        facts.why = "cannot be looked at";
        return facts;
    }
    struct statvfs room {};
    if (::statvfs(path.c_str(), &room) == 0) facts.free_octets = std::uint64_t{room.f_bavail} * room.f_frsize;
    if (!S_ISDIR(status.st_mode)) {
        facts.there = There::unusable;
        facts.why = "is no directory";
    } else if (const auto unsafe = unsafe_directory(status.st_mode, status.st_uid, ::getuid(), Sharing::none);
               unsafe && ::getuid() != 0) {
        // Root looks at what is another's: the service's own user.
        facts.there = There::unusable;
        facts.why = *unsafe;
    } else if (::access(path.c_str(), W_OK | X_OK) != 0) {
        facts.there = There::unusable;
        facts.why = "cannot be written to";
    }
    return facts;
}

// "ldaps://dc1.corp.example.com:636" without what all have in front.
std::string host_of(const std::string& uri) {
    const auto scheme = uri.find("://");
    return scheme == std::string::npos ? uri : uri.substr(scheme + 3);
}

bool is_another_guid(const Person& person) {
    const auto octets = person.first(consistency_guid);
    const auto& own = person.object_guid.octets;
    return !octets.empty() &&
           !std::equal(octets.begin(), octets.end(), own.begin(), own.end(), [](char a, auto b) {
               return static_cast<unsigned char>(a) == b;
           });
}

CheckState worst_of(const Checks& checks) {
    auto worst = CheckState::success;
    for (const auto& check : checks) worst = std::max(worst, check.state);
    return worst;
}

Fault no_such_profile(const config::Config& config, const std::string& name) {
    std::vector<std::string_view> known;
    std::string all;
    for (const auto& [profile, _] : config.profiles) {
        known.push_back(profile.value);
        all += (all.empty() ? "" : ", ") + profile.value;
    }
    const auto near = text::nearest(name, known);
    return Fault{
        .code = FaultCode::unknown_profile,
        .where = "doctor",
        .what = "there is no profile " + text::quoted(name),
        .cure = (near ? "Did you mean " + std::string(*near) + "? " : "") + "Use one of: " + all + "."};
}

// The configuration of one tenant alone, with the profiles that say what it must permit.
config::Config only_tenant(const config::Config& config, const config::TenantConfig& tenant) {
    config::Config only;
    only.tenants[tenant.name] = tenant;
    for (const auto& [name, profile] : config.profiles)
        if (profile.tenant == tenant.name) only.profiles[name] = profile;
    return only;
}

config::Config only_directory(config::DirectoryConfig directory) {
    config::Config only;
    const auto name = directory.name;
    only.directories[name] = std::move(directory);
    return only;
}

}  // namespace

// One call of doctor. What several profiles share is looked at once, under the first of them.
struct Doctor::Round {
    struct Seen {
        std::string profile;
        CheckState worst = CheckState::success;
        bool open = false;  // signed in: more can be asked
    };
    struct Place {
        std::string profile;
        std::string part;
        std::string name;
    };
    std::shared_ptr<const config::Config> config;
    Taker take;
    std::map<DirectoryName, Seen> directories;
    std::map<TenantName, Seen> tenants;

    awaitable<void> give(Place place, Checks checks) {
        for (auto& check : checks) {
            check.profile = place.profile;
            check.part = place.part;
            check.name = place.name;
            co_await take(std::move(check));
        }
    }
    awaitable<void> refer(Place place, Seen seen) {
        CheckView check{.check = place.part,
                        .state = seen.worst,
                        .message = "as under profile " + text::quoted(seen.profile)};
        if (seen.worst != CheckState::success) check.cure = "Mend what is named there.";
        Checks checks{std::move(check)};
        co_await give(std::move(place), std::move(checks));
    }
};

awaitable<Result<void>> Doctor::examine(std::shared_ptr<const config::Config> config,
                                        std::string profile,
                                        Taker take) {
    Round round{.config = config, .take = std::move(take), .directories = {}, .tenants = {}};
    const auto only = config->profiles.find(ProfileName{profile});
    if (!profile.empty() && only == config->profiles.end()) co_return no_such_profile(*config, profile);

    Checks of_service{check_sealing_key(read_sealing_key(config->service.sealing_key, parts_.secrets)),
                      check_state_dir(look_at_state_dir(config->service.state_dir))};
    Round::Place service{.profile = {}, .part = "service", .name = {}};
    co_await round.give(std::move(service), std::move(of_service));
    if (!profile.empty()) {
        co_await look_at_profile(round, only->second);
    } else {
        for (const auto& [_, each] : config->profiles) co_await look_at_profile(round, each);
    }
    co_return Result<void>{};
}

awaitable<void> Doctor::look_at_profile(Round& round, const Profile& profile) {
    const auto& config = *round.config;
    std::optional<Result<void>> typed;
    if (const auto named = config.typed_passwords.find(profile.name); named != config.typed_passwords.end())
        typed = read_typed_password(named->second, parts_.secrets);
    Checks own{check_password_rule(profile.password, typed)};
    Round::Place place{.profile = profile.name.value, .part = "profile", .name = {}};
    co_await round.give(place, std::move(own));

    place.part = "directory";
    place.name = profile.directory.value;
    if (const auto seen = round.directories.find(profile.directory); seen != round.directories.end()) {
        co_await round.refer(place, seen->second);
    } else {
        const auto facts = co_await look_at_directory(config.directories.at(profile.directory));
        auto checks = judge(facts);
        round.directories[profile.directory] = {.profile = profile.name.value, .worst = worst_of(checks)};
        co_await round.give(place, std::move(checks));
    }

    place.part = "tenant";
    place.name = profile.tenant.value;
    if (const auto seen = round.tenants.find(profile.tenant); seen != round.tenants.end()) {
        co_await round.refer(place, seen->second);
    } else {
        const auto facts = co_await sign_in(config, config.tenants.at(profile.tenant));
        auto checks = judge(facts);
        round.tenants[profile.tenant] = {.profile = profile.name.value,
                                         .worst = worst_of(checks),
                                         .open = facts.signed_in && done_value(*facts.signed_in) != nullptr};
        co_await round.give(place, std::move(checks));
    }
    if (!round.tenants[profile.tenant].open) co_return;
    const auto facts = co_await look_at_tenant(profile, parts_.clock.now() + patience_of_a_part);
    co_await round.give(place, judge(profile, facts));
}

awaitable<DirectoryFacts> Doctor::look_at_directory(config::DirectoryConfig settings) {
    DirectoryFacts facts;
    facts.settings = settings;
    const auto name = settings.name;
    const auto end = parts_.clock.now() + patience_of_a_part;
    auto uris = settings.uris;
    if (uris.empty()) uris.emplace_back();  // DNS names them
    std::unique_ptr<Doors> good;
    bool refused = false;
    for (const auto& uri : uris) {
        DirectoryFacts::Controller controller{.name = host_of(uri), .asked = std::nullopt};
        auto one = settings;
        if (!uri.empty()) one.uris = {uri};
        auto doors = std::make_unique<Doors>(parts_);
        if (auto faults = doors->open(only_directory(std::move(one))); !faults.empty()) {
            facts.unusable = std::move(faults.front());
            co_return facts;
        }
        const auto deadline = std::min(end, parts_.clock.now() + patience_of_a_controller);
        if (!refused) {
            controller.asked = co_await doors->probe(name, uris.size() == 1 ? end : deadline);
            // Each refused sign-in counts towards locking the account.
            refused = std::holds_alternative<Unauthorized>(*controller.asked);
            if (!good && done_value(*controller.asked) != nullptr) good = std::move(doors);
        }
        facts.controllers.push_back(std::move(controller));
    }
    if (good)
        facts.people = co_await look_at_people(*good->directories().at(name), facts.other_consistency_guids);
    co_return facts;
}

// The first page is enough; `others`: whose mS-DS-ConsistencyGuid is another than their objectGUID.
awaitable<PeopleFacts> Doctor::look_at_people(engine::Directory& directory, std::size_t& others) {
    PeopleFacts facts;
    engine::PageTaker look = [&](std::vector<engine::FoundPerson> page) -> awaitable<engine::Listing> {
        for (const auto& found : page) {
            if (found.scope == engine::Scope::excluded) continue;
            ++facts.people;
            if (found.person.object_guid == Guid{}) ++facts.without_guid;
            if (found.person.first(account_control).empty()) ++facts.without_control;
        }
        co_return engine::Listing::enough;
    };
    Selection everybody;
    std::vector<std::string> control{account_control};
    facts.read = co_await directory.list(std::move(everybody), std::move(control), look, patience_of_a_part);
    if (done_value(facts.read) == nullptr || facts.people == 0) co_return facts;

    engine::PageTaker compare = [&](std::vector<engine::FoundPerson> page) -> awaitable<engine::Listing> {
        for (const auto& found : page)
            if (found.scope == engine::Scope::taken && is_another_guid(found.person)) ++others;
        co_return engine::Listing::enough;
    };
    Selection filled;
    filled.filter = "(" + std::string(consistency_guid) + "=*)";
    std::vector<std::string> guid{consistency_guid};
    (void)co_await directory.list(std::move(filled), std::move(guid), compare, patience_of_a_part);
    co_return facts;
}

awaitable<TenantFacts> Doctor::sign_in(const config::Config& config, config::TenantConfig settings) {
    TenantFacts facts;
    facts.now = parts_.clock.now();
    facts.settings = settings;
    auto& doors = tenants_[settings.name];
    if (!doors) doors = std::make_unique<Doors>(parts_);
    if (auto faults = doors->open(only_tenant(config, settings)); !faults.empty()) {
        facts.unusable = std::move(faults.front());
        co_return facts;
    }
    facts.certificate_end = doors->certificate_ends().at(settings.name);
    facts.signed_in = co_await doors->sign_in(settings.name, facts.now + patience_of_a_part);
    co_return facts;
}

awaitable<ProfileFacts> Doctor::look_at_tenant(const Profile& profile, TimePoint deadline) {
    ProfileFacts facts;
    auto& tenant = *tenants_.at(profile.tenant)->tenants().at(profile.tenant);
    facts.domains = co_await tenant.get_domains(deadline);
    if (!licenses_of(profile).empty()) facts.skus = co_await tenant.get_skus(deadline);
    for (const auto& name : groups_of(profile)) {
        auto found = co_await tenant.find_groups(name, deadline);
        facts.groups.emplace(name, std::move(found));
    }
    if (cmdlets_of(profile, facts.groups).empty()) co_return facts;
    auto& mailboxes = *tenants_.at(profile.tenant)->mailboxes().at(profile.tenant);
    facts.cmdlets = co_await mailboxes.get_cmdlets(deadline);
    if (!profile.aliases.empty()) facts.accepted_domains = co_await mailboxes.get_accepted_domains(deadline);
    co_return facts;
}

}  // namespace uplift::daemon
