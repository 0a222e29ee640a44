// Microsoft's documented limits of the identity service as token buckets: resource units and writes of one
// app in one tenant, and writes of the tenant. A rejected request is charged too. Pure: time is passed in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

class Bucket {
 public:
    Bucket(double capacity, Seconds period) : capacity_(capacity), period_(period), level_(capacity) {}

    // Takes `cost`, also when there is not enough: then false, and the debt grows (at most to 1.8 of the
    // limit).
    bool take(double cost, TimePoint now);
    Seconds wait_for(double cost) const;  // after a refusal
    double used_share() const;            // 0 .. 1.8
    void resize(double capacity, TimePoint now);

 private:
    void refill(TimePoint now);

    double capacity_;
    Seconds period_;
    double level_;
    TimePoint last_{};
};

struct Cost {
    int resource_units = 1;
    int writes = 0;
};

struct ThrottleVerdict {
    bool allowed = true;
    std::string_view scope;        // Tenant_Application/Write …
    std::string_view information;  // WriteLimitExceeded …
    Seconds wait{0};
    double used_share = 0;
};

class Throttle {
 public:
    // `scale` multiplies every limit; 0 lifts them.
    explicit Throttle(double scale) : scale_(scale) {}

    ThrottleVerdict judge(const std::string& app,
                          const Cost& cost,
                          std::size_t users_in_tenant,
                          TimePoint now);
    void set_scale(double scale);
    double scale() const { return scale_; }

 private:
    struct AppBuckets {
        Bucket units;
        Bucket writes;
    };

    double scale_;
    std::unordered_map<std::string, AppBuckets> apps_;
    std::optional<Bucket> tenant_writes_;
};

enum class RetryAfterForm { seconds, decimal, http_date, absent };
std::optional<RetryAfterForm> retry_after_form_named(std::string_view word);
// Nothing when the form is `absent`.
std::optional<std::string> retry_after(RetryAfterForm form, Seconds wait, TimePoint now);

}  // namespace uplift::sandbox
