// One run of a cmdlet, and the table of the cmdlets there are.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox::exchange {

struct Invocation {
    Tenant& tenant;
    const App& app;
    std::string cmdlet;         // as the table spells it
    nlohmann::json parameters;  // by the names of the table; null values left out
    std::string anchor;         // X-AnchorMailbox; empty when it was missing or of no use
    TimePoint now;
    std::vector<std::string> warnings;

    bool has(const char* parameter) const { return parameters.contains(parameter); }
    // Empty when it is absent; numbers as text. Throws when it is anything else.
    std::string text(const char* parameter) const;
    // False when it is absent.
    bool flag(const char* parameter) const;
};

// The result at or after `position`, which moves behind it; nothing at the end.
using NextRow = std::function<std::optional<nlohmann::json>(std::size_t& position)>;

NextRow rows_of(std::vector<nlohmann::json> rows);

enum class CmdletKind { reads, writes };

struct Cmdlet {
    std::string_view name;
    CmdletKind kind;
    std::string_view parameters;  // blanks between; Identity and the common ones stand apart
    std::string_view mandatory;
    NextRow (*run)(Invocation&);
};

const Cmdlet* cmdlet_named(std::string_view name);
// Those that `access` may run, with commas between, as EXOModuleFile lists them.
std::string exported_cmdlets(const Access& access);

// Parameters by the names of the table. Throws the binding fault of the first that the cmdlet or the role
// has not.
nlohmann::json bound_parameters(const Cmdlet& cmdlet, const Access& access, const nlohmann::json& given);

// mailbox_cmdlets.cpp
NextRow get_mailbox(Invocation& call);
NextRow set_mailbox(Invocation& call);
NextRow enable_mailbox(Invocation& call);
// recipient_cmdlets.cpp
NextRow get_recipient(Invocation& call);
// group_cmdlets.cpp
NextRow get_distribution_group(Invocation& call);
NextRow get_distribution_group_member(Invocation& call);
NextRow add_distribution_group_member(Invocation& call);
NextRow remove_distribution_group_member(Invocation& call);
// organization_cmdlets.cpp
NextRow get_accepted_domain(Invocation& call);
NextRow get_organization_config(Invocation& call);
NextRow get_management_role_assignment(Invocation& call);

}  // namespace uplift::sandbox::exchange
