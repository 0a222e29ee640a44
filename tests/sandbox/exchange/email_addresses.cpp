#include "tests/sandbox/exchange/email_addresses.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox/exchange/cmdlet_fault.hpp"
#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/user_rules.hpp"

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;
using Addresses = std::vector<std::string>;

constexpr std::string_view hashtable_type = "#Exchange.GenericHashTable";

Addresses texts_in(const json& value) {
    if (value.is_string()) return {value.get<std::string>()};
    const auto wrong = [] {
        return wrong_value(
            "EmailAddresses",
            "Cannot convert value to type \"Microsoft.Exchange.Data.ProxyAddressCollection\".");
    };
    if (!value.is_array()) throw wrong();
    Addresses addresses;
    for (const auto& entry : value) {
        if (!entry.is_string()) throw wrong();
        addresses.push_back(entry.get<std::string>());
    }
    return addresses;
}

// Without a prefix an address is an SMTP one, and secondary.
std::string with_prefix(std::string_view address) {
    return address.find(':') == std::string_view::npos ? "smtp:" + std::string(address)
                                                       : std::string(address);
}

bool is_primary(std::string_view address) { return address.starts_with("SMTP:"); }

bool contains_address(const Addresses& addresses, std::string_view wanted) {
    return std::any_of(
        addresses.begin(), addresses.end(), [&](const auto& one) { return same_ignoring_case(one, wanted); });
}

// Who has the address, or had it and lies in the bin: Exchange counts both.
std::optional<std::string> holder_of(const Tenant& tenant,
                                     std::string_view address,
                                     const std::string& except) {
    if (const auto holder = tenant.address_holder(address, except))
        return holder->substr(holder->find('_') + 1);
    const auto& directory = tenant.directory;
    if (const auto user = directory.holder(Key::address, address, Presence::in_bin))
        if (directory.truth(*user).id != except) return directory.truth(*user).id;
    return std::nullopt;
}

void check_address(const Tenant& tenant, const std::string& prefixed, const User& user) {
    if (!same_ignoring_case(std::string_view(prefixed).substr(0, 5), "smtp:"))
        return;  // X500, SIP …: not checked
    const std::string address(without_prefix(prefixed));
    try {
        check_mail(address);
    } catch (const Refusal&) {
        throw invalid_address(address);
    }
    const Domain* domain = tenant.domain(std::string_view(address).substr(address.find('@') + 1));
    if (domain == nullptr || !domain->is_accepted()) throw domain_not_accepted();
    if (const auto holder = holder_of(tenant, address, user.id)) throw address_taken(prefixed, *holder);
    // Nobody's proxy address, and yet somebody's name: Entra refuses the second write.
    const auto named = tenant.directory.holder(Key::user_principal_name, address, Presence::active);
    if (named && tenant.directory.truth(*named).id != user.id) throw object_conflict();
}

Addresses list_under(const json& table, std::string_view key) {
    for (const auto& [name, value] : table.items())
        if (same_ignoring_case(name, key) && !value.is_null()) return texts_in(value);
    return {};
}

void apply_table(const Tenant& tenant, const User& user, const json& table, AddressChange& change) {
    // Without its type the service cannot bind the table.
    if (table.value("@odata.type", "") != hashtable_type)
        throw wrong_value("EmailAddresses",
                          "Cannot convert the \"System.Object\" value to type "
                          "\"Microsoft.Exchange.Data.ProxyAddressCollection\".");
    for (const auto& [name, value] : table.items())
        if (!name.starts_with('@') && !same_ignoring_case(name, "Add") && !same_ignoring_case(name, "Remove"))
            throw wrong_value("EmailAddresses", "The key \"" + name + "\" is none of Add and Remove.");
    for (const auto& given : list_under(table, "Remove")) {
        const auto address = with_prefix(given);
        const auto before = change.after.size();
        std::erase_if(change.after, [&](const auto& own) { return same_ignoring_case(own, address); });
        if (change.after.size() != before) change.removed.push_back(address);
    }
    for (const auto& given : list_under(table, "Add")) {
        const auto address = with_prefix(given);
        check_address(tenant, address, user);
        // Compared without regard to case: what is there already is no error.
        if (contains_address(change.after, address)) continue;
        change.added.push_back(address);
        change.after.push_back(address);
    }
}

void replace_all(const Tenant& tenant, const User& user, const json& list, AddressChange& change) {
    Addresses all;
    for (const auto& given : texts_in(list)) {
        // In a whole list the first address without a prefix in capitals becomes the primary one.
        const auto address = with_prefix(given);
        check_address(tenant, address, user);
        if (!contains_address(all, address)) all.push_back(address);
    }
    if (std::none_of(all.begin(), all.end(), is_primary)) {
        const auto first =
            std::find_if(all.begin(), all.end(), [](auto& one) { return one.starts_with("smtp:"); });
        if (first != all.end()) first->replace(0, 5, "SMTP:");
    }
    for (const auto& address : all)
        if (!contains_address(change.after, address)) change.added.push_back(address);
    for (const auto& address : change.after)
        if (!contains_address(all, address)) change.removed.push_back(address);
    change.after = std::move(all);
    change.replaced_all = true;
}

}  // namespace

AddressChange changed_addresses(const Tenant& tenant, UserPosition position, const json& value) {
    const User& user = tenant.directory.truth(position);
    AddressChange change;
    change.after = user.proxy_addresses;
    if (value.is_object()) {
        apply_table(tenant, user, value, change);
    } else {
        replace_all(tenant, user, value, change);
    }
    if (std::count_if(change.after.begin(), change.after.end(), is_primary) != 1) throw several_primaries();
    return change;
}

}  // namespace uplift::sandbox::exchange
