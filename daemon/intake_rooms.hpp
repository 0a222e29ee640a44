// The rooms a dropped file walks through: inbox, spool/taken, accepted or rejected. Every move is a rename
// that replaces nothing, made durable.
//
// The file is moved to spool/taken under the id of its job before the job is committed. So a crash at any
// moment leaves it in one place that says what to do: in the inbox (not accepted, or an open job has the same
// fingerprint), or in taken under JOBID-FILE: accepted where the job exists, else to go back. A file whose
// job was committed is never read again, however long its job has ended. Network thread only.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/result.hpp"
#include "daemon/folder_rules.hpp"
#include "daemon/state_dir.hpp"

namespace uplift::daemon {

// A file in the inbox: in inbox/PROFILE, or in the inbox itself where the profile is empty.
struct InboxFile {
    ProfileName profile;
    std::string name;
    auto operator<=>(const InboxFile&) const = default;
};
// staff/december.csv
std::string shown_place(const InboxFile& file);

class IntakeRooms {
 public:
    explicit IntakeRooms(const StateDir& state) : state_(state) {}

    // The directory of a profile's files in the inbox, made where it is missing.
    Result<protocol::UniqueFd> open_inbox(const ProfileName& profile) const;

    // inbox -> taken/JOBID-FILE, where the file is still the one that was looked at. Fault: file_changed.
    Result<void> take(const InboxFile& file, const FileFacts& looked_at, JobId job) const;
    // taken/JOBID-FILE -> accepted/JOBID-FILE, under the id the job got in the end.
    bool accept_taken(const InboxFile& file, JobId taken_as, JobId job) const;
    // inbox -> accepted, for a file whose job is open already.
    bool accept(const InboxFile& file, JobId job) const;
    // taken -> inbox, because its job was not committed.
    bool give_back(const InboxFile& file, JobId taken_as) const;
    // inbox -> rejected/FILE, beside FILE.error.txt. The name it has there, or nothing where it cannot be
    // moved.
    std::optional<std::string> reject(const InboxFile& file, const std::string& reasons) const;

    struct LeftBehind {
        InboxFile file;
        JobId job;
    };
    // What a crash left in taken.
    [[nodiscard]] std::vector<LeftBehind> left_behind() const;

 private:
    [[nodiscard]] Result<protocol::UniqueFd> open_taken(const ProfileName& profile) const;

    const StateDir& state_;
};

// J17-december.csv -> 17 and december.csv. Pure.
std::optional<std::pair<JobId, std::string>> read_taken_name(std::string_view name);

}  // namespace uplift::daemon
