// AuditLog: reads and exports the audit record. Audit rows are written by the queue, in the transaction that
// they belong to.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/model/job.hpp"

namespace uplift::engine {

struct AuditRow {
    std::int64_t number = 0;  // 1, 2, 3 … without gaps
    std::optional<JobId> job;
    std::optional<EnrollmentId> enrollment;
    AuditEntry entry;
};

class AuditLog {
 public:
    virtual ~AuditLog() = default;
    // Rows after `number`, oldest first, at most `limit`.
    virtual boost::asio::awaitable<std::vector<AuditRow>> read_after(std::int64_t number,
                                                                     std::size_t limit) = 0;
};

}  // namespace uplift::engine
