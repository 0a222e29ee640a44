// From the queue's records to what people are shown over the socket.
//
// Pure. No secret is in a view.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/engine/engine.hpp"
#include "core/engine/ports/audit_log.hpp"
#include "core/model/job.hpp"
#include "daemon/protocol/reply.hpp"

namespace uplift::daemon {

protocol::JobView view_of(const JobSummary& summary);
// For a person who failed: what, and the cure.
protocol::FailedView failed_view_of(const EnrollmentDetail& detail);
// What the queue has of one enrollment.
struct Story {
    EnrollmentDetail detail;
    JobSummary job;
    std::vector<engine::AuditRow> events;
};
// At most `most` of the last attempts, and of the last events, are shown.
protocol::WhyView why_view_of(const Story& story, std::size_t most);
// What would let the person go on, in one sentence; empty where nothing is in the way.
std::string what_unblocks(const EnrollmentDetail& detail, const JobSummary& job);

protocol::DoorView view_of(const engine::TenantStatus& tenant);
protocol::DoorView view_of(const engine::DoorStatus& directory);
protocol::Counts counts_of(const StateCounts& counts);

// J17 or 17.
std::optional<JobId> parse_job_id(std::string_view text);

}  // namespace uplift::daemon
