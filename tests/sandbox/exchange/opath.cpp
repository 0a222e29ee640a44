#include "tests/sandbox/exchange/opath.hpp"

#include <algorithm>
#include <ctime>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;

struct Word {
    enum class Type { bare, quoted, open, close, end } type = Type::end;
    std::string text;
};

constexpr std::size_t deepest = 64;

struct OperatorRow {
    std::string_view word;
    OpathOperator op;
};
constexpr OperatorRow operators[] = {
    {"-eq", OpathOperator::eq},
    {"-ne", OpathOperator::ne},
    {"-gt", OpathOperator::gt},
    {"-ge", OpathOperator::ge},
    {"-lt", OpathOperator::lt},
    {"-le", OpathOperator::le},
    {"-like", OpathOperator::like},
};

class OpathParser {
 public:
    OpathParser(std::string_view text, std::span<const std::string_view> properties)
        : text_(text), properties_(properties) {
        advance();
    }

    Opath whole() {
        Opath filter = either();
        if (word_.type != Word::Type::end) throw OpathError("unexpected token \"" + word_.text + "\"");
        return filter;
    }

 private:
    void advance() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
        if (at_ >= text_.size()) {
            word_ = {};
            return;
        }
        const char c = text_[at_];
        if (c == '(' || c == ')') {
            word_ = {c == '(' ? Word::Type::open : Word::Type::close, std::string(1, c)};
            ++at_;
            return;
        }
        if (c == '\'' || c == '"') return quoted(c);
        const auto from = at_;
        while (at_ < text_.size() &&
               std::string_view(" \t\n()'\"").find(text_[at_]) == std::string_view::npos)
            ++at_;
        word_ = {Word::Type::bare, std::string(text_.substr(from, at_ - from))};
    }

    void quoted(char quote) {
        std::string value;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] != quote) {
                value.push_back(text_[at_]);
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
                value.push_back(quote);  // doubled: the quote itself
                ++at_;
            } else {
                ++at_;
                word_ = {Word::Type::quoted, std::move(value)};
                return;
            }
        }
        throw OpathError("the string is missing its closing quote");
    }

    bool take(std::string_view bare) {
        if (word_.type != Word::Type::bare || !same_ignoring_case(word_.text, bare)) return false;
        advance();
        return true;
    }

    Opath joined(OpathKind kind, std::string_view word, Opath (OpathParser::*part)()) {
        Opath first = (this->*part)();
        if (word_.type != Word::Type::bare || !same_ignoring_case(word_.text, word)) return first;
        Opath all;
        all.kind = kind;
        all.children.push_back(std::move(first));
        while (take(word)) all.children.push_back((this->*part)());
        return all;
    }

    Opath either() { return joined(OpathKind::either, "-or", &OpathParser::both); }
    Opath both() { return joined(OpathKind::both, "-and", &OpathParser::single); }

    Opath single() {
        if (++depth_ > deepest) throw OpathError("too deep");
        Opath filter;
        if (take("-not")) {
            filter.kind = OpathKind::negation;
            filter.children.push_back(single());
        } else if (word_.type == Word::Type::open) {
            advance();
            filter = either();
            if (word_.type != Word::Type::close) throw OpathError("a closing parenthesis is missing");
            advance();
        } else {
            filter = comparison();
        }
        --depth_;
        return filter;
    }

    Opath comparison() {
        if (word_.type != Word::Type::bare) throw OpathError("a property name is needed");
        Opath filter;
        const auto known = std::find_if(properties_.begin(), properties_.end(), [&](std::string_view name) {
            return same_ignoring_case(name, word_.text);
        });
        if (known == properties_.end())
            throw OpathError("\"" + word_.text + "\" is not a recognized filterable property");
        filter.property = std::string(*known);
        advance();
        const auto row = std::find_if(std::begin(operators), std::end(operators), [&](const auto& candidate) {
            return word_.type == Word::Type::bare && same_ignoring_case(candidate.word, word_.text);
        });
        if (row == std::end(operators)) throw OpathError("\"" + word_.text + "\" is not an operator");
        filter.op = row->op;
        advance();
        if (word_.type != Word::Type::bare && word_.type != Word::Type::quoted)
            throw OpathError("a value is needed");
        filter.value = word_.text;
        advance();
        return filter;
    }

    std::string_view text_;
    std::span<const std::string_view> properties_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    Word word_;
};

