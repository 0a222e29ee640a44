// OutputFile: a file of ours that appears whole or not at all.
//
// Written under a hidden name, made durable, then renamed; what is not committed is removed. Only a file of
// our own is ever replaced (AC-42): anything planted under the name stays, and the commit fails.
// Mode 0640. Faults: state_dir, disk_full.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/model/result.hpp"
#include "core/model/time.hpp"
#include "daemon/protocol/unique_fd.hpp"

namespace uplift::daemon {

class OutputFile {
 public:
    // `directory` outlives it. `where` is the directory's path, for faults.
    static Result<OutputFile> create(int directory, std::string name, std::string where);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    Result<void> append(std::string_view text);
    // `dated` becomes its modification time.
    Result<void> commit(TimePoint dated);

 private:
    OutputFile(int directory, std::string name, std::string where, protocol::UniqueFd file)
        : directory_(directory), name_(std::move(name)), where_(std::move(where)), file_(std::move(file)) {}
    [[nodiscard]] std::string hidden_name() const;
    [[nodiscard]] Fault failed(const char* doing) const;
    [[nodiscard]] bool replaces_only_ours() const;

    int directory_;
    std::string name_;
    std::string where_;
    protocol::UniqueFd file_;
};

// The modification time of a file of ours; nothing where there is none.
std::optional<TimePoint> dated(int directory, const std::string& name);

// Removes a file of ours, durably; nothing to do is fine.
void remove_output(int directory, const std::string& name);

}  // namespace uplift::daemon
