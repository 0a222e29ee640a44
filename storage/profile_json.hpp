// Profiles, overrides, plans and the rows of a file as JSON text, as the queue keeps them.
//
// Pure. Keys are the names of the fields in core/model; reading takes exactly what writing makes, and says
// nothing for everything else: the row is damaged then.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/identity.hpp"
#include "core/model/profile.hpp"

namespace uplift::storage {

std::string to_json(const Profile& profile);
std::string to_json(const Overrides& overrides);
std::string to_json(const PlannedAccount& plan);
std::string to_json(const std::vector<Identity>& given);
std::string to_json(const std::vector<std::string>& texts);

std::optional<Profile> profile_from(std::string_view json);
std::optional<Overrides> overrides_from(std::string_view json);
std::optional<PlannedAccount> plan_from(std::string_view json);
std::optional<std::vector<Identity>> given_from(std::string_view json);
std::optional<std::vector<std::string>> texts_from(std::string_view json);

}  // namespace uplift::storage
