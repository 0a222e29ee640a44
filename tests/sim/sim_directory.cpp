#include "tests/sim/sim_directory.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/text/ldap.hpp"
#include "tests/sim/folded.hpp"

namespace uplift::sim {
namespace {

constexpr std::size_t most_found = 10;
constexpr std::size_t page_size = 500;
constexpr std::string_view netbios = "corp";
constexpr std::string_view base_dn = "DC=corp,DC=example,DC=com";

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

struct Simple {
    std::string attribute;
    std::string value;
};

// (attribute=value)
std::optional<Simple> parse_simple(std::string_view filter) {
    const auto equals = filter.find('=');
    if (equals == std::string_view::npos || !filter.starts_with('(') || !filter.ends_with(')'))
        return std::nullopt;
    Simple simple{.attribute = std::string(filter.substr(1, equals - 1)),
                  .value = std::string(filter.substr(equals + 1, filter.size() - equals - 2))};
    if (simple.attribute.find_first_of("&|!()*\\<>~:") != std::string::npos ||
        simple.value.find_first_of("()*\\") != std::string::npos)
        return std::nullopt;
    return simple;
}

bool is_user(const Person& person) {
    const auto classes = person.attributes.find("objectClass");
    if (classes == person.attributes.end()) return true;
    bool user = false;
    for (const auto& name : classes->second) {
        if (folded(name) == "computer") return false;
        user = user || folded(name) == "user";
    }
    return user;
}

std::string_view above(std::string_view name) {
    const auto comma = name.find(',');
    return comma == std::string_view::npos ? std::string_view() : name.substr(comma + 1);
}

bool is_selected(const Person& person, const Selection& selection, const std::optional<Simple>& wanted) {
    if (!is_user(person)) return false;
    const auto name = text::canonical_dn(person.distinguished_name);
    if (!name) return false;
    const auto is_in = [&](std::string_view ou) {
        return selection.scope == SelectionScope::subtree ? text::dn_below(*name, ou)
                                                          : text::same_dn(above(*name), ou);
    };
    const auto is_below = [&](const std::string& ou) { return text::dn_below(*name, ou); };
    const auto& ous = selection.ous;
    if (ous.empty() ? !is_in(base_dn) : std::none_of(ous.begin(), ous.end(), is_in)) return false;
    const auto& without = selection.exclude_ous;
    if (std::any_of(without.begin(), without.end(), is_below)) return false;
    return !wanted || folded(person.first(wanted->attribute)) == folded(wanted->value);
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
    const Anchor anchor{person.object_guid};
    people_.push_back(engine::FoundPerson{.person = std::move(person), .scope = scope, .anchor = anchor});
}

boost::asio::awaitable<bool> SimDirectory::answers_by(TimePoint deadline) {
    const std::chrono::milliseconds least{1}, most{40};
    co_await clock_.sleep_until(clock_.now() + chance_.between(least, most));
    if (clock_.now() >= away_until_ && !chance_.happens(fails_per_mille_)) co_return true;
    co_await clock_.sleep_until(deadline);
    co_return false;
}

engine::FoundPerson SimDirectory::shown(const engine::FoundPerson& entry,
                                        const std::vector<std::string>& attributes) {
    engine::FoundPerson shown{.person = {.object_guid = entry.person.object_guid,
                                         .distinguished_name = entry.person.distinguished_name,
                                         .attributes = {},
                                         .read_from = entry.person.read_from},
                              .scope = entry.scope,
                              .anchor = entry.anchor};
    for (const auto& asked : attributes)
        if (const auto value = entry.person.attributes.find(asked); value != entry.person.attributes.end())
            shown.person.attributes.insert(*value);
    return shown;
}

boost::asio::awaitable<Outcome<std::vector<engine::FoundPerson>>> SimDirectory::find(
    Identity identity, std::vector<std::string> attributes, TimePoint deadline) {
    co_await crash_.point();
    Outcome<std::vector<engine::FoundPerson>> outcome = Done<std::vector<engine::FoundPerson>>{};
    if (!co_await answers_by(deadline)) {
        outcome = NotSent{.why = "no domain controller answers", .code = FaultCode::directory_unreachable};
        co_return outcome;
    }
    std::vector<engine::FoundPerson> found;
    if (const auto name = key(identity.kind, identity.value)) {
        const auto [from, to] = index_.equal_range(*name);
        for (auto at = from; at != to && found.size() < most_found; ++at)
            found.push_back(shown(people_[at->second], attributes));
    }
    outcome = Done<std::vector<engine::FoundPerson>>{std::move(found)};
    co_await crash_.point();
    co_return outcome;
}

boost::asio::awaitable<Outcome<Nothing>> SimDirectory::list(Selection selection,
                                                            std::vector<std::string> attributes,
                                                            engine::PageTaker taker,
                                                            Duration patience) {
    co_await crash_.point();
    Outcome<Nothing> outcome = Done<Nothing>{};
    const auto wanted = parse_simple(selection.filter);
    if (!selection.filter.empty() && !wanted) {
        outcome = Refused{.code = FaultCode::directory_refused,
                          .what = "the filter is not valid",
                          .cure = "Write it like (department=Sales)."};
        co_return outcome;
    }
    std::vector<engine::FoundPerson> page;
    for (std::size_t at = 0; at <= people_.size(); ++at) {
        const bool last = at == people_.size();
        if (!last && is_selected(people_[at].person, selection, wanted))
            page.push_back(shown(people_[at], attributes));
        if (page.size() < page_size && !last) continue;
        if (!co_await answers_by(clock_.now() + patience)) {
            outcome =
                NotSent{.why = "no domain controller answers", .code = FaultCode::directory_unreachable};
            co_return outcome;
        }
        if (!page.empty() && co_await taker(std::exchange(page, {})) == engine::Listing::enough) break;
        co_await crash_.point();
    }
    co_return outcome;
}

}  // namespace uplift::sim
