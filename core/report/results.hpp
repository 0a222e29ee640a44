// What became of a job, person by person: results.csv, retry.csv and the same as JSON lines.
//
// Pure. Each writer appends to a text that the caller takes away as it likes, so that a million rows never
// stand in memory; whoever makes a file of it sees to its name and its fsync. Rows come in the order of the
// file. CSV is RFC 4180 with BOM and CRLF, as Excel and Windows PowerShell 5.1 need it, or plain (UTF-8, LF);
// cells are neutralised against spreadsheet formulas. Columns are only ever appended: scripts rely on them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/job.hpp"

namespace uplift::report {

enum class CsvStyle : std::uint8_t { excel, plain };

// row, given, objectGUID, userPrincipalName (of the account), id, state, code, error, cure, a column for each
// step, accepted_at, ended_at, then the file's own # columns. A step that was never reached has no state.
class ResultsCsv {
 public:
    explicit ResultsCsv(const Job& job, CsvStyle style = CsvStyle::excel);
    void header(std::string& out) const;
    void row(std::string& out, const EnrollmentDetail& detail) const;

 private:
    std::vector<std::string> carried_columns_;
    CsvStyle style_;
};

// The people who failed, ready to be dropped again: objectGUID, #given, then userPrincipalName,
// sAMAccountName and distinguishedName (filled only where nobody was found, so that the row still names whom
// it was given), the override columns that the profile allows, and the file's own # columns.
class RetryCsv {
 public:
    explicit RetryCsv(const Job& job, CsvStyle style = CsvStyle::excel);
    void header(std::string& out) const;
    // False, and nothing appended, for a person who did not fail.
    bool row(std::string& out, const EnrollmentDetail& detail) const;

 private:
    std::vector<std::string_view> override_columns_;
    std::vector<std::string> carried_columns_;
    std::optional<std::size_t> carried_given_;  // the job was a retry itself: its #given is the first one
    CsvStyle style_;
};

// One object a line: schema, job, row, given {kind: value}, object_guid, user_principal_name, id, state,
// code, error, cure, steps {kind: state}, accepted_at, ended_at, carried {#column: value}. What is not known
// is null.
class ResultsJson {
 public:
    explicit ResultsJson(const Job& job);
    void row(std::string& out, const EnrollmentDetail& detail) const;

 private:
    JobId job_;
    std::vector<std::string> carried_columns_;
};

// The fault that says why the person stands where they stand: of the failed step, else of the one that was
// skipped, cancelled or waits. None for a person who is done with all steps.
const Fault* fault_of(const EnrollmentDetail& detail);

}  // namespace uplift::report
