#include "core/intake/records.hpp"

#include <csv.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <utility>

#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::intake {
namespace {

constexpr std::string_view separators = ",;\t";
constexpr std::string_view save_as = "Save it as CSV UTF-8 (in PowerShell: Export-Csv -Encoding UTF8).";

// libcsv may grow its buffer a little at a time; one step holds any record.
constexpr std::size_t growth = 4'096;

csv_parser* new_parser() {
    auto* parser = new csv_parser;
    if (csv_init(parser, CSV_STRICT) != 0) throw std::bad_alloc{};
    csv_set_blk_size(parser, growth);
    return parser;
}

void free_parser(csv_parser* parser) {
    csv_free(parser);
    delete parser;
}

// Bytes that mean something in any state.
constexpr auto is_special = [] {
    std::array<bool, 256> table{};
    for (const char c : {'"', '\r', '\n', '\0', ',', ';', '\t'}) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

// CRLF is one end, as is CR or LF alone.
std::int64_t count_line_ends(std::string_view text) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) ++count;
    return count;
}

// What libcsv's callbacks fill. They are called through C and must not throw: both are large enough before.
struct Fields {
    std::string& values;
    std::vector<std::size_t>& ends;
};

void on_field(void* bytes, std::size_t size, void* data) noexcept {
    auto& fields = *static_cast<Fields*>(data);
    fields.values.append(static_cast<const char*>(bytes), size);
    fields.ends.push_back(fields.values.size());
}

void on_row(int, void*) noexcept {}

}  // namespace

Place Record::place_of_offset(std::size_t offset) const {
    const auto before = raw.substr(0, std::min(offset, raw.size()));
    const auto line_end = before.find_last_of("\r\n");
    const auto in_line = line_end == std::string_view::npos ? before : before.substr(line_end + 1);
    return {line + count_line_ends(before), static_cast<std::int64_t>(text::count_code_points(in_line)) + 1};
}

Place Record::place_of_field(std::size_t index) const {
    std::size_t at = 0;
    bool inside = false;
    for (; at < raw.size() && index > 0; ++at) {
        if (raw[at] == '"') inside = !inside;
        if (raw[at] == separator && !inside) --index;
    }
    while (at < raw.size() && raw[at] == ' ') ++at;
    return place_of_offset(at);
}

RecordReader::RecordReader(RecordSink& sink, std::size_t max_record)
    : sink_(sink), max_record_(max_record), parser_(new_parser(), &free_parser) {
    values_.reserve(max_record + 1);
    ends_.reserve(max_record + 1);
}

RecordReader::~RecordReader() = default;

bool RecordReader::separates(char c) const {
    return separator_ == '\0' ? separators.find(c) != std::string_view::npos : c == separator_;
}

// Behind the bytes from `at` on that mean nothing in this state.
std::size_t RecordReader::skip_ordinary(std::string_view text, std::size_t at) {
    if (state_ == State::maybe_closed || state_ == State::closed) return at;
    if (state_ == State::plain && only_blanks_) {
        while (at < text.size() && text[at] == ' ') ++at;
        if (at == text.size()) return at;
        if (!is_special[static_cast<unsigned char>(text[at])]) only_blanks_ = false;
    }
    while (at < text.size() && !is_special[static_cast<unsigned char>(text[at])]) ++at;
    return at;
}

void RecordReader::feed(std::string_view text) {
    std::size_t start = 0;  // of the part of the record that is in `text`
    std::size_t at = 0;
    const auto raw = [&] {
        if (held_.empty()) return text.substr(start, at - start);
        held_ += text.substr(start, at - start);
        start = at;
        return std::string_view(held_);
    };
    while (at < text.size() && state_ != State::stopped) {
        if (std::exchange(after_cr_, false) && text[at] == '\n') {
            start = ++at;
            continue;
        }
        at = skip_ordinary(text, at);
        if (state_ == State::skipping) {
            start = at;
        } else if (held_.size() + (at - start) > max_record_) {
            // What comes is the same in whatever pieces the text arrives: a byte is looked at only after
            // this.
            if (state_ == State::quoted)
                never_closed(raw());
            else
                too_long(raw());
            start = at;
            continue;
        }
        if (at == text.size()) break;
        const char c = text[at];
        if (c == '\0') {
            binary(raw());
            return;
        }
        const bool line_end = c == '\n' || c == '\r';
        switch (state_) {
            case State::quoted:
                if (c == '"') state_ = State::maybe_closed;
                ++at;
                break;
            case State::maybe_closed:
                state_ = c == '"' ? State::quoted : State::closed;
                if (c == '"') ++at;
                break;
            case State::closed:
                if (c == ' ' || (c == '\t' && !separates(c))) {
                    ++at;
                    break;
                }
                if (!separates(c) && !line_end) {
                    misplaced(raw());
                    start = at;
                    break;
                }
                state_ = State::plain;
                break;
            case State::plain:
                if (line_end) {
                    take(raw());
                    after_cr_ = c == '\r';
                    start = ++at;
                } else if (separates(c)) {
                    only_blanks_ = true;
                    ++at;
                } else if (c == '"' && only_blanks_) {
                    state_ = State::quoted;
                    opened_at_ = held_.size() + (at - start);
                    ++at;
                } else if (c == '"') {
                    misplaced(raw());
                    start = at;
                } else {
                    if (c != '\t') only_blanks_ = false;
                    ++at;
                }
                break;
            case State::skipping:
                start = ++at;
                if (line_end) {
                    after_cr_ = c == '\r';
                    ++line_;
                    begin_record();
                }
                break;
            case State::stopped:
                break;
        }
    }
    if (state_ != State::stopped) held_ += text.substr(start);
}

