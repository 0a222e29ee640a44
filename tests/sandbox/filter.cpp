#include "tests/sandbox/filter.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr int deepest_nesting = 32;

struct Token {
    enum class Type { word, text, open, close, comma, colon, end } type = Type::end;
    std::string text;
};

class Lexer {
 public:
    explicit Lexer(std::string_view text) : text_(text) { advance(); }

    const Token& current() const { return current_; }
    Token take() {
        Token taken = std::move(current_);
        advance();
        return taken;
    }
    bool at_word(std::string_view word) const {
        return current_.type == Token::Type::word && same_ignoring_case(current_.text, word);
    }

 private:
    void advance() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        if (at_ == text_.size()) {
            current_ = {Token::Type::end, ""};
        } else if (text_[at_] == '\'') {
            read_text();
        } else if (const auto mark = std::string_view("(),:").find(text_[at_]);
                   mark != std::string_view::npos) {
            constexpr Token::Type types[] = {
                Token::Type::open, Token::Type::close, Token::Type::comma, Token::Type::colon};
            current_ = {types[mark], std::string(1, text_[at_++])};
        } else {
            read_word();
        }
    }

    void read_text() {
        std::string value;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] != '\'') {
                value.push_back(text_[at_]);
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
                value.push_back('\'');
                ++at_;
            } else {
                ++at_;
                current_ = {Token::Type::text, std::move(value)};
                return;
            }
        }
        throw FilterError("There is an unterminated string literal at position " +
                          std::to_string(text_.size()) + " in '" + std::string(text_) + "'.");
    }

    // A time such as 2026-11-23T10:00:00Z has colons of its own: they belong to the word when digits surround
    // them.
    void read_word() {
        const auto from = at_;
        while (at_ < text_.size() && std::string_view(" '(),").find(text_[at_]) == std::string_view::npos) {
            if (text_[at_] == ':') {
                const bool in_time = at_ > from && text_[at_ - 1] >= '0' && text_[at_ - 1] <= '9' &&
                                     text_[from] >= '0' && text_[from] <= '9';
                if (!in_time) break;
            }
            ++at_;
        }
        current_ = {Token::Type::word, std::string(text_.substr(from, at_ - from))};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Token current_;
};

class Parser {
 public:
    explicit Parser(std::string_view text) : text_(text), lexer_(text) {}

    Filter whole() {
        Filter filter = either(0);
        if (lexer_.current().type != Token::Type::end) throw syntax();
        return filter;
    }

 private:
    FilterError syntax() const {
        return FilterError("Invalid filter clause: Syntax error: character '" + lexer_.current().text +
                           "' is not valid in '" + std::string(text_) + "'.");
    }

    void expect(Token::Type type) {
        if (lexer_.current().type != type) throw syntax();
        lexer_.take();
    }

    Filter either(int depth) { return chain("or", FilterKind::either, depth, &Parser::both); }
    Filter both(int depth) { return chain("and", FilterKind::both, depth, &Parser::negation); }

    Filter chain(std::string_view word, FilterKind kind, int depth, Filter (Parser::*next)(int)) {
        Filter first = (this->*next)(depth);
        if (!lexer_.at_word(word)) return first;
        Filter all;
        all.kind = kind;
        all.children.push_back(std::move(first));
        while (lexer_.at_word(word)) {
            lexer_.take();
            all.children.push_back((this->*next)(depth));
        }
        return all;
    }

    Filter negation(int depth) {
        if (depth > deepest_nesting) throw FilterError("The filter is nested too deeply.");
        if (!lexer_.at_word("not")) return primary(depth);
        lexer_.take();
        Filter result;
        result.kind = FilterKind::negation;
        result.children.push_back(negation(depth + 1));
        return result;
    }

    Filter primary(int depth) {
        if (lexer_.current().type == Token::Type::open) {
            lexer_.take();
            Filter inner = either(depth + 1);
            expect(Token::Type::close);
            return inner;
        }
        for (const auto& [name, function] : {std::pair{"startswith", TextFunction::starts_with},
                                             std::pair{"endswith", TextFunction::ends_with},
                                             std::pair{"contains", TextFunction::contains}})
            if (lexer_.at_word(name)) return text_function(function);
        if (lexer_.current().type != Token::Type::word) throw syntax();
        const std::string path = lexer_.take().text;
        if (path.ends_with("/any")) return any(path.substr(0, path.size() - 4), depth);
        return comparison(path);
    }

    Filter text_function(TextFunction function) {
        lexer_.take();
        Filter filter;
        filter.kind = FilterKind::function;
        filter.function = function;
        expect(Token::Type::open);
        if (lexer_.current().type != Token::Type::word) throw syntax();
        filter.property = lexer_.take().text;
        expect(Token::Type::comma);
        if (lexer_.current().type != Token::Type::text) throw syntax();
        filter.literals.push_back(literal());
        expect(Token::Type::close);
        return filter;
    }

    Filter any(std::string collection, int depth) {
        expect(Token::Type::open);
        if (lexer_.current().type != Token::Type::word) throw syntax();
        const std::string variable = lexer_.take().text;
        expect(Token::Type::colon);
        Filter condition = either(depth + 1);
        expect(Token::Type::close);
        bind(condition, variable, collection);
        Filter filter;
        filter.kind = FilterKind::any;
        filter.property = std::move(collection);
        filter.children.push_back(std::move(condition));
        return filter;
    }

