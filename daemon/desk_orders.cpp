// ControlDesk: pause, resume and purge a job; drain and undrain the daemon.
#include "daemon/control_desk.hpp"
#include "daemon/views.hpp"

namespace uplift::daemon {

ControlDesk::Answer ControlDesk::ordered(JobId job, Result<engine::Effect> effect, Call& call) {
    if (!effect) co_return effect.error();
    auto look = [job](storage::Reader& reader) { return reader.job_summary(job); };
    const auto summary = co_await parts_.reader.ask(look);
    protocol::OrderedView view{.id = to_string(job), .changed = *effect == engine::Effect::changed};
    if (summary) view.state = word(summary->state);
    const auto frame = protocol::reply_frame(view);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::JobPauseRequest& request, Call& call) {
    const auto summary = co_await summary_of(request.job);
    if (!summary) co_return summary.error();
    auto effect = co_await parts_.queue.pause_job(summary->job.id, call.caller, parts_.clock.now());
    co_return co_await ordered(summary->job.id, std::move(effect), call);
}

ControlDesk::Answer ControlDesk::handle(const protocol::JobResumeRequest& request, Call& call) {
    const auto summary = co_await summary_of(request.job);
    if (!summary) co_return summary.error();
    auto effect = co_await parts_.queue.resume_job(summary->job.id, call.caller, parts_.clock.now());
    parts_.engine.wake();
    co_return co_await ordered(summary->job.id, std::move(effect), call);
}

ControlDesk::Answer ControlDesk::handle(const protocol::JobPurgeRequest& request, Call& call) {
    const auto summary = co_await summary_of(request.job);
    if (!summary) co_return summary.error();
    const auto id = summary->job.id;
    const auto passwords = request.discard_passwords ? engine::Untaken::discard : engine::Untaken::keep;
    const auto purged = co_await parts_.queue.purge_job(id, call.caller, passwords, parts_.clock.now());
    if (!purged) co_return purged.error();
    parts_.forget_files(id);
    const protocol::OrderedView view{.id = to_string(id), .state = "purged", .changed = true};
    const auto frame = protocol::reply_frame(view);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::set_drained(bool drained, Call& call) {
    const bool changed = parts_.engine.status().drained != drained;
    if (changed) {
        if (drained)
            parts_.engine.drain();
        else
            parts_.engine.undrain();
        co_await parts_.remember_drained(drained);
        AuditEntry entry{.at = parts_.clock.now(),
                         .actor = call.caller,
                         .action = drained ? "daemon_drained" : "daemon_undrained",
                         .target = "",
                         .detail = "",
                         .attempt = std::nullopt};
        co_await parts_.queue.audit(std::move(entry));
    }
    const protocol::OrderedView view{.id = "", .state = drained ? "drained" : "running", .changed = changed};
    const auto frame = protocol::reply_frame(view);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::DrainRequest&, Call& call) {
    co_return co_await set_drained(true, call);
}

ControlDesk::Answer ControlDesk::handle(const protocol::UndrainRequest&, Call& call) {
    co_return co_await set_drained(false, call);
}

}  // namespace uplift::daemon
