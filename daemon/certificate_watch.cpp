#include "daemon/certificate_watch.hpp"

namespace uplift::daemon {
namespace {

constexpr Duration between_looks = std::chrono::hours{24};

std::string day_of(TimePoint time) { return to_rfc3339(time).substr(0, 10); }

}  // namespace

std::optional<std::string> certificate_warning(TimePoint end, TimePoint now) {
    if (end - now > certificate_notice) return std::nullopt;
    return (end <= now ? "ended on " : "ends on ") + day_of(end) +
           "; make a new one, add it to the app registration, put it in place and reload";
}

void warn_of_certificates(const std::map<TenantName, std::optional<TimePoint>>& ends,
                          TimePoint now,
                          Warnings& warnings) {
    for (const auto& [name, end] : ends) {
        const auto about = "certificate of tenant " + name.value;
        const auto what = end ? certificate_warning(*end, now) : std::nullopt;
        if (what)
            warnings.raise(about, *what);
        else
            warnings.clear(about);
    }
}

boost::asio::awaitable<void> watch_certificates(const Doors& doors,
                                                engine::Clock& clock,
                                                Warnings& warnings) {
    for (;;) {
        warn_of_certificates(doors.certificate_ends(), clock.now(), warnings);
        co_await clock.sleep_until(clock.now() + between_looks);
    }
}

}  // namespace uplift::daemon
