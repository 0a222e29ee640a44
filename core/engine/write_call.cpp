#include "core/engine/write_call.hpp"

namespace uplift::engine {

AttemptId new_attempt_id(Entropy& entropy) {
    Guid guid;
    entropy.fill(std::as_writable_bytes(std::span{guid.octets}));
    // RFC 4122 version 4, in the octets that the text form shows at these places.
    guid.octets[7] = static_cast<std::uint8_t>((guid.octets[7] & 0x0F) | 0x40);
    guid.octets[8] = static_cast<std::uint8_t>((guid.octets[8] & 0x3F) | 0x80);
    return AttemptId{to_string(guid)};
}

Attempt next_attempt(
    const StepTask& task, Entropy& entropy, std::string call, std::string target, TimePoint now) {
    return Attempt{.id = new_attempt_id(entropy),
                   .step = task.step.kind,
                   .number = static_cast<int>(task.attempts.size()) + 1,
                   .call = std::move(call),
                   .target = std::move(target),
                   .sent_at = now,
                   .ended_at = std::nullopt,
                   .result = AttemptResult::open,
                   .note = {}};
}

StepRecord sent_record(const StepTask& task, TimePoint now, Attempt attempt) {
    auto record = step_going_on(task, now);
    const auto& plan = task.enrollment.plan;
    record.audit.push_back(
        AuditEntry{.at = now,
                   .actor = Actor{.uid = 0, .name = "engine"},
                   .action = attempt.call + "_sent",
                   .target = plan ? plan->user_principal_name : std::string{},
                   .detail = "attempt=" + std::to_string(attempt.number) +
                             (attempt.target.empty() ? std::string{} : " target=" + attempt.target),
                   .attempt = attempt.id});
    record.attempt_sent = std::move(attempt);
    return record;
}

}  // namespace uplift::engine
