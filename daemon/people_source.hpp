// PeopleSource: where the people of a submission come from: the rows of a CSV, or the list and the selection
// of a job file.
//
// A selection is read from the directory by pages when the job is taken in: whom it finds then is who is
// meant, also where the job runs later. Who is named and found, or found twice, is taken once. Network thread
// only; gives way to other work between slices and pages.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/engine/ports/directory.hpp"
#include "core/intake/job_file.hpp"
#include "core/model/job.hpp"
#include "daemon/intake_outcome.hpp"
#include "daemon/spool.hpp"

namespace uplift::daemon {

struct Filled {
    std::int64_t people = 0;
    std::int64_t twice = 0;
};
using FillOutcome = std::variant<Filled, Rejected, Postponed>;

// Is given the rows in chunks and waited for.
using RowTaker = std::function<boost::asio::awaitable<Result<void>>(std::vector<IntakeRow>)>;

class PeopleSource {
 public:
    virtual ~PeopleSource() = default;
    // Every fault that the file itself shows; nothing where there is none.
    virtual boost::asio::awaitable<std::optional<IntakeOutcome>> find_faults() = 0;
    // Everybody, from the start each time. What the taker was given counts only where Filled comes back.
    virtual boost::asio::awaitable<FillOutcome> give(RowTaker taker) = 0;

    // What the file says of the job; known after find_faults().
    [[nodiscard]] virtual std::vector<std::string> carried_columns() const { return {}; }
    [[nodiscard]] virtual std::optional<TimePoint> run_at() const { return std::nullopt; }
    [[nodiscard]] virtual std::string label() const { return {}; }
};

// All references outlive the source.
std::unique_ptr<PeopleSource> people_of_csv(const Spooled& file, std::string name, const Profile& profile);
// `directory`: null where the profile's directory is not there.
std::unique_ptr<PeopleSource> people_of_job_file(intake::JobFileText text,
                                                 const Profile& profile,
                                                 engine::Directory* directory);

}  // namespace uplift::daemon
