#include "tests/sim/ablations.hpp"

#include <algorithm>
#include <array>

#include "tests/sim/passing_mailboxes.hpp"
#include "tests/sim/passing_tenant.hpp"

namespace uplift::sim {
namespace {

namespace asio = boost::asio;

constexpr std::array<std::string_view, 12> words{"none",
                                                 "post_and_retry",
                                                 "suffix_on_conflict",
                                                 "no_intent_record",
                                                 "password_not_durable",
                                                 "new_password_per_try",
                                                 "adopts_by_upn",
                                                 "filter_unencoded",
                                                 "seats_promised_twice",
                                                 "hold_written_blind",
                                                 "wake_lost",
                                                 "manager_waits_for_end"};

class Blind : public Passing {
 public:
    using Passing::Passing;
    Answer<std::optional<Account>> find_by_upn(std::string, TimePoint) override {
        Outcome<std::optional<Account>> nobody = Done<std::optional<Account>>{};
        co_return nobody;
    }
    Answer<std::vector<Account>> find_by_anchor(Anchor, TimePoint) override {
        Outcome<std::vector<Account>> nobody = Done<std::vector<Account>>{};
        co_return nobody;
    }
};

class PostAndRetry : public Blind {
 public:
    using Blind::Blind;
    Answer<ObjectId> create_user(const PlannedAccount& plan,
                                 const Secret& password,
                                 AttemptId attempt,
                                 TimePoint deadline) override {
        auto outcome = co_await tenant_.create_user(plan, password, std::move(attempt), deadline);
        if (std::holds_alternative<Unknown>(outcome)) outcome = NotYet{"reply"};
        if (const auto* conflict = std::get_if<Conflict>(&outcome); conflict && conflict->holder) {
            const ObjectId holder = *conflict->holder;
            outcome = Done<ObjectId>{holder};
        }
        co_return outcome;
    }
};

class SuffixOnConflict : public Blind {
 public:
    using Blind::Blind;
    Answer<ObjectId> create_user(const PlannedAccount& plan,
                                 const Secret& password,
                                 AttemptId attempt,
                                 TimePoint deadline) override {
        auto renamed = plan;
        for (int suffix = 2;; ++suffix) {
            auto outcome = co_await tenant_.create_user(renamed, password, attempt, deadline);
            if (std::holds_alternative<Unknown>(outcome)) outcome = NotYet{"reply"};
            if (!std::holds_alternative<Conflict>(outcome)) co_return outcome;
            const auto at = plan.user_principal_name.find('@');
            renamed.user_principal_name = plan.user_principal_name.substr(0, at) + std::to_string(suffix) +
                                          plan.user_principal_name.substr(at);
        }
    }
};

class NewPasswordPerTry : public Passing {
 public:
    NewPasswordPerTry(engine::Tenant& tenant, engine::Vault& vault) : Passing(tenant), vault_(vault) {}
    Answer<ObjectId> create_user(const PlannedAccount& plan,
                                 const Secret&,
                                 AttemptId attempt,
                                 TimePoint deadline) override {
        const PasswordRule rule;
        const auto another = vault_.draw_password(rule);
        co_return co_await tenant_.create_user(plan, another, std::move(attempt), deadline);
    }

 private:
    engine::Vault& vault_;
};

class AdoptsByUpn : public Passing {
 public:
    AdoptsByUpn(engine::Tenant& tenant, AnchorOf anchor_of)
        : Passing(tenant), anchor_of_(std::move(anchor_of)) {}
    Answer<std::optional<Account>> find_by_upn(std::string upn, TimePoint deadline) override {
        auto outcome = co_await tenant_.find_by_upn(std::move(upn), deadline);
        if (auto* done = std::get_if<Done<std::optional<Account>>>(&outcome); done && done->value)
            done->value->anchor = anchor_of_(done->value->user_principal_name);
        co_return outcome;
    }
    Answer<Account> get_account(ObjectId id, TimePoint deadline) override {
        auto outcome = co_await tenant_.get_account(std::move(id), deadline);
        if (auto* done = std::get_if<Done<Account>>(&outcome))
            done->value.anchor = anchor_of_(done->value.user_principal_name);
        co_return outcome;
    }

 private:
    AnchorOf anchor_of_;
};

class FilterUnencoded : public Passing {
 public:
    using Passing::Passing;
    Answer<std::vector<Account>> find_by_anchor(Anchor anchor, TimePoint deadline) override {
        auto outcome = co_await tenant_.find_by_anchor(anchor, deadline);
        if (anchor.text().find('+') != std::string::npos) outcome = Done<std::vector<Account>>{};
        co_return outcome;
    }
};

class HoldsUnseen : public PassingMailboxes {
 public:
    using PassingMailboxes::PassingMailboxes;
    Answer<Mailbox> get(ObjectId account, TimePoint deadline) override {
        auto outcome = co_await mailboxes_.get(std::move(account), deadline);
        if (auto* done = std::get_if<Done<Mailbox>>(&outcome)) done->value.hold.reset();
        co_return outcome;
    }
};

}  // namespace

bool of_tasks(Ablation ablation) {
    return std::find(std::begin(task_ablations), std::end(task_ablations), ablation) !=
           std::end(task_ablations);
}

std::string_view word(Ablation ablation) { return words.at(static_cast<std::size_t>(ablation)); }

std::optional<Ablation> parse_ablation(std::string_view text) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words[i] == text) return static_cast<Ablation>(i);
    return std::nullopt;
}

