// Where the domain controllers of a domain are, by DNS (RFC 2782; [MS-ADTS] 6.3.2.3).
//
// ServiceResolver asks; the rest is pure: which names are asked for, and in what order who is named there is
// tried. A name outside of the domain is nobody's: whoever forges DNS must not be sent the password, and a
// certificate for a name of his own he may well have.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ldap/domain_controllers.hpp"
#include "core/ldap/ldap_directory.hpp"

namespace uplift::ldap {

struct ServiceRecord {
    std::string target;  // dc1.corp.example.com
    std::uint16_t port = 0;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
};

class ServiceResolver {
 public:
    virtual ~ServiceResolver() = default;
    // The SRV records of `name`, none where it does not exist; or why nobody answered. May block for some
    // seconds; any thread.
    virtual std::variant<std::vector<ServiceRecord>, std::string> look_up(const std::string& name) = 0;
};

// Asks the name servers of resolv.conf.
class DnsResolver final : public ServiceResolver {
 public:
    std::variant<std::vector<ServiceRecord>, std::string> look_up(const std::string& name) override;
};

// A number from 0 to `most`, both included.
using Draw = std::function<std::uint32_t(std::uint32_t most)>;

// In the order in which they are to be tried: by priority, within one by weight and chance.
std::vector<ServiceRecord> in_order(std::vector<ServiceRecord> records, const Draw& draw);

// Of the domain, its `site` (may be empty) first; or why there is none. LDAPS is on port 636 whatever the
// records say, which are about LDAP.
std::variant<std::vector<DomainController>, std::string> discover(
    ServiceResolver& resolver, const std::string& domain, const std::string& site, Tls tls, const Draw& draw);

}  // namespace uplift::ldap
