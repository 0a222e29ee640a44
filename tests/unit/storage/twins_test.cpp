// The queue in memory and the one over SQLite, driven by the same random history, are never told apart; and
// their kept counts equal those that their rows give.
#include <random>
#include <sstream>

#include "tests/unit/storage/true_counts.hpp"

namespace uplift::storage::testing {
namespace {

std::string text(const Step& step) {
    std::ostringstream out;
    out << word(step.kind) << '=' << word(step.state) << ' ' << word(step.waits_for) << " due "
        << to_millis(step.due) << " since " << to_millis(step.since) << " tries " << step.tries << ' '
        << step.progress;
    if (step.fault) out << ' ' << to_line(*step.fault);
    return out.str();
}

std::string text(const Attempt& attempt) {
    std::ostringstream out;
    out << word(attempt.step) << '#' << attempt.number << ' ' << attempt.id.value << ' '
        << word(attempt.result) << ' ' << to_millis(attempt.ended_at.value_or(TimePoint{})) << ' '
        << attempt.note;
    return out.str();
}

std::string text(const Enrollment& enrollment) {
    std::ostringstream out;
    out << 'E' << enrollment.id.value << ' ' << to_string(enrollment.job) << ':' << enrollment.row << ' '
        << word(enrollment.state) << ' ' << to_millis(enrollment.ended_at.value_or(TimePoint{}));
    if (enrollment.person) out << " person " << to_string(enrollment.person->object_guid);
    if (enrollment.plan) out << " plan " << enrollment.plan->user_principal_name;
    if (enrollment.intent) out << " intent " << enrollment.intent->plan_digest;
    if (enrollment.made) out << " made " << enrollment.made->id.value << word(enrollment.made->origin);
    return out.str();
}

std::string text(const EnrollmentDetail& detail) {
    std::string out = text(detail.enrollment);
    for (const auto& step : detail.steps) out += "\n  " + text(step);
    for (const auto& attempt : detail.attempts) out += "\n  " + text(attempt);
    return out + "\n";
}

std::string text(const engine::StepTask& task) {
    std::string out = text(task.enrollment) + " " + text(task.step);
    if (task.enrollment.intent) out += " sealed " + task.enrollment.intent->sealed_password;
    for (const auto& attempt : task.attempts) out += " " + text(attempt);
    return out;
}

std::string text(const engine::Recorded& recorded) {
    std::ostringstream out;
    out << static_cast<int>(recorded.verdict) << " woken " << recorded.woken << " ended "
        << (recorded.job_ended ? recorded.job_ended->value : 0);
    if (recorded.next) out << " next " << text(*recorded.next);
    return out.str();
}

// A random history. Every choice comes from the seed and from what the queue answered, so two queues that
// behave alike live the same one; `story` tells it.
class History {
 public:
    History(QueueWorld& world, std::uint32_t seed) : world_(world), random_(seed) {}

    void live(int moves) {
        for (int move = 0; move < moves; ++move) {
            now_ += std::chrono::seconds(pick(40));
            const auto kind = pick(100);
            if (kind < 6 || jobs_.empty())
                submit();
            else if (kind < 35)
                claim();
            else if (kind < 84)
                record();
            else if (kind < 88)
                release();
            else if (kind < 92)
                retry();
            else if (kind < 94)
                cancel();
            else if (kind < 96)
                passwords();
            else if (kind < 98)
                order();
            else if (kind < 99)
                purge();
            else
                restart();
        }
    }
    [[nodiscard]] const std::string& story() const { return story_; }
    [[nodiscard]] const std::vector<JobId>& jobs() const { return jobs_; }

    std::string everything() {
        std::ostringstream out;
        for (const auto job : jobs_) {
            const auto summary = world_.summary(job);
            out << to_string(job) << ' ' << word(summary->state) << " passwords "
                << summary->passwords_waiting << '\n';
            for (const auto& detail : world_.people(job)) out << text(detail);
        }
        for (const auto& row : run(world_.audit_log().read_after(0, everybody)))
            out << row.number << ' ' << row.entry.action << ' ' << row.entry.target << ' ' << row.entry.detail
                << '\n';
        return out.str();
    }

