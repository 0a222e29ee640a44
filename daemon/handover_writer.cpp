#include "daemon/handover_writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <utility>

#include "core/secrets/cms_writer.hpp"
#include "core/secrets/password_list.hpp"
#include "daemon/certificate_watch.hpp"
#include "daemon/output_file.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

constexpr std::size_t jobs_a_look = 500;
constexpr auto between_handovers = std::chrono::seconds{15};
constexpr Duration between_certificate_looks = std::chrono::hours{1};
// Every try opens the page again, which is audited for each person on it.
constexpr Duration first_rest = std::chrono::seconds{30};
constexpr Duration longest_rest = std::chrono::hours{1};

// A recipient's file while it is written.
struct Letter {
    OutputFile file;
    std::optional<secrets::CmsWriter> writer;
};

struct Written {
    std::vector<std::int64_t> unopened;  // rows whose sealed password does not open
};

Result<void> begin_letters(const StateDir& state,
                           JobId job,
                           std::int64_t page,
                           const std::vector<NamedRecipient>& recipients,
                           std::list<Letter>& letters) {
    const auto where = state.path + "/results";
    const auto header = secrets::password_list_header();
    for (const auto& [name, recipient] : recipients) {
        const auto file_name = handover_file_name(job, name, page);
        auto file = OutputFile::create(state.results.get(), file_name, where);
        if (!file) return file.error();
        auto& letter = letters.emplace_back(Letter{std::move(*file), {}});
        auto sink = [&letter](std::string_view bytes) { return letter.file.append(bytes); };
        auto writer = secrets::CmsWriter::begin(recipient, std::move(sink), where + "/" + file_name);
        if (!writer) return writer.error();
        letter.writer.emplace(std::move(*writer));
        if (auto begun = letter.writer->write(header); !begun) return begun;
    }
    return {};
}

// All files of the page, durable under their names, or a fault; then it is to be written again.
Result<Written> write_page(const StateDir& state,
                           engine::Vault& vault,
                           JobId job,
                           const engine::PasswordPage& page,
                           const std::vector<NamedRecipient>& recipients,
                           TimePoint now) {
    std::list<Letter> letters;  // stays where it is: its writers refer to its files
    if (auto begun = begin_letters(state, job, page.page, recipients, letters); !begun) return begun.error();
    Written written;
    for (const auto& row : page.rows) {
        const auto password =
            vault.open(row.sealed_password, person_password_context(job, row.row, row.person));
        if (!password) written.unopened.push_back(row.row);
        const auto line =
            secrets::password_list_line({.row = row.row,
                                         .display_name = row.display_name,
                                         .user_principal_name = row.user_principal_name,
                                         .password = password ? password->view() : std::string_view{}});
        for (auto& letter : letters)
            if (auto added = letter.writer->write(line.view()); !added) return added.error();
    }
    for (auto& letter : letters)
        if (auto ended = letter.writer->end(); !ended) return ended.error();
    for (auto& letter : letters)
        if (auto named = letter.file.commit(now); !named) return named.error();
    return written;
}

// What a crash left half written: unreadable without its end.
void remove_unfinished(const StateDir& state) {
    for (const auto& name : names_in(state.results.get()))
        if (name.starts_with(".J") && name.find(".passwords.") != std::string::npos && name.ends_with(".tmp"))
            remove_output(state.results.get(), name);
}

std::int64_t ended_in(const StateCounts& counts) {
    std::int64_t sum = 0;
    for (std::size_t state = 0; state < counts.size(); ++state)
        if (ended(static_cast<StepState>(state))) sum += counts[state];
    return sum;
}

}  // namespace

bool accounts_ended(const JobSummary& job) {
    if (ended(job.state)) return true;
    const auto& resolve = job.steps[static_cast<std::size_t>(StepKind::resolve)];
    const auto& account = job.steps[static_cast<std::size_t>(StepKind::account)];
    // Whoever was resolved has an account step.
    const auto resolved = resolve[static_cast<std::size_t>(StepState::done)];
    return ended_in(account) + ended_in(resolve) - resolved == job.people;
}

std::string handover_file_name(JobId job, std::string_view recipient, std::int64_t page) {
    auto name = to_string(job) + ".passwords.";
    name += recipient;
    if (page > 1) name += "-" + std::to_string(page);
    return name + ".cms";
}

HandoverWriter::HandoverWriter(asio::any_io_executor executor, Parts parts)
    : parts_(std::move(parts)),
      actor_{.uid = static_cast<std::uint32_t>(::getuid()), .name = "handover"},
      timer_(std::move(executor)),
      next_rest_(first_rest) {}

asio::awaitable<void> HandoverWriter::run() {
    auto tidy = [this] {
        remove_unfinished(parts_.state);
        return true;
    };
    (void)co_await files_.ask(tidy);
    while (!stopping_) {
        co_await look();
        if (stopping_) co_return;
        if (std::exchange(wanted_, false)) continue;
        timer_.expires_after(between_handovers);
        boost::system::error_code woken;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        wanted_ = false;
    }
}

