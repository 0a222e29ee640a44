#include "tests/sim/ablations.hpp"

#include <array>

namespace uplift::sim {
namespace {

namespace asio = boost::asio;

constexpr std::array<std::string_view, 8> words{"none",
                                                "post_and_retry",
                                                "suffix_on_conflict",
                                                "no_intent_record",
                                                "password_not_durable",
                                                "new_password_per_try",
                                                "adopts_by_upn",
                                                "filter_unencoded"};

// Hands everything on; an ablation changes a call or two.
class Passing : public engine::Tenant {
 public:
    template <class T>
    using Answer = asio::awaitable<Outcome<T>>;

    explicit Passing(engine::Tenant& tenant) : tenant_(tenant) {}
    Answer<std::optional<Account>> find_by_upn(std::string upn, TimePoint deadline) override {
        return tenant_.find_by_upn(std::move(upn), deadline);
    }
    Answer<std::vector<Account>> find_by_anchor(Anchor anchor, TimePoint deadline) override {
        return tenant_.find_by_anchor(std::move(anchor), deadline);
    }
    Answer<Account> get_account(ObjectId id, TimePoint deadline) override {
        return tenant_.get_account(std::move(id), deadline);
    }
    Answer<std::vector<AssignedLicense>> get_licenses(ObjectId id, TimePoint deadline) override {
        return tenant_.get_licenses(std::move(id), deadline);
    }
    Answer<std::vector<GroupId>> get_memberships(ObjectId id, TimePoint deadline) override {
        return tenant_.get_memberships(std::move(id), deadline);
    }
    Answer<std::vector<Sku>> get_skus(TimePoint deadline) override { return tenant_.get_skus(deadline); }
    Answer<std::vector<Domain>> get_domains(TimePoint deadline) override {
        return tenant_.get_domains(deadline);
    }
    Answer<std::vector<Group>> find_groups(std::string name, TimePoint deadline) override {
        return tenant_.find_groups(std::move(name), deadline);
    }
    Answer<ObjectId> create_user(const PlannedAccount& plan,
                                 const Secret& password,
                                 AttemptId attempt,
                                 TimePoint deadline) override {
        return tenant_.create_user(plan, password, std::move(attempt), deadline);
    }
    Answer<Nothing> set_usage_location(ObjectId id,
                                       std::string usage_location,
                                       AttemptId attempt,
                                       TimePoint deadline) override {
        return tenant_.set_usage_location(
            std::move(id), std::move(usage_location), std::move(attempt), deadline);
    }
    Answer<Nothing> assign_licenses(ObjectId id,
                                    std::vector<AssignedLicense> licenses,
                                    AttemptId attempt,
                                    TimePoint deadline) override {
        return tenant_.assign_licenses(std::move(id), std::move(licenses), std::move(attempt), deadline);
    }
    Answer<Nothing> add_member(GroupId group, ObjectId id, AttemptId attempt, TimePoint deadline) override {
        return tenant_.add_member(std::move(group), std::move(id), std::move(attempt), deadline);
    }

 protected:
    engine::Tenant& tenant_;
};

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

}  // namespace

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
            break;
    }
    return std::make_unique<Passing>(tenant);
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
