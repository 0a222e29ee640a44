#include "tests/sim/sim_directory.hpp"

namespace uplift::sim {
namespace {

std::string key(IdentityKind kind, std::string_view value) {
    std::string text{static_cast<char>('0' + static_cast<int>(kind))};
    for (const char c : value) text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

}  // namespace

void SimDirectory::put(Person person) {
    const auto at = people_.size();
    index_.emplace(key(IdentityKind::objectGUID, to_string(person.object_guid)), at);
    index_.emplace(key(IdentityKind::userPrincipalName, person.first("userPrincipalName")), at);
    index_.emplace(key(IdentityKind::sAMAccountName, person.first("sAMAccountName")), at);
    index_.emplace(key(IdentityKind::distinguishedName, person.distinguished_name), at);
    people_.push_back(std::move(person));
}

boost::asio::awaitable<Outcome<std::vector<engine::FoundPerson>>> SimDirectory::find(Identity identity,
                                                                                     std::vector<std::string>,
                                                                                     TimePoint deadline) {
    co_await crash_.point();
    Outcome<std::vector<engine::FoundPerson>> outcome = Done<std::vector<engine::FoundPerson>>{};
    const std::chrono::milliseconds least{1}, most{40};
    co_await clock_.sleep_until(clock_.now() + chance_.between(least, most));
    if (clock_.now() < away_until_ || chance_.happens(fails_per_mille_)) {
        co_await clock_.sleep_until(deadline);
        outcome = NotSent{.why = "no domain controller answers", .code = FaultCode::directory_unreachable};
        co_return outcome;
    }
    std::vector<engine::FoundPerson> found;
    const auto [from, to] = index_.equal_range(key(identity.kind, identity.value));
    for (auto at = from; at != to; ++at)
        found.push_back(engine::FoundPerson{.person = people_[at->second], .scope = engine::Scope::taken});
    outcome = Done<std::vector<engine::FoundPerson>>{std::move(found)};
    co_await crash_.point();
    co_return outcome;
}

}  // namespace uplift::sim
