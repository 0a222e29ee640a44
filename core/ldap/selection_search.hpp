// From a selection to the searches that list it, and which of the entries that come are meant.
//
// Pure. Users only: entries with objectClass user that are neither computers nor contacts nor groups,
// whatever the filter says; the filter is checked to be one, so that it cannot end ours.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ldap/lookup.hpp"
#include "core/model/selection.hpp"

namespace uplift::ldap {

struct SelectionSearch {
    std::vector<PersonSearch> searches;       // one an OU
    std::function<bool(const Entry&)> takes;  // of what they find
};

// Refused: an OU that is no name or stands outside of `base_dn`, a filter that is none. `where` names the
// directory.
std::variant<SelectionSearch, Refused> search_for(const Selection& selection,
                                                  const std::string& base_dn,
                                                  const std::string& where);

// One RFC 4515 filter in brackets, as far as brackets and escapes go: what stands between them is the
// server's to judge.
bool is_one_filter(std::string_view text);

}  // namespace uplift::ldap
