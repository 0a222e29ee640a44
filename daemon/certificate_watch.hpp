// The end of each tenant's certificate, told while there is still time: a warning that stands from 30 days
// before it, at the start, after a reload and every day.
//
// Looks at the certificates that sign in now, not at their files: a new file counts from the reload on.
// Network thread only. Rules are pure; the watch reads the clock.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>

#include "core/engine/ports/clock.hpp"
#include "core/model/ids.hpp"
#include "core/model/time.hpp"
#include "daemon/doors.hpp"
#include "daemon/warnings.hpp"

namespace uplift::daemon {

// exactly-once.md, Network faults: warn from 30 days before the certificate ends.
inline constexpr Duration certificate_notice = std::chrono::hours{30 * 24};

// What is to be said of a certificate that ends then; nothing while it is far away.
std::optional<std::string> certificate_warning(TimePoint end, TimePoint now);

// Raises and clears the warning of each tenant. Nothing as end: the tenant has no certificate.
void warn_of_certificates(const std::map<TenantName, std::optional<TimePoint>>& ends,
                          TimePoint now,
                          Warnings& warnings);

// Looks at once, and then every day for ever. A reload calls warn_of_certificates itself.
boost::asio::awaitable<void> watch_certificates(const Doors& doors, engine::Clock& clock, Warnings& warnings);

}  // namespace uplift::daemon
