#include "tests/sandbox/throttle.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

constexpr double app_writes = 3000;  // per 150 s
constexpr Seconds app_writes_period{150};
constexpr double tenant_writes = 18000;  // per 300 s
constexpr Seconds tenant_writes_period{300};
constexpr Seconds units_period{10};
constexpr double highest_share = 1.8;  // the largest x-ms-throttle-limit-percentage that Graph documents

double units_for(std::size_t users) { return users < 50 ? 3500 : users <= 500 ? 5000 : 8000; }

}  // namespace

void Bucket::refill(TimePoint now) {
    if (last_ == TimePoint{}) last_ = now;
    if (now <= last_) return;
    const Seconds passed = now - last_;
    level_ = std::min(capacity_, level_ + capacity_ * (passed / period_));
    last_ = now;
}

bool Bucket::take(double cost, TimePoint now) {
    refill(now);
    const bool enough = level_ >= cost;
    level_ = std::max(level_ - cost, capacity_ * (1 - highest_share));
    return enough;
}

Seconds Bucket::wait_for(double cost) const { return std::max(0.0, cost - level_) / capacity_ * period_; }

double Bucket::used_share() const { return (capacity_ - level_) / capacity_; }

void Bucket::resize(double capacity, TimePoint now) {
    refill(now);
    if (capacity == capacity_) return;
    level_ += capacity - capacity_;
    capacity_ = capacity;
}

ThrottleVerdict Throttle::judge(const std::string& app,
                                const Cost& cost,
                                std::size_t users_in_tenant,
                                TimePoint now) {
    ThrottleVerdict verdict;
    if (scale_ <= 0) return verdict;
    const double units = units_for(users_in_tenant) * scale_;
    AppBuckets fresh{Bucket(units, units_period), Bucket(app_writes * scale_, app_writes_period)};
    auto& buckets = apps_.try_emplace(app, fresh).first->second;
    if (!tenant_writes_) tenant_writes_.emplace(tenant_writes * scale_, tenant_writes_period);
    buckets.units.resize(units, now);

    const auto judge_one = [&](Bucket& bucket, int amount, std::string_view scope, std::string_view why) {
        const bool enough = bucket.take(amount, now);
        verdict.used_share = std::max(verdict.used_share, bucket.used_share());
        if (enough || !verdict.allowed) return;
        verdict.allowed = false;
        verdict.scope = scope;
        verdict.information = why;
        verdict.wait = bucket.wait_for(amount);
    };
    judge_one(
        buckets.units, cost.resource_units, "Tenant_Application/ReadWrite", "ResourceUnitLimitExceeded");
    if (cost.writes > 0) {
        judge_one(buckets.writes, cost.writes, "Tenant_Application/Write", "WriteLimitExceeded");
        judge_one(*tenant_writes_, cost.writes, "Tenant/Write", "WriteLimitExceeded");
    }
    return verdict;
}

void Throttle::set_scale(double scale) {
    scale_ = scale;
    apps_.clear();
    tenant_writes_.reset();
}

std::optional<RetryAfterForm> retry_after_form_named(std::string_view word) {
    if (word == "seconds") return RetryAfterForm::seconds;
    if (word == "decimal") return RetryAfterForm::decimal;
    if (word == "http-date") return RetryAfterForm::http_date;
    if (word == "absent") return RetryAfterForm::absent;
    return std::nullopt;
}

std::optional<std::string> retry_after(RetryAfterForm form, Seconds wait, TimePoint now) {
    const auto whole = std::max(1LL, static_cast<long long>(std::ceil(wait.count())));
    switch (form) {
        case RetryAfterForm::seconds:
            return std::to_string(whole);
        case RetryAfterForm::decimal: {
            char text[32];
            std::snprintf(text, sizeof text, "%.3f", std::max(0.001, wait.count()));
            return text;
        }
        case RetryAfterForm::http_date:
            // Dates have whole seconds: one more, so that the reader never comes too early.
            return http_date(now + std::chrono::seconds(whole + 1));
        case RetryAfterForm::absent:
            break;
    }
    return std::nullopt;
}

}  // namespace uplift::sandbox