std::unique_ptr<engine::Tenant> ablate_tenant(Ablation ablation,
                                              engine::Tenant& tenant,
                                              engine::Vault& vault,
                                              AnchorOf anchor_of) {
    switch (ablation) {
        case Ablation::post_and_retry:
            return std::make_unique<PostAndRetry>(tenant);
        case Ablation::suffix_on_conflict:
            return std::make_unique<SuffixOnConflict>(tenant);
        case Ablation::new_password_per_try:
            return std::make_unique<NewPasswordPerTry>(tenant, vault);
        case Ablation::adopts_by_upn:
            return std::make_unique<AdoptsByUpn>(tenant, std::move(anchor_of));
        case Ablation::filter_unencoded:
            return std::make_unique<FilterUnencoded>(tenant);
        case Ablation::none:
        case Ablation::no_intent_record:
        case Ablation::password_not_durable:
        case Ablation::seats_promised_twice:
        case Ablation::hold_written_blind:
        case Ablation::wake_lost:
        case Ablation::manager_waits_for_end:
            break;
    }
    return std::make_unique<Passing>(tenant);
}

std::unique_ptr<engine::Mailboxes> ablate_mailboxes(Ablation ablation, engine::Mailboxes& mailboxes) {
    if (ablation == Ablation::hold_written_blind) return std::make_unique<HoldsUnseen>(mailboxes);
    return std::make_unique<PassingMailboxes>(mailboxes);
}

CrashingQueue::Awaitable<engine::SeatVerdict> ForgetfulQueue::take_seats(EnrollmentId enrollment,
                                                                         std::vector<SkuId> skus,
                                                                         TimePoint now) {
    const auto verdict = co_await CrashingQueue::take_seats(enrollment, std::move(skus), now);
    co_return ablation_ == Ablation::seats_promised_twice ? engine::SeatVerdict::granted : verdict;
}

CrashingQueue::Awaitable<std::int64_t> ForgetfulQueue::record_look(engine::MailboxLook look) {
    constexpr Duration overlap = std::chrono::hours{1};
    if (ablation_ == Ablation::wake_lost && ++looks_ % 3 == 0) {
        look.arrived.clear();
        if (look.swept_to) *look.swept_to += overlap;
    }
    co_return co_await CrashingQueue::record_look(std::move(look));
}

CrashingQueue::Awaitable<std::vector<engine::MailboxWaiter>> ForgetfulQueue::mailbox_waiters(
    TenantName tenant, TimePoint probed_before, std::size_t limit) {
    auto waiters = co_await CrashingQueue::mailbox_waiters(std::move(tenant), probed_before, limit);
    if (ablation_ == Ablation::wake_lost) waiters.clear();
    co_return waiters;
}

CrashingQueue::Awaitable<engine::PersonStanding> ForgetfulQueue::standing(TenantName tenant,
                                                                          Guid person,
                                                                          std::vector<Identity> names) {
    auto standing = co_await CrashingQueue::standing(std::move(tenant), person, std::move(names));
    if (ablation_ == Ablation::manager_waits_for_end && standing.open) standing.account.reset();
    co_return standing;
}

CrashingQueue::Awaitable<std::vector<engine::StepTask>> ForgetfulQueue::claim(engine::ClaimRequest request) {
    auto tasks = co_await CrashingQueue::claim(std::move(request));
    for (auto& task : tasks) {
        const auto known = in_memory_.find(task.enrollment.id);
        if (known == in_memory_.end() || task.step.kind != StepKind::account) continue;
        task.enrollment.intent = known->second.intent;
        if (ablation_ == Ablation::no_intent_record) task.attempts = known->second.attempts;
    }
    co_return tasks;
}

CrashingQueue::Awaitable<engine::Recorded> ForgetfulQueue::record(engine::StepRecord record) {
    // The queue would wake at once who waits for somebody that has an account.
    if (ablation_ == Ablation::manager_waits_for_end) record.awaits.reset();
    const bool forgets =
        ablation_ == Ablation::no_intent_record || ablation_ == Ablation::password_not_durable;
    if (forgets && record.step == StepKind::account) {
        auto& memory = in_memory_[record.enrollment];
        if (record.intent) memory.intent = std::exchange(record.intent, std::nullopt);
        if (ablation_ == Ablation::no_intent_record) {
            if (record.attempt_ended)
                for (auto& attempt : memory.attempts)
                    if (attempt.id == record.attempt_ended->id) attempt.result = record.attempt_ended->result;
            if (record.attempt_sent) memory.attempts.push_back(*record.attempt_sent);
            record.attempt_ended.reset();
            record.attempt_sent.reset();
        }
        // With the account, what is known of its password by now is written.
        if (record.made) record.intent = memory.intent;
    }
    co_return co_await CrashingQueue::record(std::move(record));
}

}  // namespace uplift::sim
