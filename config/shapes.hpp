// Shapes and units of configuration values.
//
// Pure. Each what_is_wrong_… says in one clause why a text is not of its shape, nothing when it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uplift::config {

// KiB, MiB, GiB or B; a bare number is none.
std::optional<std::uint64_t> parse_size(std::string_view text);

struct Url {
    std::string scheme;  // lower case
    std::string host;    // without brackets
    std::optional<unsigned> port;
    std::string path;  // with its slash, or empty
};
// scheme://host[:port][/path]; no user, no query, no fragment, no blanks.
std::optional<Url> parse_url(std::string_view text);

bool is_loopback(std::string_view host);  // localhost, 127.0.0.0/8, ::1

// The name of a [directory.NAME] and the like: it becomes the name of a folder.
bool is_table_name(std::string_view name);
bool is_absolute_path(std::string_view path);
bool is_mail_address(std::string_view text);
// A distinguished name with at least one part.
bool is_dn(std::string_view text);

// RFC 4515, by its brackets, operators and escapes: what libldap would refuse only at the first search.
std::optional<std::string> what_is_wrong_with_filter(std::string_view filter);

}  // namespace uplift::config
