// Why an operator's order about a job is refused: the same words from every queue.
//
// Pure.
#pragma once

#include <cstdint>
#include <string>

#include "core/model/ids.hpp"
#include "core/model/result.hpp"

namespace uplift::storage {

inline Fault job_has_ended(JobId job, const std::string& ordered) {
    return {FaultCode::job_ended,
            to_string(job),
            "the job has ended and cannot be " + ordered,
            "`upliftctl job retry` runs again what failed of it"};
}

inline Fault job_is_cancelled(JobId job, const std::string& ordered) {
    return {FaultCode::job_ended,
            to_string(job),
            "the job is cancelled and cannot be " + ordered,
            "Submit its file again for the people who were cancelled"};
}

inline Fault still_open(JobId job) {
    return {FaultCode::job_open,
            to_string(job),
            "the job has not ended",
            "Wait for its end, or `upliftctl job cancel` it first"};
}

inline Fault passwords_untaken(JobId job, std::int64_t count) {
    return {FaultCode::passwords_untaken,
            to_string(job),
            std::to_string(count) + (count == 1 ? " initial password has" : " initial passwords have") +
                " not been handed over and would be lost",
            "`upliftctl job passwords` shows them; or purge with --discard-passwords"};
}

}  // namespace uplift::storage
