#include "daemon/intake_service.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>
#include <utility>

#include "core/intake/csv_intake.hpp"
#include "core/profile/password_rule.hpp"
#include "core/text/show.hpp"
#include "daemon/fingerprint.hpp"

namespace uplift::daemon {
namespace {

// A transaction of the queue: long enough to be quick, short enough not to hold up the engine's.
constexpr std::size_t rows_at_once = 1'000;

Rejected rejected(Fault fault) {
    Rejected outcome;
    outcome.faults.push_back(std::move(fault));
    outcome.count = 1;
    return outcome;
}

Fault unknown_profile(const config::Config& config, const std::string& source, const ProfileName& name) {
    std::string known;
    for (const auto& [profile, _] : config.profiles) known += (known.empty() ? "" : ", ") + profile.value;
    if (name.value.empty())
        return Fault{.code = FaultCode::unknown_profile,
                     .where = source,
                     .what = "no profile is named and the configuration has no default_profile",
                     .cure = "Drop the file in inbox/PROFILE, or give --profile: " + known + "."};
    return Fault{.code = FaultCode::unknown_profile,
                 .where = source,
                 .what = "there is no profile " + text::quoted(name.value),
                 .cure = "Use one of: " + known + "."};
}

// Slices of the private copy, one after the other.
class Slices {
 public:
    explicit Slices(const Spooled& spooled) : spooled_(spooled) {}
    // Empty at the end.
    Result<std::string> next() {
        auto slice = read_slice(spooled_, offset_);
        if (slice) offset_ += static_cast<std::int64_t>(slice->size());
        return slice;
    }

 private:
    const Spooled& spooled_;
    std::int64_t offset_ = 0;
};

}  // namespace

IntakeService::IntakeService(Parts parts, std::shared_ptr<const config::Config> config)
    : parts_(std::move(parts)), config_(std::move(config)) {}

boost::asio::awaitable<IntakeOutcome> IntakeService::take(Submission submission) {
    const auto config = config_;  // the one in force now, whatever a reload does meanwhile
    const auto shown_source = text::shown(submission.source);
    const auto found = config->profiles.find(submission.profile);
    if (found == config->profiles.end())
        co_return rejected(unknown_profile(*config, shown_source, submission.profile));
    Profile profile = found->second;
    if (submission.password) profile.password.mode = PasswordMode::typed;

    const auto fingerprint =
        parts_.vault.digest(fingerprint_text(submission.people.sha256, profile, submission.submitter.uid));
    const auto open_job = co_await parts_.queue.find_open_job(fingerprint);
    if (open_job) co_return Accepted{.job = *open_job, .acceptance = engine::Acceptance::same_job};

    auto sealed = sealed_password(profile, submission, fingerprint);
    if (!sealed) co_return rejected(sealed.error());

    intake::CsvIntake check(shown_source, profile);
    Slices slices(submission.people);
    for (;;) {
        const auto slice = slices.next();
        if (!slice) co_return Postponed{slice.error()};
        if (slice->empty()) break;
        check.feed(*slice);
        (void)check.take_rows();
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
    }
    check.finish();
    if (check.fault_count() > 0) {
        Rejected outcome;
        outcome.faults = check.faults();
        outcome.count = check.fault_count();
        co_return outcome;
    }

    NewJob job;
    job.profile = std::move(profile);
    job.label = submission.label;
    job.source = submission.source;
    job.fingerprint = fingerprint;
    job.submitter = submission.submitter;
    job.accepted_at = parts_.clock.now();
    job.carried_columns = check.carried_columns();
    job.sealed_password = std::move(*sealed);
    co_return co_await store(submission, std::move(job), check.row_count());
}

Result<std::optional<std::string>> IntakeService::sealed_password(const Profile& profile,
                                                                  const Submission& submission,
                                                                  const std::string& fingerprint) const {
    if (profile.password.mode != PasswordMode::typed) return std::optional<std::string>{};
    const auto context = job_password_context(fingerprint);
    std::optional<Secret> from_config;
    if (!submission.password) {
        const auto named = config_->typed_passwords.find(profile.name);
        if (named == config_->typed_passwords.end())
            return Fault{.code = FaultCode::password_rule,
                         .where = text::shown(submission.source),
                         .what = "profile " + text::quoted(profile.name.value) + " wants a typed password",
                         .cure = "Use `upliftctl submit --ask-password`."};
        auto read = config::read_secret(named->second, config::SecretForm::text, parts_.secrets);
        if (!read) return read.error();
        from_config = std::move(*read);
    }
    const Secret& password = submission.password ? *submission.password : *from_config;
    if (auto good = profile::check_password(password.view(), {}); !good) return good.error();
    return std::optional<std::string>(parts_.vault.seal(password, context));
}

boost::asio::awaitable<IntakeOutcome> IntakeService::store(const Submission& submission,
                                                           NewJob job,
                                                           std::int64_t people) {
    const Profile profile = job.profile;
    const auto submitter = job.submitter;
    auto begun = co_await parts_.queue.begin_job(std::move(job));
    if (!begun) co_return Postponed{begun.error()};
    const JobId id = *begun;

    intake::CsvIntake intake(text::shown(submission.source), profile);
    Slices slices(submission.people);
    std::optional<Fault> trouble;
    for (bool at_end = false; !at_end && !trouble;) {
        const auto slice = slices.next();
        if (!slice) {
            trouble = slice.error();
            break;
        }
        at_end = slice->empty();
        if (at_end)
            intake.finish();
        else
            intake.feed(*slice);
        auto rows = intake.take_rows();
        for (std::size_t from = 0; from < rows.size() && !trouble; from += rows_at_once) {
            const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(from);
            const auto count = std::min(rows_at_once, rows.size() - from);
            std::vector<IntakeRow> chunk(std::make_move_iterator(begin),
                                         std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(count)));
            const auto added = co_await parts_.queue.add_rows(id, std::move(chunk));
            if (!added) trouble = added.error();
        }
    }
    if (!trouble && submission.before_commit)
        if (const auto ready = co_await submission.before_commit(id); !ready) trouble = ready.error();
    if (trouble) {
        co_await parts_.queue.abandon_job(id);
        co_return Postponed{*trouble};
    }

    const auto shown = co_await parts_.queue.show_job(id);
    if (!shown) co_return Postponed{shown.error()};
    if (shown->acceptance == engine::Acceptance::new_job) {
        const engine::Facts facts{{"job", to_string(shown->job)},
                                  {"source", submission.source},
                                  {"profile", profile.name.value},
                                  {"people", std::to_string(people)},
                                  {"by", submitter.name}};
        parts_.journal.write(engine::Level::info, "job accepted", facts);
    }
    if (parts_.accepted) parts_.accepted();
    co_return Accepted{.job = shown->job, .acceptance = shown->acceptance, .people = people};
}

}  // namespace uplift::daemon
