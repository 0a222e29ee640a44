#include "daemon/upliftctl/people_csv.hpp"

#include <algorithm>
#include <vector>

#include "core/model/guid.hpp"

namespace uplift::upliftctl {
namespace {

std::string quoted_cell(std::string_view value) {
    std::string cell = "\"";
    for (const char letter : value) {
        if (letter == '"') cell += '"';
        cell += letter;
    }
    return cell + "\"";
}

}  // namespace

IdentityKind kind_of(std::string_view id) {
    if (parse_guid(id)) return IdentityKind::objectGUID;
    if (id.find('=') != std::string_view::npos) return IdentityKind::distinguishedName;
    if (id.find('@') != std::string_view::npos) return IdentityKind::userPrincipalName;
    return IdentityKind::sAMAccountName;
}

std::string csv_of_people(std::span<const std::string> ids) {
    std::vector<IdentityKind> columns;
    for (const auto kind : all_identity_kinds)
        if (std::any_of(ids.begin(), ids.end(), [&](const auto& id) { return kind_of(id) == kind; }))
            columns.push_back(kind);
    const auto line = [&](const auto& cell_of) {
        std::string text;
        for (const auto kind : columns) text += (text.empty() ? "" : ",") + quoted_cell(cell_of(kind));
        return text + "\n";
    };
    auto csv = line([](IdentityKind kind) { return word(kind); });
    for (const auto& id : ids)
        csv += line([&](IdentityKind kind) { return kind == kind_of(id) ? std::string_view(id) : ""; });
    return csv;
}

}  // namespace uplift::upliftctl
