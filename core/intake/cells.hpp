// The rules for what stands in a cell: each a function from its text to a value or to the fault.
//
// Pure. A fault has no place here, the caller knows it. Cells come trimmed and without the ' that neutralises
// a formula. "-" (none) and the empty cell are the caller's matter too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/intake/columns.hpp"
#include "core/model/identity.hpp"
#include "core/model/profile.hpp"
#include "core/model/result.hpp"

namespace uplift::intake {

inline constexpr std::size_t max_sam_account_name = 256;  // rangeUpper in the AD schema
inline constexpr std::size_t max_directory_upn = 1024;    // the same
inline constexpr std::size_t max_upn_local = 64;          // Graph: 64 + @ + 48
inline constexpr std::size_t max_upn_domain = 48;

// The fault of a cell that holds a control or another character that nobody sees. A carried cell may hold
// marks that some scripts need, but nothing that turns text around or breaks a line.
enum class Strictness : std::uint8_t { value, carried };
std::optional<Fault> unseen_fault(ColumnKind kind, std::string_view cell, Strictness strictness);

// The cell, when it has the shape of such an identity.
Result<std::string> read_identity(IdentityKind kind, std::string_view cell);
// One text for all spellings of an identity, for finding repeated ones.
std::string identity_key(const Identity& identity);

Result<bool> read_truth(ColumnKind kind, std::string_view cell);
Result<std::string> read_country(std::string_view cell);  // two capitals

// What a row may choose: the profile's own and what `allow` adds, in the profile's spelling.
class Choices {
 public:
    explicit Choices(const Profile& profile);

    [[nodiscard]] Result<std::string> domain(std::string_view cell) const;
    [[nodiscard]] Result<std::string> upn(std::string_view cell) const;
    [[nodiscard]] Result<std::vector<std::string>> licenses(std::string_view cell) const;
    [[nodiscard]] Result<std::vector<std::string>> groups(std::string_view cell) const;
    [[nodiscard]] Result<std::vector<std::string>> aliases(std::string_view cell) const;

 private:
    struct List {
        ColumnKind column;
        std::string_view allow_key;  // allow.licenses
        std::vector<std::string> values;
        std::vector<std::string> lowered;
        void add(std::string_view value);
        [[nodiscard]] const std::string* find(std::string_view value) const;
    };
    [[nodiscard]] Result<std::string> one_of(const List& list, std::string_view value) const;
    [[nodiscard]] Result<std::vector<std::string>> several_of(const List& list, std::string_view cell) const;

    std::string profile_;
    List domains_{ColumnKind::domain, "allow.domains", {}, {}};
    List alias_domains_{ColumnKind::aliases, "allow.domains", {}, {}};
    List licenses_{ColumnKind::licenses, "allow.licenses", {}, {}};
    List groups_{ColumnKind::groups, "allow.groups", {}, {}};
};

}  // namespace uplift::intake
