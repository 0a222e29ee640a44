#include "tests/sim/sim_directory.hpp"

#include <optional>

#include "core/text/ldap.hpp"

namespace uplift::sim {
namespace {

constexpr std::size_t most_found = 10;
constexpr std::string_view netbios = "corp";

std::string folded(std::string_view value) {
    std::string text;
    for (const char c : value) text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

// What an identity is looked up by; nothing where it is none (then nobody has it).
std::optional<std::string> key(IdentityKind kind, std::string_view value) {
    const auto mark = static_cast<char>('0' + static_cast<int>(kind));
    switch (kind) {
        case IdentityKind::objectGUID: {
            const auto guid = parse_guid(value);
            if (!guid) return std::nullopt;
            return mark + to_string(*guid);
        }
        case IdentityKind::userPrincipalName:
            return mark + folded(value);
        case IdentityKind::sAMAccountName: {
            const auto slash = value.find('\\');
            if (slash != std::string_view::npos && folded(value.substr(0, slash)) == netbios)
                value.remove_prefix(slash + 1);
            return mark + folded(value);
        }
        case IdentityKind::distinguishedName: {
            auto name = text::canonical_dn(value);
            if (!name) return std::nullopt;
            return mark + *name;
        }
    }
    return std::nullopt;
}

}  // namespace

void SimDirectory::put(Person person, engine::Scope scope) {
    const auto at = people_.size();
    const auto index = [&](IdentityKind kind, std::string_view value) {
        if (value.empty()) return;
        if (auto name = key(kind, value)) index_.emplace(std::move(*name), at);
    };
    index(IdentityKind::objectGUID, to_string(person.object_guid));
    index(IdentityKind::userPrincipalName, person.first("userPrincipalName"));
    index(IdentityKind::sAMAccountName, person.first("sAMAccountName"));
    index(IdentityKind::distinguishedName, person.distinguished_name);
    person.read_from = "dc1.corp.example.com";
    people_.push_back(engine::FoundPerson{.person = std::move(person), .scope = scope});
}

boost::asio::awaitable<Outcome<std::vector<engine::FoundPerson>>> SimDirectory::find(
    Identity identity, std::vector<std::string> attributes, TimePoint deadline) {
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
    if (const auto name = key(identity.kind, identity.value)) {
        const auto [from, to] = index_.equal_range(*name);
        for (auto at = from; at != to && found.size() < most_found; ++at) {
            const auto& entry = people_[at->second];
            engine::FoundPerson shown{.person = {.object_guid = entry.person.object_guid,
                                                 .distinguished_name = entry.person.distinguished_name,
                                                 .attributes = {},
                                                 .read_from = entry.person.read_from},
                                      .scope = entry.scope};
            for (const auto& asked : attributes)
                if (const auto value = entry.person.attributes.find(asked);
                    value != entry.person.attributes.end())
                    shown.person.attributes.insert(*value);
            found.push_back(std::move(shown));
        }
    }
    outcome = Done<std::vector<engine::FoundPerson>>{std::move(found)};
    co_await crash_.point();
    co_return outcome;
}

}  // namespace uplift::sim
