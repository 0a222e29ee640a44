#include "tests/sandbox/exchange/mailboxes.hpp"

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {

Mailbox* Mailboxes::find(UserPosition user) { return user < boxes_.size() ? boxes_[user].get() : nullptr; }

const Mailbox* Mailboxes::find(UserPosition user) const {
    return user < boxes_.size() ? boxes_[user].get() : nullptr;
}

Mailbox& Mailboxes::add(UserPosition user) {
    if (user >= boxes_.size()) boxes_.resize(user + 1);
    boxes_[user] = std::make_unique<Mailbox>();
    return *boxes_[user];
}

void Mailboxes::erase(UserPosition user) { boxes_[user].reset(); }

std::optional<UserPosition> Mailboxes::due(TimePoint now) {
    if (arrivals_.empty() || arrivals_.top().first > now) return std::nullopt;
    const UserPosition user = arrivals_.top().second;
    arrivals_.pop();
    return user;
}

void Mailboxes::index(std::string_view guid, UserPosition user) { by_guid_[lower(guid)] = user; }

std::optional<UserPosition> Mailboxes::with_guid(std::string_view guid) const {
    const auto found = by_guid_.find(lower(guid));
    if (found == by_guid_.end()) return std::nullopt;
    return found->second;
}

}  // namespace uplift::sandbox::exchange
