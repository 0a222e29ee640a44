// Who waits for a mailbox, and what the looks for it showed.
//
// Internal to storage; inside of the caller's transaction. The rules stand in ports/mailbox_waits.hpp.
#pragma once

#include <vector>

#include "core/engine/ports/mailbox_waits.hpp"
#include "core/model/wait_histogram.hpp"
#include "storage/books.hpp"

namespace uplift::storage {

// An enrollment has a step that waits for a mailbox. Where it stood in the line before it keeps its place,
// and is woken by the next look that shows the mailbox, whatever one before showed.
void begin_mailbox_wait(Books& books, const EnrollmentRow& row, TimePoint now);
void end_mailbox_wait(Database& database, EnrollmentId enrollment);

engine::MailboxStanding mailbox_standing(Database& database, const TenantName& tenant);
std::vector<engine::MailboxWaiter> mailbox_waiters(Database& database,
                                                   const TenantName& tenant,
                                                   TimePoint probed_before,
                                                   std::size_t limit);
// Returns how many steps became due.
std::int64_t record_look(Books& books, const engine::MailboxLook& look);

engine::UsualWait usual_wait(const WaitHistogram& waits);

}  // namespace uplift::storage
