// A file handed to the daemon, to make a job of it or only to look for its faults.
//
// Blocking. Each fault of the file is shown as it comes; the last one is returned.
#pragma once

#include <optional>
#include <string>

#include "core/json/json.hpp"
#include "daemon/protocol/unique_fd.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/job_file.hpp"

namespace uplift::upliftctl {

// CSV or JSON: by the end of the name, else by the first character in it.
protocol::FileFormat format_of(std::string_view name, int file);

// What a file is called in faults and lists: its name without folders.
std::string shown_name_of(const std::string& path);

// Whom a command means: a FILE, or those whom its options name.
struct NamedPeople {
    protocol::UniqueFd file;
    std::string source;
    protocol::FileFormat format = protocol::FileFormat::csv;
};
// Nobody, or named in two ways. `command` is the place of the fault.
std::optional<Fault> wrongly_named(const std::string& command, const std::string& file, const JobWish& wish);
Result<NamedPeople> people_named(const std::string& command, const std::string& file, const JobWish& wish);

// The reply that is no fault: an AcceptedView or a CheckedView.
Result<json::Value> hand_over(Session& session,
                              const protocol::SubmitRequest& request,
                              std::span<const int> descriptors,
                              const Globals& globals);

}  // namespace uplift::upliftctl