void HandoverWriter::stop() {
    stopping_ = true;
    timer_.cancel();
}

void HandoverWriter::job_ended() {
    wanted_ = true;
    timer_.cancel();
}

void HandoverWriter::certificates_changed() {
    certificates_at_ = {};
    job_ended();
}

void HandoverWriter::configuration_changed() {
    resting_until_ = {};
    next_rest_ = first_rest;
    certificates_changed();
}

asio::awaitable<void> HandoverWriter::look() {
    const auto now = parts_.clock.now();
    const auto handover = parts_.handover();
    std::vector<JobId> ready;
    if (handover.mode == config::HandoverMode::encrypt && now >= resting_until_)
        ready = co_await jobs_ready();
    if (ready.empty() && now < certificates_at_) co_return;

    auto read = [&handover, now] { return read_recipients(handover, now); };
    const auto found = co_await files_.ask(read);
    look_at_certificates(found);
    certificates_at_ = now + between_certificate_looks;
    if (!found.faults.empty()) {
        if (!ready.empty()) try_later();
        co_return;
    }
    for (const auto job : ready) {
        if (stopping_) co_return;
        const auto about = "passwords of " + to_string(job);
        const auto handed_over = co_await hand_over(job, found.usable);
        if (!handed_over) {
            parts_.warnings.raise(about, to_line(handed_over.error()));
            try_later();
            co_return;
        }
        parts_.warnings.clear(about);
        next_rest_ = first_rest;
    }
}

asio::awaitable<std::vector<JobId>> HandoverWriter::jobs_ready() {
    std::vector<JobId> ready;
    auto count = [](storage::Reader& reader) { return reader.totals().passwords_waiting; };
    const auto waiting = co_await parts_.reader.ask(count);
    if (waiting == 0) co_return ready;
    JobId before = storage::newest_job;
    for (;;) {
        auto page = [before](storage::Reader& reader) { return reader.list_jobs(before, jobs_a_look); };
        const auto jobs = co_await parts_.reader.ask(page);
        for (const auto& summary : jobs)
            if (summary.passwords_waiting > 0 && accounts_ended(summary)) ready.push_back(summary.job.id);
        if (jobs.size() < jobs_a_look) co_return ready;
        before = jobs.back().job.id;
    }
}

asio::awaitable<Result<void>> HandoverWriter::hand_over(JobId job,
                                                        const std::vector<NamedRecipient>& recipients) {
    while (!stopping_) {
        const auto now = parts_.clock.now();
        const auto page = co_await parts_.queue.open_password_page(job, actor_, parts_.people_a_file, now);
        if (!page) co_return page.error();
        if (page->rows.empty()) break;
        auto write = [this, job, &page, &recipients, now] {
            return write_page(parts_.state, parts_.vault, job, *page, recipients, now);
        };
        const auto written = co_await files_.ask(write);
        if (!written) co_return written.error();
        for (const auto row : written->unopened) {
            const engine::Facts facts{{"job", to_string(job)}, {"row", std::to_string(row)}};
            parts_.journal.write(engine::Level::error, "a sealed password does not open", facts);
        }
        const auto closed =
            co_await parts_.queue.close_password_page(job, page->page, actor_, parts_.clock.now());
        if (!closed) co_return closed.error();
        const engine::Facts facts{{"job", to_string(job)},
                                  {"people", std::to_string(page->rows.size())},
                                  {"recipients", std::to_string(recipients.size())},
                                  {"file", handover_file_name(job, "*", page->page)}};
        parts_.journal.write(engine::Level::info, "passwords handed over", facts);
    }
    co_return Result<void>();
}

void HandoverWriter::look_at_certificates(const HandoverRecipients& found) {
    std::vector<std::pair<std::string, std::string>> standing;
    for (const auto& fault : found.faults)
        standing.emplace_back(fault.where, to_string(fault.code) + " " + fault.what + ". " + fault.cure);
    for (const auto& [name, recipient] : found.usable)
        if (recipient.ends() - parts_.clock.now() <= certificate_notice)
            standing.emplace_back("recipient " + name,
                                  "the certificate ends on " + to_rfc3339(recipient.ends()).substr(0, 10) +
                                      "; put the next one in its place and reload");
    for (const auto& about : warned_of_) {
        const auto same = [&](const auto& warning) { return warning.first == about; };
        if (std::none_of(standing.begin(), standing.end(), same)) parts_.warnings.clear(about);
    }
    warned_of_.clear();
    for (const auto& [about, what] : standing) {
        parts_.warnings.raise(about, what);
        warned_of_.push_back(about);
    }
}

void HandoverWriter::try_later() {
    resting_until_ = parts_.clock.now() + next_rest_;
    next_rest_ = std::min(next_rest_ * 2, longest_rest);
}

}  // namespace uplift::daemon
