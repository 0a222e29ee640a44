// The rooms a dropped file walks through: inbox, spool/taken, accepted or rejected. Every move is a rename
// that replaces nothing, made durable.
//
// The file is moved to spool/taken under the id of its job before the job is committed. So a crash at any
// moment leaves it in one place that says what to do: in the inbox (not accepted, or an open job has the same
// fingerprint), or in taken under JOBID-FILE: accepted where the job exists, else to go back. A file whose
// job was committed is never read again, however long its job has ended.
//
// FILE.sha256 walks along, after FILE: where a crash leaves it in the inbox alone, it describes nothing.
// Blocks for as long as the disk takes: on the files' thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/result.hpp"
#include "daemon/folder_rules.hpp"
#include "daemon/inbox_file.hpp"
#include "daemon/state_dir.hpp"

namespace uplift::daemon {

class IntakeRooms {
 public:
    explicit IntakeRooms(const StateDir& state) : state_(state) {}

    // The directory of a profile's files in the inbox, made where it is missing. Refused where it is not
    // safe.
    Result<protocol::UniqueFd> open_inbox(const ProfileName& profile) const;

    // inbox -> taken/JOBID-FILE, where the file is still the one that was looked at. Fault: file_changed.
    Result<void> take(const InboxFile& file, const FileFacts& looked_at, JobId job) const;
    // taken/JOBID-FILE -> accepted/JOBID-FILE, under the id the job got in the end. `checksum` is the .sha256
    // it matched: it walks along where it still stands beside it.
    bool accept_taken(const InboxFile& file,
                      JobId taken_as,
                      JobId job,
                      const std::optional<FileFacts>& checksum) const;
    // inbox -> accepted, for a file whose job is open already.
    bool accept(const InboxFile& file, JobId job, const std::optional<FileFacts>& checksum) const;
    // taken -> inbox, because its job was not committed.
    bool give_back(const InboxFile& file, JobId taken_as) const;
    // inbox -> rejected/FILE, beside FILE.error.txt; its .sha256 walks along.
    struct Rejection {
        std::string name;   // the one it has there; empty where it could not be moved
        int not_moved = 0;  // why: errno
    };
    [[nodiscard]] Rejection reject(const InboxFile& file, const std::string& reasons) const;

    struct LeftBehind {
        InboxFile file;
        JobId job;
        std::optional<FileFacts> checksum;  // a .sha256 that was left without its file
    };
    // What a crash left in taken.
    [[nodiscard]] std::vector<LeftBehind> left_behind() const;

 private:
    [[nodiscard]] Result<protocol::UniqueFd> open_taken(const ProfileName& profile) const;
    [[nodiscard]] bool accept_from(int directory,
                                   const std::string& name,
                                   const InboxFile& file,
                                   JobId job,
                                   const std::optional<FileFacts>& checksum) const;
    void bring_checksum(const InboxFile& file,
                        const std::optional<FileFacts>& checksum,
                        int to,
                        const std::string& beside) const;

    const StateDir& state_;
};

// J17-december.csv -> 17 and december.csv. Pure.
std::optional<std::pair<JobId, std::string>> read_taken_name(std::string_view name);

}  // namespace uplift::daemon
