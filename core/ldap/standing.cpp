#include "core/ldap/standing.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace uplift::ldap {
namespace {

TimePoint now_as_shown() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

SignInRefusal refusal_of(const OpeningFailure& failure, const std::string& where) {
    const auto what = where + ": " + failure.why;
    if (failure.kind == OpeningFailure::Kind::unauthorized)
        return Unauthorized{.code = FaultCode::directory_credentials, .what = what, .cure = failure.cure};
    return Refused{.code = FaultCode::directory_refused, .what = what, .cure = failure.cure};
}

}  // namespace

Standing::Standing(std::shared_ptr<const LdapSettings> settings,
                   std::vector<DomainController> controllers,
                   std::shared_ptr<ServiceResolver> resolver)
    : settings_(std::move(settings)),
      resolver_(std::move(resolver)),
      controllers_(std::move(controllers), settings_->limits.rest),
      page_size_(settings_->page_size) {}

std::optional<DomainController> Standing::pick(SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    return controllers_.pick(now);
}

std::optional<DomainController> Standing::better_than(const DomainController& current, SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    return controllers_.better_than(current, now);
}

void Standing::failed(const DomainController& controller, const std::string& why, SteadyTime now) {
    note_error(controller.name + ": " + why);
    const std::lock_guard lock(mutex_);
    controllers_.failed(controller, now);
    controllers_.explain(controller, why);
}

void Standing::lost(const DomainController& controller, const std::string& why, SteadyTime now) {
    note_error(controller.name + ": " + why);
    const std::lock_guard lock(mutex_);
    controllers_.lost(controller, now);
    controllers_.explain(controller, why);
}

void Standing::answered(const DomainController& controller) {
    const std::lock_guard lock(mutex_);
    controllers_.answered(controller);
}

bool Standing::opening_failed(const DomainController& controller,
                              const OpeningFailure& failure,
                              SteadyTime now) {
    using Kind = OpeningFailure::Kind;
    note_error(controller.name + ": " + failure.why,
               failure.kind == Kind::tls ? FaultCode::directory_tls : FaultCode::directory_unreachable);
    const std::lock_guard lock(mutex_);
    controllers_.failed(controller, now);
    controllers_.explain(controller, failure.why);
    if (failure.kind != Kind::unauthorized && failure.kind != Kind::refused) return false;
    refusal_ = refusal_of(failure, "directory " + settings_->name.value + ": " + controller.name);
    refused_until_ = now + settings_->limits.rest;
    controllers_.answered(controller);
    return true;
}

std::optional<SignInRefusal> Standing::refusal(SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    return now < refused_until_ ? refusal_ : std::nullopt;
}

bool Standing::wants_to_look_around(SteadyTime now) const {
    if (!resolver_) return false;
    const std::lock_guard lock(mutex_);
    if (!looked_around_) return true;
    const auto& limits = settings_->limits;
    return now - *looked_around_ > (controllers_.pick(now) ? limits.discovered : limits.busy);
}

void Standing::look_around() {
    std::mt19937 chance{std::random_device{}()};
    const auto draw = [&](std::uint32_t most) {
        return std::uniform_int_distribution<std::uint32_t>{0, most}(chance);
    };
    auto found = discover(*resolver_, settings_->discover, settings_->site, settings_->tls, draw);
    if (const auto* why = std::get_if<std::string>(&found)) note_error(*why);
    const std::lock_guard lock(mutex_);
    looked_around_ = std::chrono::steady_clock::now();
    // Where DNS fails those known before may still be there.
    if (auto* controllers = std::get_if<std::vector<DomainController>>(&found))
        controllers_.replace(std::move(*controllers));
}

void Standing::give_up_looking(std::string why) {
    note_error(std::move(why));
    const std::lock_guard lock(mutex_);
    looked_around_ = std::chrono::steady_clock::now();
}

int Standing::page_size() const {
    const std::lock_guard lock(mutex_);
    return page_size_;
}

void Standing::learn_page_size(int page_size) {
    const std::lock_guard lock(mutex_);
    page_size_ = std::min(page_size_, page_size);
}

void Standing::note_error(std::string text, FaultCode code) {
    const std::lock_guard lock(mutex_);
    last_code_ = code;
    health_.last_error = std::move(text);
    health_.last_error_at = now_as_shown();
}

void Standing::note_in_use(const DomainController& controller,
                           std::optional<std::chrono::seconds> clock_skew) {
    const std::lock_guard lock(mutex_);
    controllers_.answered(controller);
    health_.domain_controller = controller.name;
    health_.since = now_as_shown();
    health_.clock_skew = clock_skew;
}

void Standing::note_traffic(bool in_use, std::size_t outstanding, std::size_t waiting) {
    const std::lock_guard lock(mutex_);
    health_.outstanding = outstanding;
    health_.waiting = waiting;
    if (in_use) return;
    health_.domain_controller.clear();
    health_.since.reset();
}

DirectoryHealth Standing::health() const {
    const std::lock_guard lock(mutex_);
    return health_;
}

NotSent Standing::no_answer() const {
    const std::lock_guard lock(mutex_);
    NotSent late{.why = "directory " + settings_->name.value + ": no answer within the time",
                 .code = FaultCode::directory_unreachable};
    const auto recent = std::chrono::system_clock::now() - settings_->limits.rest;
    if (health_.last_error_at && *health_.last_error_at > recent) {
        late.why += "; last error: " + health_.last_error;
        late.code = last_code_;
    }
    return late;
}

NotSent Standing::nobody_left() const {
    const std::lock_guard lock(mutex_);
    const auto resting = controllers_.why_resting(std::chrono::steady_clock::now());
    return {.why = "directory " + settings_->name.value +
                   ": no domain controller answers: " + (resting.empty() ? health_.last_error : resting),
            .code = last_code_};
}

}  // namespace uplift::ldap
