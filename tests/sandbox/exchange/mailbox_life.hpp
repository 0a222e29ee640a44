// How mailboxes come and go: a licence with an enabled Exchange plan makes one after a while, and takes it
// away (soft-deleted, 30 days) when it goes or when its user does.
#pragma once

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox::exchange {

// After every change of a user's licences or presence.
void refresh_mailbox(Tenant& tenant, UserPosition user, TimePoint now);
// The mailbox of a user who was always there: present and usable, no wait.
void settle_defined_mailbox(Tenant& tenant, UserPosition user, TimePoint since);
// Before every request: what is due by now is there.
void settle_mailboxes(Tenant& tenant, TimePoint now);

// What a control endpoint wants: from `listed` on it is listed, from `usable` on it takes commands.
void reschedule_mailbox(Tenant& tenant, UserPosition user, TimePoint listed, TimePoint usable);

}  // namespace uplift::sandbox::exchange
