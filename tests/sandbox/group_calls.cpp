// Groups, contacts, domains, the organisation, and objects by their ids: reads.
#include "tests/sandbox/calls.hpp"
#include "tests/sandbox/filter.hpp"
#include "tests/sandbox/filter_rules.hpp"
#include "tests/sandbox/group_view.hpp"
#include "tests/sandbox/paging.hpp"
#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/user_view.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr std::size_t most_ids = 1000;  // Graph: getByIds

std::optional<Filter> filter_in(const Call& call, const FilterableResource& resource) {
    const std::string* text = call.url.option("$filter");
    if (text == nullptr) return std::nullopt;
    const bool advanced = call.asks_eventual() && call.asks_count();
    try {
        Filter filter = parse_filter(*text);
        check_filter(filter, resource, advanced ? QueryKind::advanced : QueryKind::standard);
        return filter;
    } catch (const FilterError& fault) {
        throw malformed(fault.what());
    }
}

// `at(position)` gives the object; `read` its properties; `view` its JSON.
template <class At, class Read, class Show>
Answer list_of_objects(Call& call,
                       const std::string& resource,
                       const FilterableResource& filterable,
                       std::size_t size,
                       At at,
                       Read read,
                       Show show) {
    const auto filter = filter_in(call, filterable);
    const auto names = selected(call);
    const NextElement next = [&](std::size_t& position) -> std::optional<json> {
        while (position < size) {
            const auto& object = at(position++);
            const PropertyReader reader = [&](const std::string& name) { return read(object, name); };
            if (!filter || matches(*filter, reader)) return show(object, names);
        }
        return std::nullopt;
    };
    Answer answer;
    answer.body["@odata.context"] = context_url(call, with_selection(resource, names));
    if (call.asks_eventual() && call.asks_count()) {
        std::size_t count = 0;
        for (std::size_t position = 0; next(position);) ++count;
        answer.body["@odata.count"] = count;
    }
    write_page(call, next, answer.body);
    return answer;
}

}  // namespace

Answer list_groups(Call& call) {
    const auto& groups = call.tenant.groups;
    const auto at = [&](std::size_t i) -> const Group& { return groups.at(static_cast<GroupPosition>(i)); };
    return list_of_objects(
        call, "groups", filterable_groups(), groups.size(), at, group_property, group_view);
}

Answer get_group(Call& call) {
    const auto position = call.tenant.groups.with_id(call.ids[0]);
    if (!position) throw not_found(call.ids[0]);
    const auto names = selected(call);
    Answer answer;
    answer.body = group_view(call.tenant.groups.at(*position), names);
    answer.body["@odata.context"] = context_url(call, with_selection("groups", names) + "/$entity");
    return answer;
}

Answer list_contacts(Call& call) {
    const auto& contacts = call.tenant.contacts;
    const auto at = [&](std::size_t i) -> const Contact& { return contacts[i]; };
    return list_of_objects(
        call, "contacts", filterable_contacts(), contacts.size(), at, contact_property, contact_view);
}

Answer list_domains(Call& call) {
    json value = json::array();
    for (const auto& domain : call.tenant.domains) {
        bool is_root = true;
        for (const auto& other : call.tenant.domains)
            if (domain.name.ends_with("." + other.name)) is_root = false;
        const json days = domain.federated ? json(nullptr) : json(2147483647);
        const json window = domain.federated ? json(nullptr) : json(14);
        value.push_back({{"id", domain.name},
                         {"authenticationType", domain.federated ? "Federated" : "Managed"},
                         {"availabilityStatus", nullptr},
                         {"isAdminManaged", true},
                         {"isDefault", domain.is_default},
                         {"isInitial", domain.initial},
                         {"isRoot", is_root},
                         {"isVerified", domain.verified},
                         {"supportedServices", domain.verified ? json(domain.services) : json::array()},
                         {"passwordValidityPeriodInDays", days},
                         {"passwordNotificationWindowInDays", window},
                         {"state", nullptr}});
    }
    Answer answer;
    answer.body = {{"@odata.context", context_url(call, "domains")}, {"value", std::move(value)}};
    return answer;
}

Answer list_organization(Call& call) {
    json domains = json::array();
    for (const auto& domain : call.tenant.domains) {
        if (!domain.verified) continue;
        std::string capabilities;
        for (const auto& service : domain.services)
            capabilities += (capabilities.empty() ? "" : ", ") + service;
        domains.push_back({{"capabilities", capabilities},
                           {"isDefault", domain.is_default},
                           {"isInitial", domain.initial},
                           {"name", domain.name},
                           {"type", domain.federated ? "Federated" : "Managed"}});
    }
    const json whole = {{"id", call.tenant.id},
                        {"displayName", call.tenant.name},
                        {"countryLetterCode", call.tenant.country},
                        {"onPremisesSyncEnabled", nullptr},
                        {"onPremisesLastSyncDateTime", nullptr},
                        {"assignedPlans", json::array()},
                        {"verifiedDomains", std::move(domains)}};
    json object = whole;
    if (const auto names = selected(call); !names.empty()) {
        object = json::object();
        for (const auto& name : names) object[name] = whole.contains(name) ? whole[name] : json(nullptr);
    }
    Answer answer;
    answer.body = {{"@odata.context", context_url(call, "organization")}, {"value", json::array({object})}};
    return answer;
}

Answer get_objects_by_ids(Call& call) {
    const json& body = call.object_body();
    const auto ids = body.find("ids");
    if (ids == body.end() || !ids->is_array()) throw bad_request("The 'ids' parameter is required.");
    if (ids->size() > most_ids) throw bad_request("Too many ids in the request: at most 1000 are allowed.");
    const json types = body.value("types", json::array({"directoryObject"}));
    const auto wants = [&](const char* type) {
        for (const auto& entry : types)
            if (entry == type || entry == "directoryObject") return true;
        return false;
    };
    json value = json::array();
    for (const auto& entry : *ids) {
        if (!entry.is_string() || !is_guid(entry.get_ref<const std::string&>()))
            throw bad_request("Invalid GUID:" +
                              (entry.is_string() ? entry.get<std::string>() : entry.dump()));
        const auto id = entry.get<std::string>();
        for (const auto position : call.tenant.directory.candidates(Key::id, id)) {
            const User* user = call.tenant.directory.seen(position, View::by_id, call.now);
            if (user == nullptr || user->presence != Presence::active || !wants("user")) continue;
            json view = user_view(call.tenant, *user, {});
            view["@odata.type"] = "#microsoft.graph.user";
            value.push_back(std::move(view));
        }
        if (const auto group = call.tenant.groups.with_id(id); group && wants("group")) {
            json view = group_view(call.tenant.groups.at(*group), {});
            view["@odata.type"] = "#microsoft.graph.group";
            value.push_back(std::move(view));
        }
    }
    Answer answer;
    answer.body = {{"@odata.context", context_url(call, "directoryObjects")}, {"value", std::move(value)}};
    return answer;
}

}  // namespace uplift::sandbox
