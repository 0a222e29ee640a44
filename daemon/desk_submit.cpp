// ControlDesk: submit.
#include <unistd.h>

#include "core/text/utf8.hpp"
#include "daemon/control_desk.hpp"

namespace uplift::daemon {
namespace {

constexpr std::int64_t longest_password_file = 1'024;
constexpr std::size_t longest_label = 200;
constexpr std::size_t longest_source = 255;

Fault bad_submit(std::string what) {
    return Fault{.code = FaultCode::bad_request,
                 .where = "submit",
                 .what = std::move(what),
                 .cure = "Use the upliftctl that came with the daemon."};
}

std::optional<Fault> wrong_shape(const protocol::SubmitRequest& request, std::size_t descriptors) {
    if (descriptors != (request.password ? 2U : 1U)) return bad_submit("the open file did not come along");
    if (request.label.size() > longest_label || request.source.size() > longest_source)
        return bad_submit("the label or the file's name is too long");
    if (!text::is_utf8(request.label) || !text::is_utf8(request.source))
        return bad_submit("the label or the file's name is not UTF-8");
    return std::nullopt;
}

// Straight into the arena.
Result<Secret> secret_of(const Spooled& sealed) {
    Secret secret(static_cast<std::size_t>(sealed.size));
    const auto got = ::pread(sealed.file.get(), secret.writable().data(), secret.size(), 0);
    if (got != static_cast<ssize_t>(sealed.size) || sealed.size == 0)
        return bad_submit("there is no password");
    return secret;
}

}  // namespace

ControlDesk::Answer ControlDesk::handle(const protocol::SubmitRequest& request, Call& call) {
    if (auto fault = wrong_shape(request, call.descriptors.size())) co_return *fault;
    const auto& service = parts_.intake.config().service;

    Submission submission;
    submission.source = request.source;
    submission.label = request.label;
    submission.submitter = call.caller;
    submission.profile = ProfileName{request.profile};
    submission.format = request.format;
    submission.run_at = request.run_at;
    if (request.check) submission.purpose = Submission::Purpose::check;
    auto people = co_await spool_sealed(
        std::move(call.descriptors[0]), static_cast<std::int64_t>(service.max_file), request.source);
    if (!people) co_return people.error();
    submission.people = std::move(*people);
    if (request.password) {
        auto sealed =
            co_await spool_sealed(std::move(call.descriptors[1]), longest_password_file, "--ask-password");
        if (!sealed) co_return sealed.error();
        auto password = secret_of(*sealed);
        if (!password) co_return password.error();
        submission.password = std::move(*password);
    }

    const auto outcome = co_await parts_.intake.take(std::move(submission));
    if (const auto* postponed = std::get_if<Postponed>(&outcome)) co_return postponed->fault;
    if (const auto* rejected = std::get_if<Rejected>(&outcome)) {
        const auto count = rejected->count;
        const auto first = rejected->faults.front();
        if (count == 1) co_return first;
        co_await send_faults(call.peer, rejected->faults);
        co_return Fault{.code = first.code,
                        .where = request.source,
                        .what = "it has " + std::to_string(count) + " faults; nobody of it was taken",
                        .cure = "Mend what is named and submit it again."};
    }
    if (const auto* checked = std::get_if<Checked>(&outcome)) {
        const protocol::CheckedView view{
            .profile = checked->profile.value, .people = checked->people, .twice = checked->twice};
        const auto frame = protocol::reply_frame(view);
        co_await call.peer.write(frame);
        co_return std::nullopt;
    }
    const auto& accepted = std::get<Accepted>(outcome);
    const bool same = accepted.acceptance == engine::Acceptance::same_job;
    const protocol::AcceptedView view{
        .id = to_string(accepted.job),
        .acceptance = same ? protocol::Acceptance::same_job : protocol::Acceptance::new_job,
        .people = accepted.people,
        .twice = accepted.twice,
        .run_at = accepted.run_at};
    const auto frame = protocol::reply_frame(view);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

}  // namespace uplift::daemon
