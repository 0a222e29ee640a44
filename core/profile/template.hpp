// Template: what a profile writes for a property, with the person's AD attributes in braces.
//
// Pure. {a} is the first value of attribute a; {a|b} of the first of both that has one; filters follow the
// attributes and work from left to right: lower upper ascii ascii(de) local_part first(N) trim. {domain} is
// the domain of the new account, {{ and }} are braces. A template in which any pair of braces yields nothing
// has no value at all: "@contoso.com" is never half a name. ascii folds letters with marks to plain ones,
// ascii(de) writes ä as ae; what has no plain form is dropped. first(N) keeps N Unicode code points.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/model/person.hpp"
#include "core/model/result.hpp"

namespace uplift::profile {

class Template {
 public:
    // Fault template_syntax; its `where` is "character N", counted from 1.
    static Result<Template> parse(std::string_view text);

    [[nodiscard]] std::optional<std::string> evaluate(const Attributes& attributes,
                                                      std::string_view domain) const;
    // The AD attributes that it names, each once, in order; without {domain}.
    [[nodiscard]] const std::vector<std::string>& attributes() const { return attributes_; }

 private:
    enum class FilterKind : std::uint8_t { lower, upper, ascii, ascii_de, local_part, first, trim };
    struct Filter {
        FilterKind kind{};
        std::size_t count = 0;  // of first(N)
    };
    struct Placeholder {
        std::vector<std::string> names;  // "domain" is the special one
        std::vector<Filter> filters;
    };
    using Piece = std::variant<std::string, Placeholder>;  // text as it stands, or a pair of braces

    static std::optional<Filter> parse_filter(std::string_view word);
    static Result<Placeholder> parse_placeholder(std::string_view inner, std::size_t at);
    static std::string apply(const Filter& filter, std::string value);

    std::vector<Piece> pieces_;
    std::vector<std::string> attributes_;
};

}  // namespace uplift::profile
