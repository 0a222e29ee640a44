#include "core/text/csv.hpp"

#include "core/text/utf8.hpp"

namespace uplift::text {
namespace {

constexpr std::string_view starts_formula = "=+-@\t\r";

// Whether a spreadsheet may take what stands from here on for a formula. Leading ' count as blanks: a value
// that looks neutralised already gets one more, so that taking one away gives it back.
bool may_run(std::string_view rest) {
    const auto first = rest.find_first_not_of(" '");
    return first != std::string_view::npos && starts_formula.find(rest[first]) != std::string_view::npos;
}

std::string neutralised(std::string_view value) {
    std::string out;
    out.reserve(value.size() + 2);
    for (std::size_t at = 0; at < value.size();) {
        if ((at == 0 || value[at - 1] == '\n' || value[at - 1] == '\r') && may_run(value.substr(at)))
            out += '\'';
        const auto point = code_point_at(value, at);
        const bool control = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0);
        const bool layout = point.value == '\t' || point.value == '\r' || point.value == '\n';
        if (!point.valid || (control && !layout))
            out += "\xEF\xBF\xBD";
        else
            out += value.substr(at, point.length);
        at += point.length;
    }
    return out;
}

}  // namespace

void append_csv_word(std::string& out, std::string_view word) {
    const bool outer_blank = !word.empty() && (word.front() == ' ' || word.back() == ' ');
    // All three separators that we read: the file stays readable whichever one a reader guesses.
    if (!outer_blank && word.find_first_of(",;\t\"\r\n") == std::string_view::npos) {
        out += word;
        return;
    }
    out += '"';
    for (const char c : word) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_csv_cell(std::string& out, std::string_view value) { append_csv_word(out, neutralised(value)); }

std::string csv_cell(std::string_view value) {
    std::string out;
    append_csv_cell(out, value);
    return out;
}

std::string_view unneutralised(std::string_view value) {
    if (!value.empty() && value.front() == '\'' && may_run(value)) value.remove_prefix(1);
    return value;
}

}  // namespace uplift::text
