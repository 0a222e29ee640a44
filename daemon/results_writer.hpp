// ResultsWriter: results/JOBID.csv and JOBID.retry.csv of every job that has ended.
//
// Both are written whole when a job ends, again when a retried one ends again, and at start for jobs that
// ended before a crash. A results file carries the moment its job ended as its date: by that the writer knows
// whether it is there and of which end. The retry file exists only where somebody failed.
// Network thread; reads on the reader's thread, page by page, waits for the disk on one of its own.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <set>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/journal.hpp"
#include "daemon/files_thread.hpp"
#include "daemon/reader_thread.hpp"
#include "daemon/state_dir.hpp"
#include "daemon/warnings.hpp"

namespace uplift::daemon {

class ResultsWriter {
 public:
    struct Parts {
        const StateDir& state;
        ReaderThread& reader;
        engine::Journal& journal;
        Warnings& warnings;
    };
    ResultsWriter(boost::asio::any_io_executor executor, Parts parts);

    boost::asio::awaitable<void> run();
    void stop();
    void job_ended(JobId job);

 private:
    enum class Content : std::uint8_t { results, retry };

    boost::asio::awaitable<void> find_unwritten();
    boost::asio::awaitable<void> write(JobId id);
    boost::asio::awaitable<Result<void>> write_files(const JobSummary& summary);
    boost::asio::awaitable<Result<void>> write_file(const Job& job, Content content);
    [[nodiscard]] bool is_written(const Job& job) const;

    Parts parts_;
    boost::asio::steady_timer timer_;
    std::set<JobId> to_write_;
    std::set<JobId> failed_;  // to be tried again
    bool stopping_ = false;
    FilesThread files_;  // last: its work is over before the rest goes
};

std::string results_name(JobId job);  // J17.csv
std::string retry_name(JobId job);    // J17.retry.csv

}  // namespace uplift::daemon
