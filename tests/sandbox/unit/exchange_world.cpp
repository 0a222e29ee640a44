#include "tests/sandbox/unit/exchange_world.hpp"

namespace uplift::sandbox {

using nlohmann::json;

json with_mailboxes(const json& changes) {
    json definition = a_definition();
    definition["skus"] = json::parse(R"([
        {"sku": "SPE_E3", "seats": 5000}, {"sku": "EXCHANGESTANDARD", "seats": 100},
        {"sku": "EXCHANGEDESKLESS", "seats": 100}, {"sku": "SPB", "seats": 100},
        {"sku": "EXCHANGEARCHIVE_ADDON", "seats": 100}])");
    definition["users"] = json::parse(R"([
        {"id": "00000000-0000-4000-8000-0000000000e3", "userPrincipalName": "kim@contoso.com",
         "displayName": "Kim Akers", "licenses": ["SPE_E3"]},
        {"id": "00000000-0000-4000-8000-0000000000e1", "userPrincipalName": "one@contoso.com",
         "licenses": ["EXCHANGESTANDARD"]},
        {"id": "00000000-0000-4000-8000-0000000000e4", "userPrincipalName": "addon@contoso.com",
         "licenses": ["EXCHANGESTANDARD", "EXCHANGEARCHIVE_ADDON"]},
        {"id": "00000000-0000-4000-8000-0000000000e5", "userPrincipalName": "business@contoso.com",
         "licenses": ["SPB"]},
        {"id": "00000000-0000-4000-8000-0000000000ef", "userPrincipalName": "kiosk@contoso.com",
         "licenses": ["EXCHANGEDESKLESS"]},
        {"id": "00000000-0000-4000-8000-0000000000a0", "userPrincipalName": "nobox@contoso.com"},
        {"id": "00000000-0000-4000-8000-0000000000a1", "userPrincipalName": "there@contoso.com",
         "mail": "there@contoso.com", "mailbox_on_premises": true, "licenses": ["SPE_E3"]},
        {"id": "00000000-0000-4000-8000-0000000000a2", "userPrincipalName": "synced@contoso.com",
         "synced": true, "licenses": ["SPE_E3"]}])");
    definition["deleted_users"] = json::parse(R"([
        {"userPrincipalName": "gone@contoso.com", "mail": "gone@contoso.com"}])");
    definition.merge_patch(changes);
    return definition;
}

json add_addresses(const std::vector<std::string>& addresses) {
    return {{"@odata.type", "#Exchange.GenericHashTable"}, {"Add", addresses}};
}

json rows(const Reply& reply) { return body_of(reply).value("value", json()); }
json mailbox(SandboxWorld& world, const std::string& id) {
    return rows(world.exchange("Get-Mailbox", {{"Identity", id}})).at(0);
}
json warnings(const Reply& reply) { return body_of(reply).value("@adminapi.warnings", json()); }

json mailbox_in_dump(SandboxWorld& world, const std::string& id) {
    const Reply reply = world.control("GET", "state", nullptr);
    std::string text;
    for (std::string piece; reply.next_piece(piece);) text += piece;
    const json dump = json::parse(text);
    for (const auto& user : dump.at("users"))
        if (user.at("id") == id) return user.at("mailbox");
    return nullptr;
}

json hold_on() { return {{"Identity", kim}, {"LitigationHoldEnabled", true}}; }

}  // namespace uplift::sandbox
