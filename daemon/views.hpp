// From the queue's records to what people are shown over the socket.
//
// Pure. No secret is in a view.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/engine/engine.hpp"
#include "core/model/job.hpp"
#include "daemon/protocol/reply.hpp"

namespace uplift::daemon {

protocol::JobView view_of(const JobSummary& summary);
// For a person who failed: what, and the cure.
protocol::FailedView failed_view_of(const EnrollmentDetail& detail);
// At most `attempts` of the last attempts are shown.
protocol::WhyView why_view_of(const EnrollmentDetail& detail, const JobSummary& job, std::size_t attempts);

protocol::DoorView view_of(const engine::TenantStatus& tenant);
protocol::DoorView view_of(const engine::DoorStatus& directory);
protocol::Counts counts_of(const StateCounts& counts);

// J17 or 17.
std::optional<JobId> parse_job_id(std::string_view text);

}  // namespace uplift::daemon
