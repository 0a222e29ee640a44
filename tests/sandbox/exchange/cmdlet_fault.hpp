// What Exchange says instead of running a cmdlet. Thrown by the cmdlets, caught in admin_api.cpp.
//
// Clients tell faults apart by the .NET type; status, site and text vary with server and version.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox::exchange {

struct CmdletFault {
    int status = 400;
    std::string code;    // NotFound, BadRequest …
    std::string detail;  // Context, Client or ServerOperation
    std::string site;    // Ex6F9304; may be empty
    std::string type;    // of the .NET exception, in full
    std::string text;
    Headers headers;
};

nlohmann::json envelope_of(const CmdletFault& fault);

// The texts are Microsoft's where they are known.
CmdletFault object_not_found(std::string_view identity);
CmdletFault recipient_not_found(std::string_view identity);
CmdletFault wrong_recipient_type(std::string_view name, std::string_view type);
CmdletFault ambiguous(std::string_view identity);
CmdletFault address_taken(std::string_view address, std::string_view holder);
CmdletFault object_conflict();
CmdletFault domain_not_accepted();
CmdletFault invalid_address(std::string_view address);
CmdletFault several_primaries();
CmdletFault already_member(std::string_view member, std::string_view group);
CmdletFault not_a_member(std::string_view member, std::string_view group);
CmdletFault not_the_manager();
CmdletFault already_has_archive(std::string_view name);
CmdletFault no_archive(std::string_view name);
CmdletFault hold_not_licensed(std::string_view display_name);
CmdletFault expansion_not_licensed(std::string_view display_name);
CmdletFault synced_mailbox(std::string_view name, std::string_view parameter);
CmdletFault no_such_cmdlet(std::string_view cmdlet);
CmdletFault no_such_parameter(std::string_view parameter);
CmdletFault missing_parameter(std::string_view parameter);
CmdletFault wrong_value(std::string_view parameter, std::string_view why);
CmdletFault role_not_supported(std::string_view client_id);
CmdletFault over_budget(int status);
CmdletFault invalid_call(std::string_view why);  // the request itself, before any cmdlet

}  // namespace uplift::sandbox::exchange
