#include "core/ldap/selection_search.hpp"

#include <algorithm>

#include "core/text/ldap.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::ldap {
namespace {

// In AD contacts are persons too, computers are users too; only people are both.
constexpr std::string_view people = "(objectCategory=person)(objectClass=user)";

bool is_user(const Entry& entry) {
    bool user = false;
    for (const auto& [name, values] : entry.attributes) {
        if (!text::same_ignoring_case(name, "objectClass")) continue;
        for (const auto& value : values) {
            const auto lower = text::lower(value);
            if (lower == "computer" || lower == "contact" || lower == "group") return false;
            user = user || lower == "user";
        }
    }
    return user;
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

Refused refuse(const std::string& where, const std::string& what, std::string cure) {
    return {.code = FaultCode::directory_refused, .what = where + ": " + what, .cure = std::move(cure)};
}

}  // namespace

bool is_one_filter(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
            case '\0':
                return false;
            case '(':
                ++depth;
                break;
            case ')':
                if (--depth < 0 || (depth == 0 && i + 1 != text.size())) return false;
                break;
            case '\\':
                if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
                break;
            default:
                if (depth == 0) return false;
        }
    }
    return depth == 0 && text.size() > 2;
}

std::variant<SelectionSearch, Refused> search_for(const Selection& selection,
                                                  const std::string& base_dn,
                                                  const std::string& where) {
    std::string filter = selection.filter;
    if (!filter.empty() && filter.front() != '(') filter = "(" + filter + ")";
    if (!filter.empty() && !is_one_filter(filter))
        return refuse(where,
                      "the filter " + text::quoted(selection.filter) + " is not valid",
                      "Write it like \"(department=Sales)\".");
    for (const auto& ou : selection.exclude_ous)
        if (const auto name = text::parse_dn(ou); !name || name->empty())
            return refuse(where,
                          text::quoted(ou) + " is no distinguished name",
                          "Write the OU to leave out like \"OU=Vendors," + base_dn + "\".");
    SelectionSearch search;
    auto ous = selection.ous;
    if (ous.empty()) ous.push_back(base_dn);
    for (auto& ou : ous) {
        if (ou.find('\0') != std::string::npos || !text::dn_below(ou, base_dn))
            return refuse(where,
                          "the OU " + text::quoted(ou) + " does not stand below " + text::quoted(base_dn),
                          "Write the OU's whole name, or choose the directory that it belongs to.");
        search.searches.push_back(
            {.base = std::move(ou),
             .reach = selection.scope == SelectionScope::onelevel ? Reach::children : Reach::subtree,
             .filter = "(&" + std::string(people) + filter + ")"});
    }
    search.takes = [without = selection.exclude_ous](const Entry& entry) {
        return is_user(entry) && std::none_of(without.begin(), without.end(), [&](const std::string& ou) {
                   return text::dn_below(entry.dn, ou);
               });
    };
    return search;
}

}  // namespace uplift::ldap
