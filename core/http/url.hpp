// URLs as Uplift builds them: https only, one base a service, and nothing foreign that is not encoded.
//
// Pure. Words of ours are compile-time literals, ids are validated GUIDs, everything else is percent-encoded
// outside of RFC 3986's unreserved letters. A target that took something it must not is spoiled for good:
// the client refuses to send it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/model/result.hpp"

namespace uplift::http {

// True when no byte is below 0x21, 0x7F or above: what may stand in a request line or a header.
bool is_plain(std::string_view text);

// A piece of a URL or a header name that stands in our source: never data. Checked when it is compiled.
class Literal {
 public:
    consteval Literal(const char* text) : text_(text) {
        for (const char letter : text_)
            if (letter < 0x21 || letter > 0x7E || letter == '#' || letter == '"')
                throw "a literal of a URL has a letter that it must not have";
    }
    [[nodiscard]] std::string_view text() const { return text_; }

 private:
    std::string_view text_;
};

// https://graph.microsoft.com/v1.0: where a service lives.
class BaseUrl {
 public:
    // Fault config_bad_value at `where`: not https, credentials in it, a query, blanks.
    static Result<BaseUrl> parse(std::string_view text, std::string where);

    [[nodiscard]] const std::string& host() const { return host_; }  // lower case, no brackets
    [[nodiscard]] const std::string& port() const { return port_; }  // digits, 443 where none was given
    [[nodiscard]] const std::string& path() const { return path_; }  // without a slash at its end
    [[nodiscard]] std::string authority() const;                     // for Host
    [[nodiscard]] std::string text() const;                          // https://host[:port]/path
    bool operator==(const BaseUrl&) const = default;

 private:
    std::string host_, port_, path_;
};

class Target {
 public:
    // Starts at the base's own path.
    explicit Target(const BaseUrl& base) : text_(base.path()) {}

    Target& path(Literal words);              // /users, /members/$ref
    Target& segment(std::string_view value);  // one segment of data, percent-encoded; "." and ".." spoil it
    Target& id(std::string_view guid);        // one segment; spoils the target where it is no GUID
    Target& query(Literal name, std::string_view value);
    Target& query(Literal name_and_value);  // $count=true

    // The path and query of an absolute link that a service handed us, unchanged. Nothing where it leads to
    // another scheme, host, port or out of the base's path.
    static std::optional<Target> from_link(const BaseUrl& base, std::string_view link);

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool well_formed() const { return !spoiled_ && text_.starts_with('/') && is_plain(text_); }

 private:
    std::string text_;
    bool spoiled_ = false;
    bool has_query_ = false;
};

}  // namespace uplift::http
