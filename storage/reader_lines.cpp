// Reader: delayed tasks, seats, and how long mailboxes take.
#include <algorithm>
#include <set>

#include "storage/books.hpp"
#include "storage/mailbox_line.hpp"
#include "storage/reader.hpp"

namespace uplift::storage {
namespace {

struct TaskKey {
    EnrollmentId enrollment;
    StepKind kind{};
};

// By the partial index of delayed tasks, a kind and a state at a time.
std::vector<TaskKey> keys_of(Database& database, const TaskFilter& filter, std::size_t limit) {
    auto states = filter.states;
    if (states.empty())
        states = {StepState::pending, StepState::running, StepState::waiting, StepState::failed};
    std::vector<TaskKey> keys;
    for (const auto kind : delayed_tasks) {
        if (filter.kind && *filter.kind != kind) continue;
        for (const auto state : states) {
            auto statement = database.use(
                "SELECT step.enrollment FROM step JOIN enrollment ON enrollment.id = step.enrollment "
                "JOIN job ON job.id = enrollment.job "
                "WHERE step.kind >= 5 AND step.kind = ?1 AND step.state = ?2 AND job.stage = 1 "
                "AND (?3 IS NULL OR enrollment.job = ?3) AND (?4 IS NULL OR step.since < ?4) "
                "ORDER BY step.enrollment LIMIT ?5");
            statement.with(kind, state, filter.job, filter.begun_before, limit);
            while (statement.step()) keys.push_back({statement.next<EnrollmentId>(), kind});
        }
    }
    std::sort(keys.begin(), keys.end(), [](const TaskKey& a, const TaskKey& b) {
        return std::tie(a.enrollment, a.kind) < std::tie(b.enrollment, b.kind);
    });
    return keys;
}

std::optional<TimePoint> mailbox_since(Database& database, EnrollmentId enrollment) {
    auto statement = database.use("SELECT since FROM mailbox_wait WHERE enrollment = ?");
    statement.bind(enrollment);
    if (!statement.step()) return std::nullopt;
    return statement.next<TimePoint>();
}

}  // namespace

std::vector<TaskSummary> Reader::tasks(const TaskFilter& filter, std::size_t limit) {
    std::set<EnrollmentId> people;
    if (!filter.person.empty())
        for (const auto& found : find_person(filter.person)) people.insert(found.enrollment.id);
    return at_one_moment([&] {
        std::vector<TaskSummary> tasks;
        Books books(database_);
        std::optional<Enrollment> person;
        std::vector<StepRow> steps;
        for (const auto& key : keys_of(database_, filter, filter.person.empty() ? limit : 1'000'000)) {
            if (tasks.size() == limit) break;
            if (!filter.person.empty() && !people.contains(key.enrollment)) continue;
            if (!person || person->id != key.enrollment) {
                const auto row = load_enrollment(database_, key.enrollment);
                if (!row) continue;
                person = books.enrollment(*row);
                steps = load_steps(database_, key.enrollment);
            }
            const auto step = std::find_if(
                steps.begin(), steps.end(), [&](const StepRow& one) { return one.kind == key.kind; });
            if (step == steps.end()) continue;
            TaskSummary task{.id = {key.enrollment, key.kind},
                             .job = person->job,
                             .row = person->row,
                             .tenant = person->tenant,
                             .user_principal_name = {},
                             .display_name = {},
                             .step = step_of(*step),
                             .waiting_since = {}};
            if (person->plan) {
                task.user_principal_name = person->plan->user_principal_name;
                task.display_name = person->plan->display_name;
            }
            if (step->waits_for == WaitsFor::mailbox)
                task.waiting_since = mailbox_since(database_, key.enrollment);
            tasks.push_back(std::move(task));
        }
        return tasks;
    });
}

std::vector<SeatSummary> Reader::seats() {
    return at_one_moment([&] {
        std::vector<SeatSummary> seats;
        {
            auto statement = database_.use("SELECT tenant, sku, owned, used, read_at FROM seat_count");
            while (statement.step()) {
                auto& seat = seats.emplace_back();
                seat.tenant = statement.next<TenantName>();
                seat.sku = statement.next<SkuId>();
                seat.owned = statement.next_number();
                seat.used = statement.next_number();
                seat.read_at = statement.next<TimePoint>();
            }
        }
        for (auto& seat : seats) {
            auto shares = database_.use(
                "SELECT enrollment.job, sum(seat.state IN (1, 2)), sum(seat.state = 0) FROM seat "
                "JOIN enrollment ON enrollment.id = seat.enrollment "
                "WHERE seat.tenant = ? AND seat.sku = ? GROUP BY enrollment.job");
            shares.with(seat.tenant, seat.sku);
            while (shares.step()) {
                auto& share = seat.jobs.emplace_back();
                share.job = shares.next<JobId>();
                share.reserved = shares.next_number();
                share.waiting = shares.next_number();
            }
        }
        return seats;
    });
}

engine::MailboxStanding Reader::mailbox_standing(const TenantName& tenant) {
    return at_one_moment([&] { return storage::mailbox_standing(database_, tenant); });
}

}  // namespace uplift::storage
