// A job file in JSON made into a job, or into the list of all its faults.
//
// Pure. Strict: one object, no duplicate and no unknown keys, right types, at most 8 levels. A fault of
// syntax is the only one; all others come together, each with line and column, in the order of the text. The
// profile is known first, since it bounds what the rest may choose. Codes 1110 to 1127.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/json/json.hpp"
#include "core/model/job.hpp"
#include "core/model/profile.hpp"
#include "core/model/result.hpp"
#include "core/model/selection.hpp"

namespace uplift::intake {

// A whole file stands in memory; for more people than fit there are CSV files and selections.
inline constexpr std::size_t max_job_file = std::size_t{32} << 20;  // bytes
inline constexpr std::size_t max_job_label = 200;                   // characters

struct JobFile {
    std::optional<Selection> selection;
    std::vector<IntakeRow> rows;  // of `users`, numbered from 1, each with the job's overrides under its own
    Overrides overrides;          // of whom the selection finds
    std::optional<TimePoint> run_at;
    std::string label;
};

struct JobFileFaults {
    std::vector<Fault> faults;  // at most 1,000
    std::int64_t count = 0;
};

class JobFileText {
 public:
    // `shown_name` stands in every fault's place: starters.json:14:3. Fault job_file_syntax.
    static Result<JobFileText> parse(std::string text, std::string_view shown_name);

    // The profile that the file names; nothing where it names none (or none that is a text: read() says so).
    [[nodiscard]] std::optional<std::string> profile() const;

    [[nodiscard]] std::variant<JobFile, JobFileFaults> read(const Profile& profile) const;

 private:
    JobFileText(std::string text, std::string name, json::Value value)
        : text_(std::move(text)), name_(std::move(name)), value_(std::move(value)) {}

    std::string text_;
    std::string name_;
    json::Value value_;
};

// The keys of a job file: of the whole, of `select`, of a user (identities and overrides). For the schema.
struct JobFileKey {
    std::string_view key;
    std::string_view type;  // as the JSON Schema writes it
    std::string_view what;
};
std::span<const JobFileKey> job_keys();
std::span<const JobFileKey> select_keys();
std::span<const JobFileKey> override_keys();

}  // namespace uplift::intake