    // Inside any(p:…) every path has to start with p: the element itself, or a member of it.
    void bind(Filter& filter, const std::string& variable, const std::string& collection) {
        for (auto& child : filter.children) bind(child, variable, collection);
        if (filter.property.empty()) return;
        if (filter.property == variable) {
            filter.member.clear();
        } else if (filter.property.starts_with(variable + "/")) {
            filter.member = filter.property.substr(variable.size() + 1);
        } else {
            throw FilterError("Could not find a property named '" + filter.property + "' in the lambda of '" +
                              collection + "'.");
        }
        filter.property = collection;
    }

    Filter comparison(const std::string& path) {
        Filter filter;
        filter.property = path;
        if (lexer_.at_word("in")) {
            lexer_.take();
            filter.kind = FilterKind::one_of;
            expect(Token::Type::open);
            filter.literals.push_back(literal());
            while (lexer_.current().type == Token::Type::comma) {
                lexer_.take();
                filter.literals.push_back(literal());
            }
            expect(Token::Type::close);
            return filter;
        }
        filter.comparison = comparison_word();
        filter.literals.push_back(literal());
        return filter;
    }

    Comparison comparison_word() {
        for (const auto& [name, comparison] : {std::pair{"eq", Comparison::eq},
                                               std::pair{"ne", Comparison::ne},
                                               std::pair{"gt", Comparison::gt},
                                               std::pair{"ge", Comparison::ge},
                                               std::pair{"lt", Comparison::lt},
                                               std::pair{"le", Comparison::le}})
            if (lexer_.at_word(name)) {
                lexer_.take();
                return comparison;
            }
        throw syntax();
    }

    Literal literal() {
        const Token token = lexer_.current();
        if (token.type != Token::Type::text && token.type != Token::Type::word) throw syntax();
        lexer_.take();
        if (token.type == Token::Type::text) return {Literal::Type::text, token.text};
        if (token.text == "null") return {Literal::Type::null, ""};
        if (token.text == "true" || token.text == "false") return {Literal::Type::boolean, token.text};
        const char first = token.text.front();
        const bool number_like = (first >= '0' && first <= '9') || first == '-';
        if (!number_like && !is_guid(token.text))
            throw FilterError("Invalid filter clause: Could not find a property named '" + token.text + "'.");
        return {Literal::Type::bare, token.text};
    }

    std::string_view text_;
    Lexer lexer_;
};

// Entra compares text without regard to case, but for the immutable id.
std::string folded(const std::string& property, std::string_view text) {
    return property == "onPremisesImmutableId" ? std::string(text) : lower(text);
}

bool compares(const Filter& filter, const json& value, Comparison comparison, const Literal& literal) {
    if (comparison == Comparison::ne) return !compares(filter, value, Comparison::eq, literal);
    if (literal.type == Literal::Type::null) return comparison == Comparison::eq && value.is_null();
    if (literal.type == Literal::Type::boolean)
        return comparison == Comparison::eq && value.is_boolean() &&
               value.get<bool>() == (literal.text == "true");
    if (!value.is_string()) return false;
    const int order = folded(filter.property, value.get_ref<const std::string&>())
                          .compare(folded(filter.property, literal.text));
    switch (comparison) {
        case Comparison::eq:
            return order == 0;
        case Comparison::gt:
            return order > 0;
        case Comparison::ge:
            return order >= 0;
        case Comparison::lt:
            return order < 0;
        default:
            return order <= 0;
    }
}

bool holds(const Filter& filter, const json& value) {
    switch (filter.kind) {
        case FilterKind::comparison:
            return compares(filter, value, filter.comparison, filter.literals.front());
        case FilterKind::one_of:
            return std::any_of(filter.literals.begin(), filter.literals.end(), [&](const Literal& literal) {
                return compares(filter, value, Comparison::eq, literal);
            });
        default: {
            if (!value.is_string()) return false;
            const std::string text = folded(filter.property, value.get_ref<const std::string&>());
            const std::string part = folded(filter.property, filter.literals.front().text);
            if (filter.function == TextFunction::starts_with) return text.starts_with(part);
            if (filter.function == TextFunction::ends_with) return text.ends_with(part);
            return text.find(part) != std::string::npos;
        }
    }
}

// `element` is set inside any(…): there the paths mean the element or a member of it.
bool matches_at(const Filter& filter, const PropertyReader& read, const json* element) {
    const auto child_matches = [&](const Filter& child) { return matches_at(child, read, element); };
    switch (filter.kind) {
        case FilterKind::both:
            return std::all_of(filter.children.begin(), filter.children.end(), child_matches);
        case FilterKind::either:
            return std::any_of(filter.children.begin(), filter.children.end(), child_matches);
        case FilterKind::negation:
            return !child_matches(filter.children.front());
        case FilterKind::any: {
            const json values = read(filter.property);
            return std::any_of(values.begin(), values.end(), [&](const json& each) {
                return matches_at(filter.children.front(), read, &each);
            });
        }
        default:
            break;
    }
    if (element == nullptr) return holds(filter, read(filter.property));
    if (filter.member.empty()) return holds(filter, *element);
    return element->is_object() && holds(filter, element->value(filter.member, json()));
}

}  // namespace

Filter parse_filter(std::string_view text) { return Parser(text).whole(); }

bool matches(const Filter& filter, const PropertyReader& read) { return matches_at(filter, read, nullptr); }

}  // namespace uplift::sandbox
