// A profile: the named set of "Office 365 properties" that a job applies, as an administrator wrote it.
//
// Pure. Config makes it from [profile.NAME]; a job keeps the one it was accepted with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/secret.hpp"

namespace uplift {

struct LicenseWish {
    std::string sku;  // part number, GUID or product name
    std::vector<std::string> disabled_plans;
    std::optional<std::vector<std::string>> enabled_plans;  // all others are disabled
    bool operator==(const LicenseWish&) const = default;
};

enum class PasswordMode : std::uint8_t { random, typed };
struct PasswordRule {
    PasswordMode mode = PasswordMode::random;
    unsigned length = 20;  // 12..256
    unsigned classes = 3;  // 3 or 4 of lower, upper, digit, symbol
    std::string exclude = "O0Il1";
    bool operator==(const PasswordRule&) const = default;
};

enum class DisabledAccounts : std::uint8_t { skip, include };
enum class Existing : std::uint8_t { fail, adopt };
enum class Seats : std::uint8_t { wait, fail, create_unlicensed };

struct LitigationHold {
    std::optional<std::int64_t> duration_days;
    std::string comment;
    std::string url;
    bool operator==(const LitigationHold&) const = default;
};

// What a row or a job may choose beyond the profile.
struct Allow {
    std::vector<std::string> columns;
    std::vector<std::string> licenses;
    std::vector<std::string> groups;
    std::vector<std::string> domains;
    std::vector<std::string> ous;
    bool operator==(const Allow&) const = default;
};

struct Profile {
    ProfileName name;
    DirectoryName directory;
    TenantName tenant;
    std::string domain;
    std::string upn = "{userPrincipalName|local_part|lower}@{domain}";
    std::string usage_location = "{msExchUsageLocation|c}";
    PasswordRule password;
    bool force_change = true;
    std::vector<LicenseWish> licenses;
    std::vector<std::string> groups;
    DisabledAccounts disabled_accounts = DisabledAccounts::skip;
    bool manager = false;
    Existing existing = Existing::fail;
    Seats seats = Seats::wait;
    std::vector<std::string> aliases;
    std::optional<LitigationHold> litigation_hold;
    bool archive = false;
    std::map<std::string, std::string> attributes;  // Graph property -> template
    Allow allow;
    bool operator==(const Profile&) const = default;
};

// What one row of a job chooses instead of the profile. Absent = the profile's; empty list = none ("-").
struct Overrides {
    std::optional<std::string> domain;
    std::optional<std::string> upn;
    std::optional<std::string> usage_location;
    std::optional<std::vector<std::string>> licenses;
    std::optional<std::vector<std::string>> groups;
    std::optional<std::vector<std::string>> aliases;
    std::optional<bool> litigation_hold;
    std::optional<bool> archive;
    bool operator==(const Overrides&) const = default;
};

}  // namespace uplift
