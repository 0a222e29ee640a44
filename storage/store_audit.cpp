// Audit: rows that belong to no change of a job, and reading them in order.
#include "storage/audit_rows.hpp"
#include "storage/store.hpp"

namespace uplift::storage {

void Store::audit(const AuditEntry& entry) { books_.audit(entry, std::nullopt, std::nullopt); }

std::vector<engine::AuditRow> Store::audit_after(std::int64_t number, std::size_t limit) {
    auto statement = books_.database.use(
        "SELECT number, job, enrollment, at, actor_uid, actor_name, action, target, detail, attempt "
        "FROM audit WHERE number > ? ORDER BY number LIMIT ?");
    statement.with(number, limit);
    return read_audit(statement);
}

}  // namespace uplift::storage
