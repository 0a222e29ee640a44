// The tenant definition: a JSON file that says what the tenant holds before the first request.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox {

// Says which key is wrong and why.
class DefinitionError : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

// `directory` is where relative certificate paths start.
std::unique_ptr<Tenant> make_tenant(const nlohmann::json& definition,
                                    const std::string& directory,
                                    std::uint64_t seed,
                                    TimePoint now);

// One more user, as in the definition's `users`; also what POST /sandbox/users takes.
UserPosition add_defined_user(Tenant& tenant, const nlohmann::json& user, Presence presence, TimePoint now);

}  // namespace uplift::sandbox
