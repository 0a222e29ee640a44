// ControlDesk: job passwords, page by page.
//
// The queue marks and audits a page before it is opened here; the clear bytes live in the arena, from the
// vault to the socket's buffer, and pass through no other text.
#include <algorithm>
#include <cstring>

#include "daemon/control_desk.hpp"
#include "daemon/handover_writer.hpp"

namespace uplift::daemon {
namespace {

constexpr std::int64_t most_rows = 50;
constexpr std::int64_t first_page = 1;

// A text that grows in the arena.
class SecretText {
 public:
    explicit SecretText(std::size_t room) : bytes_(room) {}
    void add(std::string_view piece) {
        if (piece.size() > bytes_.size() - used_) {
            too_long_ = true;
            return;
        }
        std::memcpy(bytes_.writable().data() + used_, piece.data(), piece.size());
        used_ += piece.size();
    }
    void add_literal(std::string_view text) {
        json::escape(text, [this](std::string_view piece) { add(piece); });
    }
    [[nodiscard]] bool is_whole() const { return !too_long_; }
    [[nodiscard]] std::string_view view() const { return bytes_.view().substr(0, used_); }

 private:
    Secret bytes_;
    std::size_t used_ = 0;
    bool too_long_ = false;
};

SecretText password_frame(const engine::SealedRow& row, const Secret& password) {
    SecretText frame(512 + 6 * (row.display_name.size() + row.user_principal_name.size() + password.size()));
    frame.add("{\"schema\":\"uplift.password/1\",\"row\":" + std::to_string(row.row) + ",\"display_name\":");
    frame.add_literal(row.display_name);
    frame.add(",\"user_principal_name\":");
    frame.add_literal(row.user_principal_name);
    frame.add(",\"password\":");
    frame.add_literal(password.view());
    frame.add("}\n");
    return frame;
}

// Where the passwords are instead.
Fault in_files(const config::Config& config, const JobSummary& job) {
    const auto results = config.service.state_dir + "/results/";
    std::string files;
    for (const auto& path : config.handover.recipients)
        files += (files.empty() ? "" : ", ") +
                 handover_file_name(job.job.id, config::recipient_name(path), first_page);
    const auto name = config::recipient_name(config.handover.recipients.front());
    const bool waiting = job.passwords_waiting > 0;
    return {
        FaultCode::passwords_encrypted,
        to_string(job.job.id),
        "its initial passwords are not shown on a terminal, each recipient gets them encrypted in " +
            results + ": " + files + (waiting ? " (not all are written yet)" : ""),
        std::string(waiting ? "They are written once every account of the job is made; `upliftctl status` "
                              "says what keeps them. Then: "
                            : "") +
            "openssl cms -decrypt -binary -inform DER -in " + results +
            handover_file_name(job.job.id, name, first_page) + " -recip " + name + ".pem -inkey " + name +
            ".key"};
}

}  // namespace

ControlDesk::Answer ControlDesk::handle(const protocol::JobPasswordsRequest& request, Call& call) {
    const auto summary = co_await summary_of(request.job);
    if (!summary) co_return summary.error();
    const auto job = summary->job.id;
    if (parts_.intake.config().handover.mode == config::HandoverMode::encrypt)
        co_return in_files(parts_.intake.config(), *summary);
    const auto limit = static_cast<std::size_t>(std::clamp<std::int64_t>(request.limit, 1, most_rows));
    const auto page = co_await parts_.queue.open_password_page(job, call.caller, limit, parts_.clock.now());
    if (!page) co_return page.error();
    if (page->rows.empty())
        co_return Fault{.code = FaultCode::nothing_to_reveal,
                        .where = request.job,
                        .what = "there is no password to show",
                        .cure =
                            "Each is shown once; accounts that were there before have none. Passwords of "
                            "accounts still to come appear here later."};

    std::int64_t people = 0;
    for (const auto& row : page->rows) {
        const auto context = person_password_context(job, row.row, row.person);
        const auto password = parts_.vault.open(row.sealed_password, context);
        if (!password) {
            // AC-40: sealed for somebody else, or changed.
            const engine::Facts facts{{"job", to_string(job)}, {"row", std::to_string(row.row)}};
            parts_.journal.write(engine::Level::error, "a sealed password does not open", facts);
            auto fault = password.error();
            fault.where = to_string(job) + " row " + std::to_string(row.row);
            const auto frame = protocol::fault_frame(protocol::view_of(fault));
            co_await call.peer.write(frame);
            continue;
        }
        const auto frame = password_frame(row, *password);
        if (!frame.is_whole()) continue;
        co_await call.peer.write(frame.view());
        ++people;
    }
    const protocol::PasswordPageView end{.page = page->page, .people = people, .left = page->left};
    const auto frame = protocol::reply_frame(end);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::PasswordsTakenRequest& request, Call& call) {
    const auto summary = co_await summary_of(request.job);
    if (!summary) co_return summary.error();
    const auto closed = co_await parts_.queue.close_password_page(
        summary->job.id, request.page, call.caller, parts_.clock.now());
    if (!closed) co_return closed.error();
    co_return std::nullopt;
}

}  // namespace uplift::daemon
