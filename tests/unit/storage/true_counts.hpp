// The counts that a queue keeps, against those that its rows give.
#pragma once

#include "tests/unit/storage/queue_world.hpp"

namespace uplift::storage::testing {

inline void expect_true_counts(QueueWorld& world, JobId job) {
    JobCounts counted;
    std::int64_t people = 0;
    for (const auto& detail : world.people(job)) {
        ++people;
        ++count(counted.enrollments, detail.enrollment.state);
        for (const auto& step : detail.steps) ++count(counts_of(counted, step.kind), step.state);
        std::vector<StepState> states;
        auto walk = Walk::going_on;
        for (const auto& step : detail.steps) {
            states.push_back(step.state);
            if (step.kind == walk_order.back() && ended(step.state)) walk = Walk::walked;
        }
        EXPECT_EQ(detail.enrollment.state, enrollment_state(states, walk));
        EXPECT_EQ(detail.enrollment.ended_at.has_value(), ended(detail.enrollment.state));
    }
    const auto kept = world.summary(job);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->people, people);
    EXPECT_EQ(kept->enrollments, counted.enrollments);
    EXPECT_EQ(kept->steps, counted.steps);
    EXPECT_EQ(kept->job.ended_at.has_value(), counted.open() == 0);
}

}  // namespace uplift::storage::testing
