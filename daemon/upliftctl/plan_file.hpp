// A PLAN file: what `plan --out` writes and `plan show` reads: one JSON object, "changes" and "refused" on
// top, then the lines with the fingerprints of what was seen.
//
// write_plan blocks; the file is there whole or not at all, and only its owner may read it.
// Faults: file_unreadable, job_file_syntax.
#pragma once

#include <string>
#include <vector>

#include "daemon/protocol/frame.hpp"
#include "daemon/protocol/plan_view.hpp"
#include "daemon/protocol/unique_fd.hpp"

namespace uplift::upliftctl {

struct PlanFile {
    std::string source;
    std::vector<protocol::PlanLineView> people;
    protocol::PlanTotalsView totals;
};

std::string plan_text(const PlanFile& plan);
Result<PlanFile> parse_plan(std::string_view text, const std::string& where);

Result<void> write_plan(const PlanFile& plan, const std::string& path);
Result<PlanFile> read_plan(const std::string& path);

}  // namespace uplift::upliftctl