void RecordReader::finish() {
    // What is left over after a mark that is never closed may hold another one; each time it gets shorter.
    while (state_ == State::quoted) never_closed(std::string(held_));
    if (state_ == State::stopped || state_ == State::skipping || held_.empty()) return;
    if (held_.size() > max_record_)
        too_long(held_);
    else
        take(std::string(held_));
}

void RecordReader::begin_record() {
    state_ = State::plain;
    only_blanks_ = true;
    held_.clear();
}

// From here on the line in which `offset` stands is passed over.
void RecordReader::leave_line_of(std::string_view raw, std::size_t offset) {
    line_ += count_line_ends(raw.substr(0, offset));
    held_.clear();
    state_ = header_done_ ? State::skipping : State::stopped;
}

void RecordReader::report(
    FaultCode code, std::string_view raw, std::size_t offset, std::string what, std::string cure) {
    const Record record{raw, line_, separator_, {}};
    sink_.on_fault(code, record.place_of_offset(offset), std::move(what), std::move(cure));
}

void RecordReader::misplaced(std::string_view raw) {
    const bool behind = state_ == State::closed;
    report(FaultCode::csv_quote,
           raw,
           raw.size(),
           behind ? "something stands behind the closing quotation mark of a field"
                  : "a quotation mark stands inside of a field that does not start with one",
           "Put the whole field in quotation marks and double those inside it.");
    leave_line_of(raw, raw.size());
}

void RecordReader::too_long(std::string_view raw) {
    report(FaultCode::csv_too_long,
           raw,
           0,
           "the line is longer than " + std::to_string(max_record_) + " bytes",
           "Shorten it, or check that the lines of the file end with CRLF or LF.");
    leave_line_of(raw, raw.size());
}

void RecordReader::never_closed(std::string_view raw) {
    report(FaultCode::csv_quote,
           raw,
           opened_at_,
           "the quotation mark that opens this field is never closed",
           "Close it, and double the quotation marks inside of the field.");
    const auto line_end = raw.find_first_of("\r\n", opened_at_);
    const std::string rest(line_end == std::string_view::npos ? std::string_view{} : raw.substr(line_end));
    leave_line_of(raw, opened_at_);
    feed(rest);
}

void RecordReader::binary(std::string_view raw) {
    report(FaultCode::csv_encoding,
           raw,
           raw.size(),
           "the file holds NUL bytes: it is binary, or UTF-16 without its byte order mark",
           std::string(save_as));
    state_ = State::stopped;
}

void RecordReader::take(std::string_view raw) {
    const std::int64_t ends = count_line_ends(raw);
    const bool blank = raw.find_first_not_of(' ') == std::string_view::npos;
    if (!blank && !(separator_ == '\0' && taken_as_preamble(raw)) && split(raw)) {
        header_done_ = true;
        sink_.on_record(Record{raw, line_, separator_, fields_});
    }
    line_ += ends + 1;
    if (state_ != State::stopped) begin_record();
}

// The line that Excel or Export-Csv puts before the header; else the separator of the header is chosen.
bool RecordReader::taken_as_preamble(std::string_view raw) {
    if (raw.starts_with("#TYPE ")) return true;
    if (raw.size() == 5 && text::same_ignoring_case(raw.substr(0, 4), "sep=") && separates(raw[4])) {
        separator_ = raw[4];
        return true;
    }
    std::array<std::size_t, separators.size()> counts{};
    bool inside = false;
    for (const char c : raw) {
        if (c == '"') inside = !inside;
        const auto which = separators.find(c);
        if (!inside && which != std::string_view::npos) ++counts[which];
    }
    const auto most = std::max_element(counts.begin(), counts.end()) - counts.begin();
    separator_ = separators[static_cast<std::size_t>(most)];
    return false;
}

// Fills fields_. False after a fault.
bool RecordReader::split(std::string_view raw) {
    const auto broken = [&] {
        if (!header_done_) state_ = State::stopped;
        return false;
    };
    if (const auto invalid = text::first_invalid_utf8(raw)) {
        report(FaultCode::csv_encoding,
               raw,
               *invalid,
               "the byte " + text::quoted(raw.substr(*invalid, 1)) + " is not UTF-8",
               std::string(save_as));
        return broken();
    }
    values_.clear();
    ends_.clear();
    Fields fields{values_, ends_};
    csv_set_delim(parser_.get(), static_cast<unsigned char>(separator_));
    const auto parsed = csv_parse(parser_.get(), raw.data(), raw.size(), &on_field, &on_row, &fields);
    if (parsed != raw.size() || csv_parse(parser_.get(), "\n", 1, &on_field, &on_row, &fields) != 1) {
        // Only a header can get here, when its separator turned out to be another one than its quotes
        // suggest.
        parser_.reset(new_parser());
        report(FaultCode::csv_quote,
               raw,
               parsed,
               "a quotation mark is out of place",
               "Put the whole field in quotation marks and double those inside it.");
        return broken();
    }
    fields_.clear();
    std::size_t start = 0;
    for (const auto end : ends_) {
        fields_.push_back(std::string_view(values_).substr(start, end - start));
        start = end;
    }
    return true;
}

}  // namespace uplift::intake