 private:
    unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
    bool chance(unsigned percent) { return pick(100) < percent; }
    void tell(const std::string& line) { story_ += line + "\n"; }

    void submit() {
        const auto fingerprint = "f" + std::to_string(pick(6));
        auto new_job = a_job(fingerprint, tenant());
        if (chance(20)) new_job.run_at = now_ + std::chrono::seconds(pick(600));
        const auto job = *run(world_.queue().begin_job(new_job));
        ASSERT_TRUE(run(world_.queue().add_rows(job, rows(pick(8)))));
        if (chance(10)) {
            run(world_.queue().abandon_job(job));
            return tell("abandoned " + to_string(job));
        }
        if (chance(5)) return tell("left " + to_string(job));
        const auto accepted = run(world_.queue().show_job(job));
        ASSERT_TRUE(accepted);
        tell("accepted " + to_string(accepted->job));
        if (accepted->acceptance == engine::Acceptance::new_job) jobs_.push_back(accepted->job);
    }

    void claim() {
        engine::ClaimRequest request{.tenant = tenant(),
                                     .limit = 1 + pick(5),
                                     .now = now_,
                                     .lease_until = now_ + std::chrono::minutes(1 + pick(8))};
        for (auto& task : run(world_.queue().claim(request))) {
            tell("claimed " + text(task));
            held_.push_back(std::move(task));
        }
        const auto due = run(world_.queue().next_due(request.tenant));
        tell("next due " + std::to_string(due ? to_millis(*due) : 0));
    }

    void record() {
        if (held_.empty()) return;
        const auto at = pick(static_cast<unsigned>(held_.size()));
        const auto task = held_[at];
        const auto record = random_record(task);
        const auto recorded = run(world_.queue().record(record));
        tell("recorded " + text(recorded));
        const bool kept =
            recorded.verdict == engine::RecordVerdict::written && record.state == StepState::running;
        if (!kept || chance(2)) held_.erase(held_.begin() + at);
        if (recorded.next) held_.push_back(*recorded.next);
    }

    engine::StepRecord random_record(const engine::StepTask& task) {
        const StepState outcomes[] = {StepState::done,
                                      StepState::done,
                                      StepState::done,
                                      StepState::done,
                                      StepState::running,
                                      StepState::running,
                                      StepState::waiting,
                                      StepState::failed,
                                      StepState::skipped};
        auto record = a_record(task, outcomes[pick(9)], now_);
        if (record.state == StepState::waiting) {
            record.waits_for = chance(80) ? WaitsFor::retry : WaitsFor::seat;
            record.due = now_ + std::chrono::seconds(pick(200));
            record.tries = task.step.tries + 1;
        }
        if (task.step.kind == StepKind::resolve && chance(80)) {
            const auto number = pick(12);
            record.person = person(number);
            if (chance(90)) record.claims_person = engine::StepRecord::Person::claim;
            if (chance(90)) record.plan = plan(number);
        }
        if (chance(30)) {
            const AttemptId id{"a" + std::to_string(++attempts_)};
            record.attempt_sent = Attempt{.id = id,
                                          .step = task.step.kind,
                                          .number = 1,
                                          .call = "call",
                                          .target = {},
                                          .sent_at = now_ + Duration(attempts_),
                                          .ended_at = {},
                                          .result = AttemptResult::open,
                                          .note = {}};
            if (chance(60))
                record.attempt_ended =
                    engine::AttemptEnd{.id = id, .result = AttemptResult::unknown, .note = "n"};
        }
        if (task.step.kind == StepKind::account && chance(60))
            record.intent = Intent{.at = now_,
                                   .sealed_password = "s" + std::to_string(pick(100)),
                                   .plan_digest = std::to_string(pick(9))};
        if (task.step.kind == StepKind::account && chance(50))
            record.made = MadeAccount{.id = ObjectId{"o" + std::to_string(pick(50))},
                                      .origin = static_cast<AccountOrigin>(pick(3)),
                                      .evidence = Evidence::reply,
                                      .at = now_};
        if (chance(4)) record.sealed_password = engine::StepRecord::SealedPassword::destroy;
        if (chance(20)) record.progress = "p" + std::to_string(pick(9));
        if (chance(20))
            record.audit.push_back(
                {.at = now_, .actor = {}, .action = "did", .target = "t", .detail = {}, .attempt = {}});
        return record;
    }

