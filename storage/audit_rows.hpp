// Reading audit rows; internal to storage.
#pragma once

#include <vector>

#include "core/engine/ports/audit_log.hpp"
#include "storage/database.hpp"

namespace uplift::storage {

// From a statement that selects number, job, enrollment, at, actor_uid, actor_name, action, target, detail,
// attempt.
inline std::vector<engine::AuditRow> read_audit(Statement& statement) {
    std::vector<engine::AuditRow> rows;
    while (statement.step()) {
        engine::AuditRow row;
        row.number = statement.next_number();
        row.job = statement.next<std::optional<JobId>>();
        row.enrollment = statement.next<std::optional<EnrollmentId>>();
        row.entry.at = statement.next<TimePoint>();
        row.entry.actor.uid = statement.next<std::uint32_t>();
        row.entry.actor.name = statement.next<std::string>();
        row.entry.action = statement.next<std::string>();
        row.entry.target = statement.next<std::string>();
        row.entry.detail = statement.next<std::string>();
        row.entry.attempt = statement.next<std::optional<AttemptId>>();
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace uplift::storage
