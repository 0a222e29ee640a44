// CSV text cut into records and fields (RFC 4180), each with its place in the file.
//
// Pure. libcsv takes the fields apart, strictly. In front of it stands a scan that finds where records end
// and where a quotation mark is out of place, so that reading goes on with the next line and every such fault
// is found, wherever the text was cut into pieces. A record is held whole (64 KiB at most), never the file.
// Lines end with CRLF, LF or a lone CR (Excel for Mac of old); blank lines are passed over. The separator is
// the one that the first line has most of; a line `sep=;` (Excel) or `#TYPE …` (Export-Csv) before the header
// is taken for what it is.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/fault_code.hpp"

struct csv_parser;

namespace uplift::intake {

// Counted from 1; the column in characters.
struct Place {
    std::int64_t line = 1;
    std::int64_t column = 1;
    bool operator==(const Place&) const = default;
};

struct Record {
    std::string_view raw;  // as it stands in the file, without its line end
    std::int64_t line = 1;
    char separator = ',';
    std::span<const std::string_view> fields;  // unquoted; live until the next record

    [[nodiscard]] Place place_of_offset(std::size_t offset) const;
    // Where the field's first letter or quotation mark stands; past the last field: the end of the record.
    [[nodiscard]] Place place_of_field(std::size_t index) const;
};

class RecordSink {
 public:
    virtual ~RecordSink() = default;
    virtual void on_record(const Record& record) = 0;
    virtual void on_fault(FaultCode code, Place place, std::string what, std::string cure) = 0;
};

class RecordReader {
 public:
    RecordReader(RecordSink& sink, std::size_t max_record);
    ~RecordReader();
    RecordReader(const RecordReader&) = delete;
    RecordReader& operator=(const RecordReader&) = delete;

    // UTF-8 as the decoder gives it, in pieces of any size.
    void feed(std::string_view text);
    void finish();
    // The line that is read.
    [[nodiscard]] std::int64_t line() const { return line_; }
    // Binary content, or a header that cannot be read: nothing after it is taken.
    [[nodiscard]] bool stopped() const { return state_ == State::stopped; }

 private:
    enum class State : std::uint8_t {
        plain,         // outside of quotation marks
        quoted,        // inside
        maybe_closed,  // behind one that may be the first of two
        closed,        // behind the closing one
        skipping,      // behind a fault, up to the end of the line
        stopped
    };

    [[nodiscard]] bool separates(char c) const;
    std::size_t skip_ordinary(std::string_view text, std::size_t at);
    void leave_line_of(std::string_view raw, std::size_t offset);
    void begin_record();
    void take(std::string_view raw);
    bool taken_as_preamble(std::string_view raw);
    bool split(std::string_view raw);
    void misplaced(std::string_view raw);
    void too_long(std::string_view raw);
    void never_closed(std::string_view raw);
    void binary(std::string_view raw);
    void report(FaultCode code, std::string_view raw, std::size_t offset, std::string what, std::string cure);

    RecordSink& sink_;
    std::size_t max_record_;
    State state_ = State::plain;
    bool only_blanks_ = true;    // so far in this field
    bool after_cr_ = false;      // a LF that comes next belongs to it
    bool header_done_ = false;   // before it, no fault can be passed over
    std::size_t opened_at_ = 0;  // offset in the record of the last opening quotation mark
    std::int64_t line_ = 1;      // where the record starts; while skipping: the line that is skipped
    std::string held_;           // the part of the record that came with earlier pieces
    char separator_ = '\0';      // not known yet
    std::unique_ptr<csv_parser, void (*)(csv_parser*)> parser_;
    std::string values_;             // of the fields, one behind the other
    std::vector<std::size_t> ends_;  // of each field in values_
    std::vector<std::string_view> fields_;
};

}  // namespace uplift::intake
