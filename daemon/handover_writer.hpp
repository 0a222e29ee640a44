// HandoverWriter: results/JOBID.passwords.CERTNAME.cms, the initial passwords of a job for each recipient.
//
// Written once every account step of a job has ended, as the queue shows it; accounts made later go to a
// further file, -2, -3. A page of the queue's passwords is a file for each recipient: the queue marks and
// audits it, all its files are made durable, then the queue destroys the sealed copies. A crash leaves the
// page open; it is opened again with the same people and written under the same name. So at any moment there
// are sealed copies, or the files, or both. Nothing is opened while a recipient's certificate is unusable.
//
// One line of one person stands in clear at a time, in the arena of secrets; sealed, a page of
// `people_a_file`. Network thread; encrypts and waits for the disk on a thread of its own.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/journal.hpp"
#include "core/engine/ports/queue.hpp"
#include "core/engine/ports/vault.hpp"
#include "daemon/files_thread.hpp"
#include "daemon/handover_recipients.hpp"
#include "daemon/reader_thread.hpp"
#include "daemon/state_dir.hpp"
#include "daemon/warnings.hpp"

namespace uplift::daemon {

class HandoverWriter {
 public:
    // A page is one transaction of the queue, which everything else waits for meanwhile.
    static constexpr std::size_t people_a_file = 20'000;

    struct Parts {
        const StateDir& state;
        ReaderThread& reader;
        engine::Queue& queue;
        engine::Vault& vault;  // opens passwords on the thread of files
        engine::Clock& clock;
        engine::Journal& journal;
        Warnings& warnings;
        std::function<config::HandoverConfig()> handover;  // the one in force
        std::size_t people_a_file = HandoverWriter::people_a_file;
    };
    HandoverWriter(boost::asio::any_io_executor executor, Parts parts);

    boost::asio::awaitable<void> run();
    void stop();
    // A job may be ready.
    void job_ended();
    // They are to be looked at now, for the warnings.
    void certificates_changed();
    void configuration_changed();

    // Hands over every job that is ready; a fault stands in the warnings.
    boost::asio::awaitable<void> look();

 private:
    boost::asio::awaitable<std::vector<JobId>> jobs_ready();
    boost::asio::awaitable<Result<void>> hand_over(JobId job, const std::vector<NamedRecipient>& recipients);
    void look_at_certificates(const HandoverRecipients& found);
    void try_later();

    Parts parts_;
    Actor actor_;
    boost::asio::steady_timer timer_;
    TimePoint resting_until_{};  // after a fault
    Duration next_rest_;
    TimePoint certificates_at_{};  // when to look at them again without a job
    std::vector<std::string> warned_of_;
    bool wanted_ = false;  // asked for while it looked
    bool stopping_ = false;
    FilesThread files_;  // last: its work is over before the rest goes
};

// No account of the job is still to come, but by a retry.
bool accounts_ended(const JobSummary& job);

// J17.passwords.helpdesk.cms, J17.passwords.helpdesk-2.cms
std::string handover_file_name(JobId job, std::string_view recipient, std::int64_t page);

}  // namespace uplift::daemon
