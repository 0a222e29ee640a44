#include "tests/sandbox/directory.hpp"

#include <algorithm>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

// Entra compares the immutable id exactly, everything else without regard to case.
std::string key_text(Key key, std::string_view value) {
    std::string text(1, static_cast<char>(key));
    text += key == Key::immutable_id ? std::string(value) : lower(value);
    return text;
}

std::optional<TextProperty> property_of(Key key) {
    switch (key) {
        case Key::user_principal_name:
            return TextProperty::userPrincipalName;
        case Key::mail:
            return TextProperty::mail;
        case Key::mail_nickname:
            return TextProperty::mailNickname;
        case Key::immutable_id:
            return TextProperty::onPremisesImmutableId;
        case Key::employee_id:
            return TextProperty::employeeId;
        default:
            return std::nullopt;
    }
}

}  // namespace

std::string_view without_prefix(std::string_view proxy_address) {
    const auto colon = proxy_address.find(':');
    return colon == std::string_view::npos ? proxy_address : proxy_address.substr(colon + 1);
}

bool has_key(const User& user, Key key, std::string_view value) {
    if (key == Key::id) return same_ignoring_case(user.id, value);
    if (key == Key::immutable_id) return user.value(TextProperty::onPremisesImmutableId) == value;
    if (const auto property = property_of(key)) {
        const std::string* own = user.get(*property);
        return own != nullptr && same_ignoring_case(*own, value);
    }
    return std::any_of(user.proxy_addresses.begin(), user.proxy_addresses.end(), [&](const auto& address) {
        return same_ignoring_case(key == Key::address ? without_prefix(address) : address, value);
    });
}

UserPosition Directory::add(User user, TimePoint now) {
    const auto position = static_cast<UserPosition>(entries_.size());
    entries_.push_back(Entry{std::move(user), {}, {}});
    if (entries_[position].current.presence == Presence::active) ++active_;
    index(position);
    remember(entries_[position], std::nullopt, now);
    return position;
}

void Directory::replace(UserPosition position, User user, TimePoint now) {
    Entry& entry = entries_[position];
    if (entry.current.presence == Presence::active) --active_;
    if (user.presence == Presence::active) ++active_;
    std::swap(entry.current, user);
    index(position);
    remember(entry, std::move(user), now);
}

void Directory::remember(Entry& entry, std::optional<User> old, TimePoint now) {
    std::erase_if(entry.history, [&](const OldState& state) {
        return std::all_of(std::begin(state.until), std::end(state.until), [&](auto t) { return t <= now; });
    });
    const auto by_name = random_.delay(lag_.read);
    const auto by_index = std::max(by_name, random_.delay(lag_.index));
    if (by_index <= Clock::duration::zero()) return;
    OldState state{std::move(old), {now, now + by_name / 2, now + by_name, now + by_index}};
    entry.history.push_back(std::move(state));
}

const User* Directory::seen(UserPosition position, View view, TimePoint now) const {
    const Entry& entry = entries_[position];
    for (const auto& state : entry.history)
        if (state.until[static_cast<std::size_t>(view)] > now) return state.user ? &*state.user : nullptr;
    return &entry.current;
}

void Directory::index(UserPosition position) {
    const User& user = entries_[position].current;
    index(Key::id, user.id, position);
    for (const Key key :
         {Key::user_principal_name, Key::mail, Key::mail_nickname, Key::immutable_id, Key::employee_id})
        if (const std::string* value = user.get(*property_of(key))) index(key, *value, position);
    for (const auto& address : user.proxy_addresses) {
        index(Key::proxy_address, address, position);
        index(Key::address, without_prefix(address), position);
    }
}

void Directory::index(Key key, std::string_view value, UserPosition position) {
    std::string text = key_text(key, value);
    const auto [from, to] = keys_.equal_range(text);
    if (std::any_of(from, to, [&](const auto& entry) { return entry.second == position; })) return;
    keys_.emplace(std::move(text), position);
}

std::vector<UserPosition> Directory::candidates(Key key, std::string_view value) const {
    std::vector<UserPosition> positions;
    const auto [from, to] = keys_.equal_range(key_text(key, value));
    for (auto at = from; at != to; ++at) positions.push_back(at->second);
    std::sort(positions.begin(), positions.end());
    return positions;
}

std::optional<UserPosition> Directory::holder(Key key, std::string_view value, Presence presence) const {
    for (const auto position : candidates(key, value)) {
        const User& user = truth(position);
        if (user.presence == presence && has_key(user, key, value)) return position;
    }
    return std::nullopt;
}

std::uint32_t Directory::creates_of_anchor(std::string_view anchor) const {
    const auto found = creates_.find(std::string(anchor));
    return found == creates_.end() ? 0 : found->second;
}

void Directory::count_create(std::string_view anchor) {
    if (anchor.empty()) return;
    most_creates_ = std::max(most_creates_, ++creates_[std::string(anchor)]);
}

}  // namespace uplift::sandbox
