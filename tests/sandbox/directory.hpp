// The users of the tenant: the true state, the older states that slow replicas still show, and the indexes.
//
// Writes are judged on the truth. A read names the view it goes through: each write stays hidden from a view
// until the lag drawn for it has passed (Graph: by id is fresher than by name or filter; queries with
// ConsistencyLevel: eventual read an index of their own).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/random.hpp"
#include "tests/sandbox/user.hpp"

namespace uplift::sandbox {

using UserPosition = std::uint32_t;

enum class View : std::uint8_t { truth, by_id, by_name, index };

enum class Key : char {
    id = 'i',
    user_principal_name = 'u',
    mail = 'm',
    mail_nickname = 'n',
    immutable_id = 'a',
    proxy_address = 'p',  // with its prefix
    address = 's',        // proxy address without its prefix
    employee_id = 'e',
};

struct LagSettings {
    DelayRange read;
    DelayRange index;
};

// How often each effect was applied to one user: what "exactly once" is checked against.
struct WriteCounts {
    std::uint32_t create = 0;
    std::uint32_t patch = 0;
    std::uint32_t assign_license = 0;
    std::uint32_t manager = 0;
    std::uint32_t removal = 0;
    std::uint32_t restore = 0;
};

// What belongs to a user and is never read back through Graph.
struct UserFacts {
    std::string password_given;
    bool force_change = false;
    WriteCounts writes;
    std::string latent_conflict;          // id of a holder that every PATCH runs into
    std::optional<TimePoint> mailbox_at;  // when it is listed, while the licence for it lasts
    bool mailbox_on_premises = false;     // a mail user: Exchange Online never makes the mailbox
    std::vector<std::uint32_t> groups;    // positions in Groups; the truth
    std::vector<std::pair<std::uint16_t, std::uint32_t>> times_licensed;  // SKU position, how often added
};

class Directory {
 public:
    Directory(LagSettings lag, Random& random) : lag_(lag), random_(random) {}

    UserPosition add(User user, TimePoint now);
    // The new state; the old one stays visible for the lags drawn now.
    void replace(UserPosition position, User user, TimePoint now);

    const User& truth(UserPosition position) const { return entries_[position].current; }
    UserFacts& facts(UserPosition position) { return entries_[position].facts; }
    const UserFacts& facts(UserPosition position) const { return entries_[position].facts; }

    // Nothing: this view does not know the user (yet, or any more).
    const User* seen(UserPosition position, View view, TimePoint now) const;

    // Everybody who has, or lately had, this value; the caller looks at the view it means. In order of age.
    std::vector<UserPosition> candidates(Key key, std::string_view value) const;
    // The one who really has it now; `presence` says whether the bin counts.
    std::optional<UserPosition> holder(Key key, std::string_view value, Presence presence) const;

    std::size_t size() const { return entries_.size(); }
    std::size_t active() const { return active_; }
    std::uint32_t creates_of_anchor(std::string_view anchor) const;
    std::uint32_t most_creates_of_one_anchor() const { return most_creates_; }
    void count_create(std::string_view anchor);

 private:
    struct OldState {
        std::optional<User> user;  // nothing: before it was created
        TimePoint until[4];        // by View
    };
    struct Entry {
        User current;
        UserFacts facts;
        std::vector<OldState> history;  // oldest first
    };

    void remember(Entry& entry, std::optional<User> old, TimePoint now);
    void index(UserPosition position);
    void index(Key key, std::string_view value, UserPosition position);

    LagSettings lag_;
    Random& random_;
    std::deque<Entry> entries_;
    std::unordered_multimap<std::string, UserPosition> keys_;  // entries are never taken out, only outdated
    std::unordered_map<std::string, std::uint32_t> creates_;
    std::uint32_t most_creates_ = 0;
    std::size_t active_ = 0;
};

// The prefix of a proxy address ends at the colon.
std::string_view without_prefix(std::string_view proxy_address);
bool has_key(const User& user, Key key, std::string_view value);

}  // namespace uplift::sandbox
