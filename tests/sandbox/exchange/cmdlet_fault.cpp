#include "tests/sandbox/exchange/cmdlet_fault.hpp"

#include <nlohmann/json.hpp>

namespace uplift::sandbox::exchange {
namespace {

constexpr std::string_view tasks = "Microsoft.Exchange.Configuration.Tasks.";
constexpr std::string_view binding = "System.Management.Automation.ParameterBindingException";
constexpr std::string_view server = "AM6PR06A002DC06.EURPR06A002.PROD.OUTLOOK.COM";

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

CmdletFault client_fault(std::string type, std::string text) {
    return {400, "BadRequest", "Client", "", std::move(type), std::move(text), {}};
}

CmdletFault task_fault(std::string text) {
    return client_fault(std::string(tasks) + "RecipientTaskException", std::move(text));
}

}  // namespace

nlohmann::json envelope_of(const CmdletFault& fault) {
    using nlohmann::json;
    const json detail = {{"code", fault.detail},
                         {"target", ""},
                         {"message", fault.site + "|" + fault.type + "|" + fault.text}};
    const std::string inner =
        "Microsoft.Exchange.Management.PSDirectInvoke.DirectInvokeCmdletExecutionException";
    return {{"error",
             {{"code", fault.code},
              {"message", "Error executing cmdlet"},
              {"details", json::array({detail})},
              {"innererror",
               {{"message", "Error executing cmdlet"},
                {"type", "Microsoft.Exchange.Admin.OData.Core.ODataServiceException"},
                {"stacktrace",
                 "   at Microsoft.Exchange.AdminApi.CommandInvocation.CommandInvocation.InvokeCommand("
                 "QueryContext queryContext, CmdletInvokeInputType cmdletInvokeInputType)"},
                {"internalexception",
                 {{"message", "Exception of type '" + inner + "' was thrown."},
                  {"type", inner},
                  {"stacktrace", ""}}}}}}}};
}

CmdletFault object_not_found(std::string_view identity) {
    return {404,
            "NotFound",
            "Context",
            "Ex6F9304",
            std::string(tasks) + "ManagementObjectNotFoundException",
            "The operation couldn't be performed because object '" + std::string(identity) +
                "' couldn't be found on '" + std::string(server) + "'.",
            {}};
}

CmdletFault recipient_not_found(std::string_view identity) {
    return {404,
            "NotFound",
            "Context",
            "Ex94914C",
            std::string(tasks) + "ManagementObjectNotFoundException",
            "Couldn't find object " + quoted(identity) +
                ". Please make sure that it was spelled correctly or specify a different object.",
            {}};
}

CmdletFault wrong_recipient_type(std::string_view name, std::string_view type) {
    return task_fault("This task does not support recipients of this type. The specified recipient " +
                      std::string(name) + " is of type " + std::string(type) +
                      ". Please make sure that this recipient matches the required recipient type for this "
                      "task.");
}

CmdletFault ambiguous(std::string_view identity) {
    return client_fault(std::string(tasks) + "ManagementObjectAmbiguousException",
                        "There are multiple recipients matching identity " + quoted(identity) +
                            ". Please specify a unique value.");
}

CmdletFault address_taken(std::string_view address, std::string_view holder) {
    return {409,
            "Conflict",
            "Client",
            "",
            "Microsoft.Exchange.Configuration.ObjectModel.ProxyAddressExistsException",
            "The proxy address " + quoted(address) +
                " is already being used by the proxy addresses or LegacyExchangeDN of " + quoted(holder) +
                ". Please choose another proxy address.",
            {}};
}

CmdletFault object_conflict() {
    return client_fault(
        "Microsoft.Exchange.Configuration.DualWrite.LocStrings.UnableToWriteToAadException",
        "The value specified for property EmailAddresses is incorrect. Reason: ObjectConflict");
}

CmdletFault domain_not_accepted() {
    return client_fault(
        "Microsoft.Exchange.Data.Directory.NotAcceptedDomainException",
        "You can't use the domain because it's not an accepted domain for your organization.");
}

CmdletFault invalid_address(std::string_view address) {
    return client_fault(
        "Microsoft.Exchange.Data.DataValidationException",
        "The address '" + std::string(address) +
            "' is invalid: it isn't a valid SMTP address. The domain name can't contain spaces "
            "and it has to have a prefix and a suffix, such as example.com.");
}

CmdletFault several_primaries() {
    return client_fault("Microsoft.Exchange.Data.DataValidationException",
                        "There are multiple primary SMTP addresses, or none. A recipient has exactly one.");
}

CmdletFault already_member(std::string_view member, std::string_view group) {
    return client_fault(
        "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException",
        "The recipient " + quoted(member) + " is already a member of the group " + quoted(group) + ".");
}

CmdletFault not_a_member(std::string_view member, std::string_view group) {
    return client_fault(
        "Microsoft.Exchange.Management.Tasks.MemberNotFoundException",
        "The recipient " + quoted(member) + " isn't a member of the group " + quoted(group) + ".");
}

CmdletFault not_the_manager() {
    return client_fault("Microsoft.Exchange.Management.Tasks.OperationRequiresGroupManagerException",
                        "You don't have sufficient permissions. This operation can only be performed by a "
                        "manager of the group.");
}

CmdletFault already_has_archive(std::string_view name) {
    return task_fault("The user " + quoted(name) + " already has an archive.");
}

CmdletFault no_archive(std::string_view name) {
    return task_fault("The user " + quoted(name) + " doesn't have an archive.");
}

CmdletFault hold_not_licensed(std::string_view display_name) {
    return task_fault("The action 'Set-Mailbox', 'LitigationHoldEnabled', can't be performed on the user '" +
                      std::string(display_name) +
                      "'. Your Microsoft Exchange Online license doesn't permit you to put a litigation hold "
                      "on this mailbox.");
}

CmdletFault expansion_not_licensed(std::string_view display_name) {
    return task_fault("The user '" + std::string(display_name) +
                      "' doesn't have a license that permits an auto-expanding archive.");
}

CmdletFault synced_mailbox(std::string_view name, std::string_view parameter) {
    return task_fault(
        "The operation on mailbox " + quoted(name) +
        " failed because it's out of the current user's write scope. The action 'Set-Mailbox', '" +
        std::string(parameter) + "', can't be performed on the object '" + std::string(name) +
        "' because the object is being synchronized from your on-premises organization. This "
        "action should be performed on the object in your on-premises organization.");
}

CmdletFault no_such_cmdlet(std::string_view cmdlet) {
    return client_fault("System.Management.Automation.CommandNotFoundException",
                        "The term '" + std::string(cmdlet) +
                            "' is not recognized as the name of a cmdlet, function, script file, or operable "
                            "program. Check the spelling of the name, or if a path was included, verify that "
                            "the path is correct and try again.");
}

CmdletFault no_such_parameter(std::string_view parameter) {
    return client_fault(
        std::string(binding),
        "A parameter cannot be found that matches parameter name '" + std::string(parameter) + "'.");
}

CmdletFault missing_parameter(std::string_view parameter) {
    return client_fault(std::string(binding),
                        "Cannot process command because of one or more missing mandatory parameters: " +
                            std::string(parameter) + ".");
}

CmdletFault wrong_value(std::string_view parameter, std::string_view why) {
    return client_fault(std::string(binding),
                        "Cannot process argument transformation on parameter '" + std::string(parameter) +
                            "'. " + std::string(why));
}

CmdletFault role_not_supported(std::string_view client_id) {
    return {403,
            "Forbidden",
            "Context",
            "",
            "Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException",
            "The role assigned to application " + std::string(client_id) +
                " isn't supported in this scenario. Please check online documentation for assigning correct "
                "Directory Roles to Azure AD Application for EXO App-Only Authentication.",
            {}};
}

CmdletFault over_budget(int status) {
    if (status == 429)
        return {429,
                "TooManyRequests",
                "ServerOperation",
                "",
                "Microsoft.Exchange.Data.Directory.OverBudgetException",
                "The request has been throttled: the budget to execute cmdlets is used up.",
                {}};
    return {503,
            "ServiceUnavailable",
            "ServerOperation",
            "",
            "Microsoft.Exchange.Data.Storage.ServerBusyException",
            "The server is too busy to process the request. Please try again later.",
            {}};
}

CmdletFault invalid_call(std::string_view why) {
    return {400,
            "BadRequest",
            "Client",
            "",
            "Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
            std::string(why),
            {}};
}

}  // namespace uplift::sandbox::exchange
