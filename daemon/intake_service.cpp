#include "daemon/intake_service.hpp"

#include <utility>

#include "core/intake/job_file.hpp"
#include "core/profile/password_rule.hpp"
#include "core/text/show.hpp"
#include "daemon/fingerprint.hpp"

namespace uplift::daemon {
namespace {

// A listing that breaks off starts over so often; the directory asks another domain controller by then.
constexpr int most_fillings = 3;
// A moment so long ago was not meant: a year mistyped.
constexpr Duration latest_start = std::chrono::hours{24};

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

Fault said_twice(const std::string& source, const std::string& what) {
    return Fault{
        .code = FaultCode::job_conflicts, .where = source, .what = what, .cure = "Say it in one place only."};
}

// The whole text of a job file.
Result<std::string> text_of(const Spooled& file, const std::string& source) {
    if (file.size > static_cast<std::int64_t>(intake::max_job_file))
        return Fault{.code = FaultCode::file_too_large,
                     .where = source,
                     .what = "a job file may have " + std::to_string(intake::max_job_file >> 20) +
                             " MiB, this one is larger",
                     .cure = "Name so many people in a CSV, or by OU and filter."};
    std::string text;
    for (;;) {
        const auto slice = read_slice(file, static_cast<std::int64_t>(text.size()));
        if (!slice) return slice.error();
        if (slice->empty()) return text;
        text += *slice;
    }
}

}  // namespace

IntakeService::IntakeService(Parts parts, std::shared_ptr<const config::Config> config)
    : parts_(std::move(parts)), config_(std::move(config)) {}

boost::asio::awaitable<IntakeOutcome> IntakeService::take(Submission submission) {
    const auto shown_source = text::shown(submission.source);
    std::optional<intake::JobFileText> job_file;
    std::optional<std::string> named_in_file;
    if (submission.format == protocol::FileFormat::json) {
        auto text = text_of(submission.people, shown_source);
        if (!text && text.error().code == FaultCode::file_too_large) co_return rejected(text.error());
        if (!text) co_return Postponed{text.error()};
        auto parsed = intake::JobFileText::parse(std::move(*text), shown_source);
        if (!parsed) co_return rejected(parsed.error());
        named_in_file = parsed->profile();
        job_file = std::move(*parsed);
    }
    auto profile = profile_of(submission, named_in_file);
    if (!profile) co_return rejected(profile.error());
    if (submission.password) profile->password.mode = PasswordMode::typed;

    const auto directory = parts_.directories.find(profile->directory);
    const auto source =
        job_file ? people_of_job_file(std::move(*job_file),
                                      *profile,
                                      directory == parts_.directories.end() ? nullptr : directory->second)
                 : people_of_csv(submission.people, submission.source, *profile);
    co_return co_await take_from(*source, submission, *profile);
}

Result<Profile> IntakeService::profile_named(ProfileName name, const std::string& where) const {
    if (name.value.empty()) name = config_->service.default_profile.value_or(ProfileName{});
    const auto found = config_->profiles.find(name);
    if (found == config_->profiles.end()) return unknown_profile(*config_, where, name);
    return found->second;
}

Result<Profile> IntakeService::profile_of(const Submission& submission,
                                          const std::optional<std::string>& named_in_file) const {
    const auto source = text::shown(submission.source);
    if (!named_in_file) return profile_named(submission.profile, source);
    if (!submission.profile.value.empty() && submission.profile.value != *named_in_file)
        return said_twice(source,
                          "the file is for profile " + text::quoted(*named_in_file) + ", it was given for " +
                              text::quoted(submission.profile.value));
    return profile_named(ProfileName{*named_in_file}, source);
}

boost::asio::awaitable<IntakeOutcome> IntakeService::take_from(PeopleSource& source,
                                                               Submission& submission,
                                                               const Profile& profile) {
    const auto fingerprint =
        parts_.vault.digest(fingerprint_text(submission.people.sha256, profile, submission.submitter.uid));
    if (submission.purpose == Submission::Purpose::job) {
        const auto open_job = co_await parts_.queue.find_open_job(fingerprint);
        if (open_job) {
            Accepted same{.job = *open_job, .acceptance = engine::Acceptance::same_job, .run_at = {}};
            co_return same;
        }
        if (auto why = parts_.not_now ? parts_.not_now() : std::nullopt) co_return Postponed{std::move(*why)};
    }
    auto refused = co_await source.find_faults();
    if (refused) co_return std::move(*refused);
    if (submission.purpose == Submission::Purpose::check)
        co_return co_await check(source, submission, profile);

    auto sealed = sealed_password(profile, submission, fingerprint);
    if (!sealed) co_return rejected(sealed.error());
    NewJob job;
    job.profile = profile;
    job.label = submission.label;
    job.source = submission.source;
    job.fingerprint = fingerprint;
    job.submitter = submission.submitter;
    job.accepted_at = parts_.clock.now();
    job.run_at = submission.run_at;
    job.carried_columns = source.carried_columns();
    job.sealed_password = std::move(*sealed);
    const auto shown_source = text::shown(submission.source);
    if (!source.label().empty()) {
        if (!job.label.empty() && job.label != source.label())
            co_return rejected(said_twice(shown_source, "the file has another label than the command"));
        job.label = source.label();
    }
    if (source.run_at()) {
        if (job.run_at && job.run_at != source.run_at())
            co_return rejected(said_twice(shown_source, "the file has another run_at than the command"));
        job.run_at = source.run_at();
    }
    if (job.run_at && *job.run_at < job.accepted_at - latest_start) {
        Fault past{.code = FaultCode::job_file_bad_value,
                   .where = shown_source,
                   .what = "run_at is " + to_rfc3339(*job.run_at) + ", which is long past",
                   .cure = "Correct it, or leave it out: the job then runs at once."};
        co_return rejected(std::move(past));
    }
    if (job.run_at && *job.run_at <= job.accepted_at) job.run_at.reset();
    co_return co_await store(source, submission, std::move(job));
}

boost::asio::awaitable<IntakeOutcome> IntakeService::check(PeopleSource& source,
                                                           const Submission& submission,
                                                           const Profile& profile) {
    RowTaker taker = [&](std::vector<IntakeRow> rows) -> boost::asio::awaitable<Result<void>> {
        if (submission.people_taker) submission.people_taker(profile, std::move(rows));
        co_return Result<void>();
    };
    auto outcome = co_await source.give(taker);
    if (auto* refused = std::get_if<Rejected>(&outcome)) co_return std::move(*refused);
    if (auto* postponed = std::get_if<Postponed>(&outcome)) co_return std::move(*postponed);
    const auto& filled = std::get<Filled>(outcome);
    Checked checked{.profile = profile.name, .people = filled.people, .twice = filled.twice};
    co_return checked;
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

boost::asio::awaitable<std::variant<IntakeService::FilledJob, Rejected, Postponed>> IntakeService::fill(
    PeopleSource& source, const NewJob& job) {
    for (int filling = 1;; ++filling) {
        const auto begun = co_await parts_.queue.begin_job(job);
        if (!begun) co_return Postponed{begun.error()};
        const JobId id = *begun;
        RowTaker taker = [this, id](std::vector<IntakeRow> rows) {
            return parts_.queue.add_rows(id, std::move(rows));
        };
        auto outcome = co_await source.give(std::move(taker));
        if (const auto* filled = std::get_if<Filled>(&outcome)) {
            FilledJob full{.job = id, .people = *filled};
            co_return full;
        }
        co_await parts_.queue.abandon_job(id);
        if (auto* refused = std::get_if<Rejected>(&outcome)) co_return std::move(*refused);
        auto& postponed = std::get<Postponed>(outcome);
        const bool may_go_elsewhere = postponed.fault.code == FaultCode::directory_unreachable ||
                                      postponed.fault.code == FaultCode::directory_tls;
        if (!may_go_elsewhere || filling == most_fillings) co_return std::move(postponed);
    }
}

boost::asio::awaitable<IntakeOutcome> IntakeService::store(PeopleSource& source,
                                                           Submission& submission,
                                                           NewJob job) {
    auto outcome = co_await fill(source, job);
    if (auto* refused = std::get_if<Rejected>(&outcome)) co_return std::move(*refused);
    if (auto* postponed = std::get_if<Postponed>(&outcome)) co_return std::move(*postponed);
    const auto [id, people] = std::get<FilledJob>(outcome);

    if (submission.before_commit) {
        const auto ready = co_await submission.before_commit(id);
        if (!ready) {
            co_await parts_.queue.abandon_job(id);
            co_return Postponed{ready.error()};
        }
    }
    const auto shown = co_await parts_.queue.show_job(id);
    if (!shown) co_return Postponed{shown.error()};
    if (shown->acceptance == engine::Acceptance::new_job) {
        engine::Facts facts{{"job", to_string(shown->job)},
                            {"source", submission.source},
                            {"profile", job.profile.name.value},
                            {"people", std::to_string(people.people)},
                            {"by", submission.submitter.name}};
        if (people.twice > 0) facts.emplace_back("twice", std::to_string(people.twice));
        if (job.run_at) facts.emplace_back("run_at", to_rfc3339(*job.run_at));
        parts_.journal.write(engine::Level::info, "job accepted", facts);
    }
    if (parts_.accepted) parts_.accepted();
    Accepted accepted{.job = shown->job,
                      .acceptance = shown->acceptance,
                      .people = people.people,
                      .twice = people.twice,
                      .run_at = job.run_at};
    co_return accepted;
}

}  // namespace uplift::daemon
