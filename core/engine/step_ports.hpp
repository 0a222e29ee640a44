// What a step may reach: the ports, the doors of its profile, and the facts of its job.
#pragma once

#include <memory>
#include <utility>

#include "core/engine/directory_door.hpp"
#include "core/engine/mailbox_door.hpp"
#include "core/engine/ports/entropy.hpp"
#include "core/engine/ports/journal.hpp"
#include "core/engine/ports/queue.hpp"
#include "core/engine/ports/vault.hpp"
#include "core/engine/tenant_door.hpp"

namespace uplift::engine {

struct StepPorts {
    Clock& clock;
    Entropy& entropy;
    Queue& queue;
    Vault& vault;
    Journal& journal;
    DirectoryDoor& directory;
    TenantDoor& tenant;
    MailboxDoor& mailboxes;
    std::shared_ptr<const Job> job;
};

}  // namespace uplift::engine
