#include "daemon/results_writer.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "core/report/results.hpp"
#include "daemon/output_file.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

constexpr std::size_t people_at_once = 500;
constexpr std::size_t jobs_at_once = 500;
constexpr auto before_another_try = std::chrono::seconds{30};

}  // namespace

std::string results_name(JobId job) { return to_string(job) + ".csv"; }
std::string retry_name(JobId job) { return to_string(job) + ".retry.csv"; }

ResultsWriter::ResultsWriter(asio::any_io_executor executor, Parts parts)
    : parts_(std::move(parts)), timer_(std::move(executor)) {}

asio::awaitable<void> ResultsWriter::run() {
    co_await find_unwritten();
    while (!stopping_) {
        while (!to_write_.empty() && !stopping_) {
            const auto job = to_write_.extract(to_write_.begin()).value();
            co_await write(job);
        }
        if (stopping_) co_return;
        if (failed_.empty())
            timer_.expires_at(asio::steady_timer::time_point::max());
        else
            timer_.expires_after(before_another_try);
        boost::system::error_code woken;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        to_write_.merge(failed_);
        failed_.clear();
    }
}

void ResultsWriter::stop() {
    stopping_ = true;
    timer_.cancel();
}

void ResultsWriter::job_ended(JobId job) {
    to_write_.insert(job);
    timer_.cancel();
}

asio::awaitable<void> ResultsWriter::find_unwritten() {
    JobId before = storage::newest_job;
    while (!stopping_) {
        auto page = [before](storage::Reader& reader) { return reader.list_jobs(before, jobs_at_once); };
        const auto jobs = co_await parts_.reader.ask(page);
        for (const auto& summary : jobs)
            if (ended(summary.state) && !is_written(summary.job)) to_write_.insert(summary.job.id);
        if (jobs.empty()) co_return;
        before = jobs.back().job.id;
    }
}

bool ResultsWriter::is_written(const Job& job) const {
    return dated(parts_.state.results.get(), results_name(job.id)) == job.ended_at;
}

asio::awaitable<void> ResultsWriter::write(JobId id) {
    auto look = [id](storage::Reader& reader) { return reader.job_summary(id); };
    const auto summary = co_await parts_.reader.ask(look);
    if (!summary || !ended(summary->state) || is_written(summary->job)) co_return;
    const auto about = "results/" + results_name(id);
    if (const auto written = co_await write_files(*summary); !written) {
        parts_.warnings.raise(about, written.error().what + ". " + written.error().cure);
        failed_.insert(id);
        co_return;
    }
    parts_.warnings.clear(about);
    const engine::Facts facts{{"job", to_string(id)}, {"state", std::string(word(summary->state))}};
    parts_.journal.write(engine::Level::info, "results written", facts);
}

// The results come last: their date says that both are there.
asio::awaitable<Result<void>> ResultsWriter::write_files(const JobSummary& summary) {
    const auto failed = summary.enrollments[static_cast<std::size_t>(EnrollmentState::failed)];
    if (failed == 0) {
        auto remove = [this, name = retry_name(summary.job.id)] {
            remove_output(parts_.state.results.get(), name);
            return true;
        };
        (void)co_await files_.ask(std::move(remove));
    } else if (auto retry = co_await write_file(summary.job, Content::retry); !retry) {
        co_return retry;
    }
    co_return co_await write_file(summary.job, Content::results);
}

asio::awaitable<Result<void>> ResultsWriter::write_file(const Job& job, Content content) {
    const report::ResultsCsv results(job);
    const report::RetryCsv retry(job);
    const auto name = content == Content::retry ? retry_name(job.id) : results_name(job.id);
    auto file = OutputFile::create(parts_.state.results.get(), name, parts_.state.path + "/results");
    if (!file) co_return file.error();

    std::string text;
    if (content == Content::retry)
        retry.header(text);
    else
        results.header(text);
    for (std::int64_t after_row = 0;;) {
        if (auto appended = file->append(text); !appended) co_return appended;
        text.clear();
        auto page = [id = job.id, after_row](storage::Reader& reader) {
            return reader.enrollments(id, after_row, people_at_once);
        };
        const auto people = co_await parts_.reader.ask(page);
        if (people.empty()) break;
        for (const auto& person : people) {
            if (content == Content::retry)
                (void)retry.row(text, person);
            else
                results.row(text, person);
        }
        after_row = people.back().enrollment.row;
    }
    auto commit = [&file, ended = job.ended_at.value_or(TimePoint{})] { return file->commit(ended); };
    co_return co_await files_.ask(commit);
}

}  // namespace uplift::daemon
