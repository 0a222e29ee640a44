// Get-Recipient: mailboxes, mail users, groups and contacts, by name or by address.
#include <algorithm>

#include "tests/sandbox/exchange/cmdlet.hpp"
#include "tests/sandbox/exchange/cmdlet_fault.hpp"
#include "tests/sandbox/exchange/opath.hpp"
#include "tests/sandbox/exchange/recipients.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;

constexpr std::string_view recipient_filter_properties[] = {"EmailAddresses",
                                                            "ExternalDirectoryObjectId",
                                                            "PrimarySmtpAddress",
                                                            "RecipientType",
                                                            "RecipientTypeDetails",
                                                            "UserPrincipalName",
                                                            "Alias",
                                                            "Name",
                                                            "DisplayName"};

// Users, then groups, then contacts: one row of positions.
class Recipients {
 public:
    explicit Recipients(const Tenant& tenant) : tenant_(tenant) {}

    std::size_t size() const { return groups_at() + tenant_.groups.size() + tenant_.contacts.size(); }

    std::optional<json> at(std::size_t position) const {
        if (position < groups_at()) {
            const auto user = static_cast<UserPosition>(position);
            if (tenant_.directory.truth(user).presence != Presence::active) return std::nullopt;
            if (recipient_type(tenant_, user).empty()) return std::nullopt;
            return user_row(tenant_, user);
        }
        position -= groups_at();
        if (position < tenant_.groups.size()) {
            const Group& group = tenant_.groups.at(static_cast<GroupPosition>(position));
            if (!group.mail_enabled()) return std::nullopt;
            return group_row(group);
        }
        return contact_row(tenant_.contacts[position - tenant_.groups.size()]);
    }

    // Every position that can have one of these addresses or ids.
    std::vector<std::size_t> with(Key key, const std::vector<std::string>& values) const {
        std::vector<std::size_t> some;
        for (const auto& value : values)
            for (const auto user :
                 tenant_.directory.candidates(key, key == Key::address ? without_prefix(value) : value))
                some.push_back(user);
        for (std::size_t rest = groups_at(); rest < size(); ++rest) some.push_back(rest);
        std::sort(some.begin(), some.end());
        some.erase(std::unique(some.begin(), some.end()), some.end());
        return some;
    }

 private:
    std::size_t groups_at() const { return tenant_.directory.size(); }

    const Tenant& tenant_;
};

std::vector<json> with_identity(const Tenant& tenant, const std::string& identity) {
    const Recipients all(tenant);
    std::vector<json> found;
    if (const auto user = user_with_identity(tenant, identity))
        if (auto row = all.at(*user)) found.push_back(std::move(*row));
    for (std::size_t i = tenant.directory.size(); i < all.size(); ++i) {
        const auto row = all.at(i);
        if (!row) continue;
        const auto& addresses = row->at("EmailAddresses");
        const bool has_address = std::any_of(addresses.begin(), addresses.end(), [&](const json& own) {
            return same_ignoring_case(without_prefix(own.get_ref<const std::string&>()),
                                      without_prefix(identity));
        });
        const bool named = same_ignoring_case(row->value("ExternalDirectoryObjectId", ""), identity) ||
                           same_ignoring_case(row->value("Alias", ""), identity);
        if (has_address || named) found.push_back(*row);
    }
    return found;
}

// Without a prefix an address in a filter is an SMTP one.
Opath with_prefixes(Opath filter) {
    for (auto& child : filter.children) child = with_prefixes(std::move(child));
    const bool address = filter.property == "EmailAddresses" && filter.op != OpathOperator::like;
    if (address && filter.value.find(':') == std::string::npos) filter.value.insert(0, "smtp:");
    return filter;
}

}  // namespace

NextRow get_recipient(Invocation& call) {
    if (const auto identity = call.text("Identity"); !identity.empty()) {
        auto found = with_identity(call.tenant, identity);
        if (found.empty()) throw object_not_found(identity);
        if (found.size() > 1) throw ambiguous(identity);
        return rows_of(std::move(found));
    }
    const Recipients all(call.tenant);
    std::optional<Opath> filter;
    std::optional<std::vector<std::size_t>> some;
    if (call.has("Filter")) {
        filter = with_prefixes(parse_opath(call.text("Filter"), recipient_filter_properties));
        if (const auto addresses = only_equals(*filter, "EmailAddresses"))
            some = all.with(Key::address, *addresses);
        if (const auto ids = only_equals(*filter, "ExternalDirectoryObjectId"))
            some = all.with(Key::id, *ids);
    }
    const auto type = call.text("RecipientTypeDetails");
    return [all, filter, some, type](std::size_t& position) -> std::optional<json> {
        while (position < (some ? some->size() : all.size())) {
            const auto row = all.at(some ? (*some)[position] : position);
            ++position;
            if (!row) continue;
            if (!type.empty() && !same_ignoring_case(type, row->value("RecipientTypeDetails", ""))) continue;
            const OpathReader read = [&](const std::string& property) {
                return row->value(property, json());
            };
            if (!filter || matches(*filter, read)) return row;
        }
        return std::nullopt;
    };
}

}  // namespace uplift::sandbox::exchange
