// $filter: the OData expression as a tree. Pure; knows no resource.
//
// or < and < not < (comparison | in | startsWith/endsWith/contains | any | parentheses).
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace uplift::sandbox {

enum class FilterKind { both, either, negation, comparison, one_of, function, any };
enum class Comparison { eq, ne, gt, ge, lt, le };
enum class TextFunction { starts_with, ends_with, contains };

struct Literal {
    enum class Type { text, bare, boolean, null } type = Type::text;
    std::string text;  // without quotes; `true`, `false` for booleans; a GUID, number or time when bare
};

struct Filter {
    FilterKind kind = FilterKind::comparison;
    std::string property;  // of `any`: the collection
    std::string member;    // of `any` with l/skuId: skuId
    Comparison comparison = Comparison::eq;
    TextFunction function = TextFunction::starts_with;
    std::vector<Literal> literals;
    std::vector<Filter> children;
};

// Says what is wrong, in the service's style.
class FilterError : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

Filter parse_filter(std::string_view text);

// The property's value as JSON; null when it has none.
using PropertyReader = std::function<nlohmann::json(const std::string& property)>;
bool matches(const Filter& filter, const PropertyReader& read);

}  // namespace uplift::sandbox
