#include "config/tree.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "core/text/show.hpp"

namespace uplift::config {
namespace {

class Converter {
 public:
    Converter(std::string file, unsigned order) : file_(std::move(file)), order_(order) {}

    Place place(const toml::source_region& source) const {
        return {.file = file_, .line = source.begin.line, .column = source.begin.column, .order = order_};
    }

    // toml++ bounds the depth of a document (256), and so this recursion.
    Node node(const toml::node& from) const {
        Node made{.place = place(from.source()), .value = {}};
        from.visit([&](const auto& value) { fill(made, value); });
        return made;
    }

 private:
    void fill(Node& made, const toml::value<bool>& value) const { made.value = value.get(); }
    void fill(Node& made, const toml::value<std::int64_t>& value) const { made.value = value.get(); }
    void fill(Node& made, const toml::value<double>& value) const { made.value = value.get(); }
    void fill(Node& made, const toml::value<std::string>& value) const { made.value = value.get(); }
    void fill(Node&, const toml::value<toml::date>&) const {}
    void fill(Node&, const toml::value<toml::time>&) const {}
    void fill(Node&, const toml::value<toml::date_time>&) const {}
    void fill(Node& made, const toml::array& array) const {
        std::vector<Node> items;
        for (const auto& item : array) items.push_back(node(item));
        made.value = std::move(items);
    }
    void fill(Node& made, const toml::table& table) const {
        Table filled;
        filled.kind = table.is_inline() ? Table::Kind::inlined : Table::Kind::headed;
        for (const auto& [key, value] : table)
            filled.entries.push_back(
                {.key = std::string(key.str()), .place = place(key.source()), .node = node(value)});
        made.value = std::move(filled);
    }

    std::string file_;
    unsigned order_;
};

// What toml++ says of a document. It shows keys and single characters, and a number that is too long: that
// one may be a secret without its quotation marks.
std::string description(const toml::parse_error& error) {
    if (error.description().find("is not representable") != std::string_view::npos)
        return "a number is too large, or a text lacks its quotation marks";
    return text::shown(error.description());
}

}  // namespace

std::string to_string(const Place& place) {
    if (place.line == 0) return place.file;
    return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

bool stands_before(const Place& a, const Place& b) {
    return std::tie(a.order, a.line, a.column) < std::tie(b.order, b.line, b.column);
}

const Entry* Table::find(std::string_view key) const {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

std::string_view Node::type_name() const {
    constexpr std::string_view names[] = {
        "a date or time", "true or false", "a whole number", "a number", "a text", "a list", "a table"};
    return names[value.index()];
}

std::string to_toml(const Node& node) {
    const auto list = [](const auto& things, const auto& text_of) {
        std::string out;
        for (const auto& thing : things) out += (out.empty() ? "" : ", ") + text_of(thing);
        return out;
    };
    return std::visit(
        [&]<class Value>(const Value& value) -> std::string {
            if constexpr (std::is_same_v<Value, std::monostate>) {
                return "?";
            } else if constexpr (std::is_same_v<Value, bool>) {
                return value ? "true" : "false";
            } else if constexpr (std::is_same_v<Value, std::int64_t>) {
                return std::to_string(value);
            } else if constexpr (std::is_same_v<Value, double>) {
                std::string number(32, '\0');
                const auto end = std::to_chars(number.data(), number.data() + number.size(), value).ptr;
                number.resize(static_cast<std::size_t>(end - number.data()));
                return number;
            } else if constexpr (std::is_same_v<Value, std::string>) {
                return text::quoted(value);
            } else if constexpr (std::is_same_v<Value, std::vector<Node>>) {
                const auto items = list(value, [](const Node& item) { return to_toml(item); });
                return items.empty() ? "[]" : "[ " + items + " ]";
            } else {
                const auto entries = list(value.entries, [](const Entry& entry) {
                    return entry.key + " = " + to_toml(entry.node);
                });
                return entries.empty() ? "{}" : "{ " + entries + " }";
            }
        },
        node.value);
}

Result<Node> parse_toml(std::string_view text, const std::string& file, unsigned order) {
    const Converter converter(file, order);
    try {
        const toml::table document = toml::parse(text);
        Node root = converter.node(document);
        root.place = {.file = file, .line = 1, .column = 1, .order = order};
        return root;
    } catch (const toml::parse_error& error) {
        return Fault{FaultCode::config_syntax,
                     to_string(converter.place(error.source())),
                     "not valid TOML: " + description(error),
                     "Mend this place; the rest of the file is looked at after that."};
    }
}

void lay_over(Node& base, Node later) {
    auto* below = std::get_if<Table>(&base.value);
    auto* above = std::get_if<Table>(&later.value);
    const bool joined = below != nullptr && above != nullptr && above->kind == Table::Kind::headed;
    if (!joined) {
        base = std::move(later);
        return;
    }
    below->kind = Table::Kind::headed;
    for (auto& entry : above->entries) {
        const auto found = std::find_if(
            below->entries.begin(), below->entries.end(), [&](const Entry& e) { return e.key == entry.key; });
        if (found == below->entries.end()) {
            below->entries.push_back(std::move(entry));
        } else {
            if (!std::holds_alternative<Table>(entry.node.value)) found->place = entry.place;
            lay_over(found->node, std::move(entry.node));
        }
    }
}

}  // namespace uplift::config
