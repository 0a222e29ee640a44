// PlanLines: what `plan` shows of each person, and the totals that come of it.
//
// Pure but for the digest.
#pragma once

#include <map>

#include "core/engine/planner.hpp"
#include "core/engine/ports/vault.hpp"
#include "daemon/protocol/plan_view.hpp"

namespace uplift::daemon {

class PlanLines {
 public:
    enum class Bodies : std::uint8_t { left_out, shown };
    PlanLines(const engine::Vault& vault, Bodies bodies) : vault_(vault), bodies_(bodies) {}

    // `skus`: the tenant's, where the plan has licences. The line counts in the totals.
    protocol::PlanLineView line_of(const IntakeRow& row,
                                   const engine::PersonPlan& plan,
                                   const std::vector<Sku>& skus);
    // Of all lines so far. The duration: what the slower of the two limits needs.
    [[nodiscard]] protocol::PlanTotalsView totals(const ProfileName& profile,
                                                  double writes_per_second,
                                                  std::int64_t creates_per_day) const;

 private:
    const engine::Vault& vault_;
    Bodies bodies_;
    std::int64_t people_ = 0;
    std::int64_t changes_ = 0;
    protocol::Counts actions_;
    std::map<std::string, protocol::PlanSeatsView> seats_;
};

}  // namespace uplift::daemon
