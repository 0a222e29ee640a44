// GET /users and the bin: $filter over the indexes, pages, counts.
#include <algorithm>

#include "tests/sandbox/calls.hpp"
#include "tests/sandbox/filter.hpp"
#include "tests/sandbox/filter_rules.hpp"
#include "tests/sandbox/paging.hpp"
#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/user_view.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;
using Positions = std::vector<UserPosition>;

// Graph: the URL of an advanced query.
constexpr std::size_t longest_advanced_url = 2048;

std::optional<Key> key_of(const std::string& property) {
    if (property == "id") return Key::id;
    if (property == "userPrincipalName") return Key::user_principal_name;
    if (property == "mail") return Key::mail;
    if (property == "mailNickname") return Key::mail_nickname;
    if (property == "onPremisesImmutableId") return Key::immutable_id;
    if (property == "proxyAddresses") return Key::proxy_address;
    if (property == "employeeId") return Key::employee_id;
    return std::nullopt;
}

// Those who can match at all, by index; nothing when only a scan tells.
std::optional<Positions> narrowed(const Directory& directory, const Filter& filter) {
    if (filter.kind == FilterKind::any) return narrowed(directory, filter.children.front());
    if (filter.kind == FilterKind::both) {
        for (const auto& child : filter.children)
            if (auto some = narrowed(directory, child)) return some;
        return std::nullopt;
    }
    Positions all;
    const auto add = [&](const Positions& some) { all.insert(all.end(), some.begin(), some.end()); };
    if (filter.kind == FilterKind::either) {
        for (const auto& child : filter.children) {
            const auto some = narrowed(directory, child);
            if (!some) return std::nullopt;
            add(*some);
        }
    } else {
        const auto key = key_of(filter.property);
        const bool equality = filter.kind == FilterKind::one_of ||
                              (filter.kind == FilterKind::comparison && filter.comparison == Comparison::eq);
        if (!key || !equality) return std::nullopt;
        for (const auto& literal : filter.literals) {
            if (literal.type == Literal::Type::null) return std::nullopt;
            add(directory.candidates(*key, literal.text));
        }
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

struct Query {
    std::optional<Filter> filter;
    QueryKind kind = QueryKind::standard;
    View view = View::by_name;
    std::vector<std::string> names;
};

Query read_query(const Call& call) {
    Query query;
    for (const auto& [name, value] : call.url.options)
        if (name.starts_with('$') && name != "$filter" && name != "$select" && name != "$top" &&
            name != "$count" && name != "$skiptoken" && name != "$orderby" && name != "$search" &&
            name != "$expand")
            throw malformed("The query option '" + name + "' is not supported.");
    query.names = selected(call);
    check_user_selection(query.names);
    if (call.asks_eventual() && call.asks_count()) {
        query.kind = QueryKind::advanced;
        query.view = View::index;
    }
    if (call.url.option("$search") != nullptr) {
        if (!call.asks_eventual())
            throw unsupported_query(
                "Request with $search query parameter only works through MSGraph with a special request "
                "header: "
                "'ConsistencyLevel: eventual'");
        throw unsupported_query("$search is not part of this sandbox.");
    }
    const std::string* filter = call.url.option("$filter");
    if (filter == nullptr) return query;
    if (call.url.option("$orderby") != nullptr && query.kind == QueryKind::standard)
        throw unsupported_query("Sorting not supported for current query.");
    try {
        query.filter = parse_filter(*filter);
    } catch (const FilterError& fault) {
        throw malformed(fault.what());
    }
    if (query.kind == QueryKind::advanced && call.request.target.size() > longest_advanced_url)
        throw unsupported_query("The request URL is longer than 2048 characters.");
    check_filter(*query.filter, filterable_users(), query.kind);
    return query;
}

const User* match(const Call& call, const Query& query, UserPosition position, Presence presence) {
    const User* user = call.tenant.directory.seen(position, query.view, call.now);
    if (user == nullptr || user->presence != presence) return nullptr;
    if (query.filter) {
        const PropertyReader read = [&](const std::string& name) {
            return user_property(call.tenant, *user, name);
        };
        if (!matches(*query.filter, read)) return nullptr;
    }
    return user;
}

Answer list(Call& call, Presence presence) {
    const Query query = read_query(call);
    const auto& directory = call.tenant.directory;
    const auto some = query.filter ? narrowed(directory, *query.filter) : std::nullopt;
    const auto find = [&](std::size_t& position) -> const User* {
        const std::size_t end = some ? some->size() : directory.size();
        while (position < end) {
            const auto candidate = some ? (*some)[position] : static_cast<UserPosition>(position);
            ++position;
            if (const User* user = match(call, query, candidate, presence)) return user;
        }
        return nullptr;
    };
    const NextElement next = [&](std::size_t& position) -> std::optional<json> {
        const User* user = find(position);
        if (user == nullptr) return std::nullopt;
        return user_view(call.tenant, *user, query.names);
    };
    Answer answer;
    answer.body["@odata.context"] = context_url(call, with_selection("users", query.names));
    if (query.kind == QueryKind::advanced) {
        std::size_t count = 0;
        for (std::size_t position = 0; find(position) != nullptr;) ++count;
        answer.body["@odata.count"] = count;
    }
    write_page(call, next, answer.body);
    return answer;
}

}  // namespace

Answer list_users(Call& call) { return list(call, Presence::active); }

Answer list_deleted_users(Call& call) { return list(call, Presence::in_bin); }

Answer count_users(Call& call) {
    if (!call.asks_eventual()) throw bad_request("$count is not currently supported.");
    Answer answer;
    answer.body = call.tenant.directory.active();
    return answer;
}

}  // namespace uplift::sandbox
