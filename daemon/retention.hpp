// Retention: jobs that ended longer ago than `retention` are forgotten, with their files; the audit stays.
//
// Looks at once and then every hour, on the reader's thread, a page at a time. Files of jobs that are gone
// (a crash came between the queue and the files) go when they are as old. Network thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/journal.hpp"
#include "core/engine/ports/queue.hpp"
#include "daemon/reader_thread.hpp"
#include "daemon/state_dir.hpp"

namespace uplift::daemon {

class Retention {
 public:
    struct Parts {
        const StateDir& state;
        ReaderThread& reader;
        engine::Queue& queue;
        engine::Clock& clock;
        engine::Journal& journal;
        std::function<Duration()> retention;  // of the configuration in force
    };
    explicit Retention(Parts parts) : parts_(std::move(parts)) {}

    // For ever.
    boost::asio::awaitable<void> run();
    // One look.
    boost::asio::awaitable<void> look();

 private:
    boost::asio::awaitable<void> forget(JobId job);
    boost::asio::awaitable<void> forget_old_files(int directory, TimePoint before);

    Parts parts_;
};

// What the daemon keeps of a job in files: accepted/JOBID-FILE, results/JOBID.*
void forget_files(const StateDir& state, JobId job);

// J17-december.csv, J17.retry.csv -> 17. Pure.
std::optional<JobId> job_of_file(std::string_view name);

}  // namespace uplift::daemon
