// A CSV of people made into rows of a job, or into the list of all its faults.
//
// Pure: bytes are fed in pieces, complete rows are taken away in between, the file never stands in memory.
// What the file itself shows to be wrong is a fault here; whether a person exists is found out later. A file
// is taken whole or not at all: as soon as there is a fault, no more rows are handed out, and who stored rows
// before throws them away. Lines end with CRLF, LF or a lone CR. Codes 1101 to 1116.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/job.hpp"
#include "core/model/profile.hpp"
#include "core/model/result.hpp"

namespace uplift::intake {

struct CsvLimits {
    std::size_t max_cell = 4'096;   // bytes of UTF-8
    std::size_t max_line = 65'536;  // the same; a record whose quoted fields span lines counts as one line
    std::size_t max_columns = 256;
    std::size_t max_faults = 1'000;  // kept; all are counted
};

class CsvIntake {
 public:
    // `shown_name` stands in every fault's place: december.csv:14:3.
    CsvIntake(std::string_view shown_name, const Profile& profile, CsvLimits limits = {});
    ~CsvIntake();
    CsvIntake(CsvIntake&&) noexcept;
    CsvIntake& operator=(CsvIntake&&) noexcept;

    void feed(std::span<const char> bytes);
    // No more bytes. Only after this are the faults complete.
    void finish();

    // The rows that are complete since the last call, in the order of the file. Empty once there is a fault.
    [[nodiscard]] std::vector<IntakeRow> take_rows();
    // Rows read so far, with those taken away already.
    [[nodiscard]] std::int64_t row_count() const;
    // Headers of the # columns, with the #; known once the header is read.
    [[nodiscard]] const std::vector<std::string>& carried_columns() const;

    // In the order of the file, at most max_faults; fault_count() counts them all.
    [[nodiscard]] const std::vector<Fault>& faults() const;
    [[nodiscard]] std::int64_t fault_count() const;

 private:
    class Reading;
    std::unique_ptr<Reading> reading_;
};

// FILE.error.txt: a line for every fault, and their number when there are more than are listed.
std::string error_file(std::span<const Fault> faults, std::int64_t fault_count);

}  // namespace uplift::intake
