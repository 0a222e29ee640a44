// MailboxWaits: who waits for a mailbox, what was seen of the arrivals, and how long it usually takes.
//
// A part of the queue. An enrollment is listed from the first of its steps that waits for `mailbox` until
// none does any more.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/time.hpp"

namespace uplift::engine {

struct MailboxWaiter {
    EnrollmentId enrollment;
    ObjectId account;
    TimePoint since;      // when its wait began: right after licence and groups
    TimePoint probed_at;  // when it was last looked for by its id
    bool operator==(const MailboxWaiter&) const = default;
};

// From the start of a wait to the mailbox, over all arrivals that were seen.
struct UsualWait {
    std::int64_t arrivals = 0;
    Duration half{};  // half of them took no longer
    Duration most{};  // 95 % took no longer
    bool operator==(const UsualWait&) const = default;
};

struct MailboxStanding {
    std::int64_t waiting = 0;                 // enrollments
    std::optional<TimePoint> youngest_since;  // of those who wait
    std::optional<TimePoint> oldest_since;
    std::optional<TimePoint> watermark;  // the newest WhenMailboxCreated seen by a whole sweep
    std::optional<TimePoint> looked_at;  // the last whole sweep
    UsualWait usual;
};

struct ArrivedMailbox {
    ObjectId account;
    std::optional<TimePoint> created_at;
};

// What one look found. One transaction: who arrived is due, who was not there is noted, the watermark moves.
struct MailboxLook {
    TenantName tenant;
    TimePoint now;
    std::optional<TimePoint> swept_to;    // of a whole sweep: the newest value seen, or the watermark before
    std::vector<ArrivedMailbox> arrived;  // those who do not wait for it are passed over
    std::vector<EnrollmentId> not_there;  // looked for by id
};

class MailboxWaits {
 public:
    virtual ~MailboxWaits() = default;
    virtual boost::asio::awaitable<MailboxStanding> mailbox_standing(TenantName tenant) = 0;
    // Who was last looked for before `probed_before`, longest ago first, at most `limit`.
    virtual boost::asio::awaitable<std::vector<MailboxWaiter>> mailbox_waiters(TenantName tenant,
                                                                               TimePoint probed_before,
                                                                               std::size_t limit) = 0;
    // How many steps became due.
    virtual boost::asio::awaitable<std::int64_t> record_look(MailboxLook look) = 0;
};

}  // namespace uplift::engine