bool like(std::string_view pattern, std::string_view text) {
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) return same_ignoring_case(pattern, text);
    const auto head = pattern.substr(0, star);
    if (text.size() < head.size() || !same_ignoring_case(head, text.substr(0, head.size()))) return false;
    for (std::size_t from = head.size(); from <= text.size(); ++from)
        if (like(pattern.substr(star + 1), text.substr(from))) return true;
    return false;
}

bool in_order(OpathOperator op, std::int64_t own, std::int64_t wanted) {
    switch (op) {
        case OpathOperator::eq:
        case OpathOperator::like:
            return own == wanted;
        case OpathOperator::ne:
            return own != wanted;
        case OpathOperator::gt:
            return own > wanted;
        case OpathOperator::ge:
            return own >= wanted;
        case OpathOperator::lt:
            return own < wanted;
        case OpathOperator::le:
            return own <= wanted;
    }
    return false;
}

bool same_text(const Opath& filter, const std::string& own) {
    return filter.op == OpathOperator::like ? like(filter.value, own) : same_ignoring_case(filter.value, own);
}

bool compare(const Opath& filter, const json& own) {
    if (own.is_number_integer()) {
        const auto date = parse_us_date(filter.value);
        if (!date) throw OpathError("\"" + filter.value + "\" is not a valid date");
        return in_order(filter.op, own.get<std::int64_t>(), unix_seconds(*date));
    }
    bool same = false;
    if (own.is_boolean()) {
        same = same_ignoring_case(filter.value, own.get<bool>() ? "$true" : "$false");
    } else if (own.is_null()) {
        same = same_ignoring_case(filter.value, "$null");
    } else if (own.is_array()) {
        same = std::any_of(own.begin(), own.end(), [&](const json& one) {
            return same_text(filter, one.get_ref<const std::string&>());
        });
    } else {
        same = same_text(filter, own.get_ref<const std::string&>());
    }
    return filter.op == OpathOperator::ne ? !same : same;
}

}  // namespace

Opath parse_opath(std::string_view text, std::span<const std::string_view> properties) {
    if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
    return OpathParser(text, properties).whole();
}

bool matches(const Opath& filter, const OpathReader& read) {
    const auto fits = [&](const Opath& child) { return matches(child, read); };
    switch (filter.kind) {
        case OpathKind::both:
            return std::all_of(filter.children.begin(), filter.children.end(), fits);
        case OpathKind::either:
            return std::any_of(filter.children.begin(), filter.children.end(), fits);
        case OpathKind::negation:
            return !fits(filter.children.front());
        case OpathKind::comparison:
            break;
    }
    return compare(filter, read(filter.property));
}

std::optional<TimePoint> parse_us_date(std::string_view text) {
    if (auto iso = parse_utc(text)) return iso;
    const std::string copy(text);
    for (const char* format : {"%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"}) {
        std::tm parts{};
        const char* end = strptime(copy.c_str(), format, &parts);
        if (end != nullptr && *end == '\0') return Clock::from_time_t(timegm(&parts));
    }
    return std::nullopt;
}

std::optional<std::vector<std::string>> only_equals(const Opath& filter, std::string_view property) {
    if (filter.kind == OpathKind::comparison) {
        if (filter.op != OpathOperator::eq || filter.property != property) return std::nullopt;
        return std::vector<std::string>{filter.value};
    }
    if (filter.kind != OpathKind::either) return std::nullopt;
    std::vector<std::string> values;
    for (const auto& child : filter.children) {
        auto some = only_equals(child, property);
        if (!some) return std::nullopt;
        values.insert(values.end(), some->begin(), some->end());
    }
    return values;
}

}  // namespace uplift::sandbox::exchange