    void release() {
        if (held_.empty()) return;
        const auto at = pick(static_cast<unsigned>(held_.size()));
        run(world_.queue().release(
            held_[at].enrollment.id, held_[at].step.kind, now_ + std::chrono::seconds(pick(60))));
        held_.erase(held_.begin() + at);
    }
    void retry() { change("retried ", run(world_.queue().retry_job(some_job(), operator_anna, now_))); }
    void cancel() { change("cancelled ", run(world_.queue().cancel_job(some_job(), operator_anna, now_))); }
    void order() {
        const auto job = some_job();
        const auto effect = chance(50) ? run(world_.queue().pause_job(job, operator_anna, now_))
                                       : run(world_.queue().resume_job(job, operator_anna, now_));
        tell("ordered " + (effect ? std::to_string(static_cast<int>(*effect)) : to_line(effect.error())));
    }
    // What is held of a purged job is nobody's any more: its records write nothing.
    void purge() {
        const auto at = pick(static_cast<unsigned>(jobs_.size()));
        const auto untaken = chance(50) ? engine::Untaken::keep : engine::Untaken::discard;
        const auto purged = run(world_.queue().purge_job(jobs_[at], operator_bert, untaken, now_));
        tell("purged " + (purged ? to_string(jobs_[at]) : to_line(purged.error())));
        if (purged) jobs_.erase(jobs_.begin() + at);
    }
    void change(const char* what, const Result<engine::JobChange>& changed) {
        tell(what + (changed ? std::to_string(changed->steps) : to_line(changed.error())));
    }

    void passwords() {
        const auto& reader = chance(50) ? operator_anna : operator_bert;
        const auto job = some_job();
        const auto page = *run(world_.queue().open_password_page(job, reader, 1 + pick(3), now_));
        tell("page " + std::to_string(page.page) + " left " + std::to_string(page.left));
        for (const auto& row : page.rows) tell(std::to_string(row.row) + " " + row.sealed_password);
        const auto& closer = chance(80) ? reader : operator_bert;
        if (page.page != 0 && chance(70))
            tell(run(world_.queue().close_password_page(job, page.page, closer, now_)) ? "taken"
                                                                                       : "not taken");
    }

    void restart() {
        world_.restart();
        tell("restarted");
    }

    JobId some_job() { return jobs_[pick(static_cast<unsigned>(jobs_.size()))]; }
    TenantName tenant() { return chance(75) ? contoso : TenantName{"fabrikam"}; }

    QueueWorld& world_;
    std::mt19937 random_;
    TimePoint now_ = at(0);
    std::vector<JobId> jobs_;
    std::vector<engine::StepTask> held_;
    std::int64_t attempts_ = 0;
    std::string story_;
};

class Twins : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(Twins, LiveTheSameRandomHistoryAndKeepTrueCounts) {
    MemoryWorld memory;
    InlineWorld sqlite;
    History in_memory(memory, GetParam());
    History in_sqlite(sqlite, GetParam());

    for (int chapter = 0; chapter < 8; ++chapter) {
        in_memory.live(100);
        in_sqlite.live(100);

        ASSERT_EQ(in_memory.story(), in_sqlite.story());
        ASSERT_EQ(in_memory.everything(), in_sqlite.everything());
        for (const auto job : in_memory.jobs()) {
            expect_true_counts(memory, job);
            expect_true_counts(sqlite, job);
        }
    }
    const auto a = memory.totals();
    const auto b = sqlite.totals();
    EXPECT_EQ(a.open_jobs, b.open_jobs);
    EXPECT_EQ(a.enrollments, b.enrollments);
    EXPECT_EQ(a.passwords_waiting, b.passwords_waiting);
    EXPECT_EQ(a.oldest_due, b.oldest_due);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Twins, ::testing::Range(1U, 13U));

}  // namespace
}  // namespace uplift::storage::testing
