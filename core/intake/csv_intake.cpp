#include "core/intake/csv_intake.hpp"

#include <algorithm>
#include <utility>

#include "core/intake/cells.hpp"
#include "core/intake/columns.hpp"
#include "core/intake/decoder.hpp"
#include "core/intake/records.hpp"
#include "core/intake/seen.hpp"
#include "core/text/csv.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::intake {

class CsvIntake::Reading : public RecordSink {
 public:
    Reading(std::string_view shown_name, const Profile& profile, CsvLimits limits)
        : name_(text::shown(shown_name)),
          profile_(profile),
          limits_(limits),
          choices_(profile),
          records_(*this, limits.max_line) {}

    void feed(std::string_view bytes) {
        if (ended_) return;
        text_.clear();
        const auto no_text = decoder_.feed(bytes, text_);
        records_.feed(text_);
        if (no_text) refuse(*no_text);
    }

    void finish() {
        if (ended_) return;
        text_.clear();
        const auto no_text = decoder_.finish(text_);
        records_.feed(text_);
        if (no_text) {
            refuse(*no_text);
            return;
        }
        records_.finish();
        ended_ = true;
        if (rows_read_ == 0 && !records_.stopped() && broken_records_ == 0)
            add_fault({FaultCode::csv_empty,
                       place({records_.line(), 1}),
                       columns_.empty() ? "the file is empty" : "the file has a header and no rows",
                       std::string(entry_of(FaultCode::csv_empty).cure)});
    }

    void on_record(const Record& record) override {
        if (columns_.empty())
            read_header(record);
        else
            read_row(record);
    }

    void on_fault(FaultCode code, Place at, std::string what, std::string cure) override {
        ++broken_records_;
        add_fault({code, place(at), std::move(what), std::move(cure)});
    }

    std::vector<IntakeRow> rows;
    std::int64_t rows_read_ = 0;
    std::vector<std::string> carried;
    std::vector<Fault> faults;
    std::int64_t fault_count = 0;

 private:
    [[nodiscard]] std::string place(Place at) const {
        return name_ + ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
    }

    void add_fault(Fault fault) {
        ++fault_count;
        rows.clear();
        if (faults.size() < limits_.max_faults) faults.push_back(std::move(fault));
    }

    void add_fault(Fault fault, Place at) {
        fault.where = place(at);
        add_fault(std::move(fault));
    }

    void refuse(const NoText& why) {
        ended_ = true;
        add_fault({FaultCode::csv_encoding, place({records_.line(), 1}), why.what, why.cure});
    }

    void read_header(const Record& record) {
        std::vector<std::string> names;
        bool any_identity = false;
        for (std::size_t i = 0; i < record.fields.size(); ++i) {
            if (i == limits_.max_columns) {
                add_fault({FaultCode::csv_too_long,
                           place(record.place_of_field(i)),
                           "the header has more than " + std::to_string(limits_.max_columns) + " columns",
                           "Remove columns that are not needed."});
                break;
            }
            const std::string name(text::trim(text::unneutralised(record.fields[i])));
            auto column = name.size() > limits_.max_cell ? too_long(ColumnKind::faulty)
                                                         : read_column(name, names, profile_);
            if (!column.fault && column.kind == ColumnKind::carried)
                if (auto fault = unseen_fault(ColumnKind::carried, name, Strictness::value))
                    column = {ColumnKind::faulty, std::move(fault)};
            if (column.fault) add_fault(std::move(*column.fault), record.place_of_field(i));
            if (identity_of(column.kind)) any_identity = true;
            if (column.kind == ColumnKind::carried) carried.push_back(name);
            columns_.push_back(column.kind);
            names.push_back(name);
        }
        column_count_ = record.fields.size();
        names_people_ = any_identity;
        if (!any_identity) {
            const auto& entry = entry_of(FaultCode::csv_no_identity);
            add_fault(
                {entry.code, place({record.line, 1}), std::string(entry.title), std::string(entry.cure)});
        }
        // The order in which a row's identities are asked.
        for (const auto kind : all_identity_kinds)
            for (std::size_t i = 0; i < columns_.size(); ++i)
                if (identity_of(columns_[i]) == kind) identity_columns_.push_back(i);
    }

    static Column too_long(ColumnKind kind) { return {kind, cell_too_long(0)}; }

    static Fault cell_too_long(std::size_t max) {
        return {FaultCode::csv_too_long,
                {},
                max == 0 ? "the name of a column is too long"
                         : "the field is longer than " + std::to_string(max) + " bytes",
                "Shorten it."};
    }

    void read_row(const Record& record) {
        ++rows_read_;
        if (record.fields.size() != column_count_) {
            wrong_field_count(record);
            return;
        }
        const auto faults_before = fault_count;
        IntakeRow row;
        row.row = rows_read_;
        bool names_somebody = false;
        for (const auto i : identity_columns_) names_somebody |= read_identity_cell(record, i, row);
        if (names_people_ && !names_somebody)
            add_fault({FaultCode::csv_no_identity_in_row,
                       place({record.line, 1}),
                       "the row names nobody",
                       std::string(entry_of(FaultCode::csv_no_identity_in_row).cure)});
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i] == ColumnKind::carried)
                read_carried_cell(record, i, row);
            else if (columns_[i] > ColumnKind::distinguishedName && columns_[i] < ColumnKind::carried)
                read_override_cell(record, i, row.overrides);
        }
        if (fault_count == faults_before && fault_count == 0) rows.push_back(std::move(row));
    }

    void wrong_field_count(const Record& record) {
        const auto fields = record.fields.size();
        const bool more = fields > column_count_;
        std::string cure = more ? "Put fields that contain the separator in quotation marks."
                                : "Add the missing separators, or mend the line.";
        if (more &&
            std::find(columns_.begin(), columns_.end(), ColumnKind::distinguishedName) != columns_.end())
            cure = "Put distinguished names, and whatever else contains the separator, in quotation marks.";
        add_fault({FaultCode::csv_field_count,
                   place(record.place_of_field(std::min(fields, column_count_))),
                   "the line has " + std::to_string(fields) + (fields == 1 ? " field" : " fields") +
                       ", the header " + std::to_string(column_count_),
                   std::move(cure)});
    }

    // The value of a cell, or nothing after a fault of its length or letters.
    std::optional<std::string_view> cell(const Record& record, std::size_t index, Strictness strictness) {
        const auto raw = record.fields[index];
        if (raw.size() > limits_.max_cell) {
            add_fault(cell_too_long(limits_.max_cell), record.place_of_field(index));
            return std::nullopt;
        }
        const auto value = strictness == Strictness::carried ? raw : text::trim(raw);
        if (auto fault = unseen_fault(columns_[index], value, strictness)) {
            add_fault(std::move(*fault), record.place_of_field(index));
            return std::nullopt;
        }
        return text::unneutralised(value);
    }

    // True when the cell is not empty, be it right or wrong.
    bool read_identity_cell(const Record& record, std::size_t index, IntakeRow& row) {
        const auto value = cell(record, index, Strictness::value);
        if (!value) return true;
        if (value->empty()) return false;
        const auto kind = *identity_of(columns_[index]);
        auto identity = read_identity(kind, *value);
        if (!identity) {
            add_fault(identity.error(), record.place_of_field(index));
            return true;
        }
        row.given.push_back(Identity{kind, std::move(*identity)});
        if (const auto first = seen_.add(identity_key(row.given.back()), record.line))
            add_fault({FaultCode::csv_duplicate_person,
                       {},
                       std::string(word(kind)) + " " + text::quoted(*value) + " stands in line " +
                           std::to_string(*first) + " already",
                       std::string(entry_of(FaultCode::csv_duplicate_person).cure)},
                      record.place_of_field(index));
        return true;
    }

    void read_carried_cell(const Record& record, std::size_t index, IntakeRow& row) {
        if (const auto value = cell(record, index, Strictness::carried)) row.carried.emplace_back(*value);
    }

    template <class T>
    void keep(const Record& record, std::size_t index, Result<T> read, std::optional<T>& into) {
        if (read)
            into = std::move(*read);
        else
            add_fault(std::move(read.error()), record.place_of_field(index));
    }

    void read_override_cell(const Record& record, std::size_t index, Overrides& overrides) {
        const auto value = cell(record, index, Strictness::value);
        if (!value || value->empty()) return;
        const bool none = *value == "-";
        using List = std::vector<std::string>;
        switch (columns_[index]) {
            case ColumnKind::domain:
                keep(record, index, choices_.domain(*value), overrides.domain);
                break;
            case ColumnKind::upn:
                keep(record, index, choices_.upn(*value), overrides.upn);
                break;
            case ColumnKind::usageLocation:
                keep(record,
                     index,
                     none ? Result<std::string>(std::string()) : read_country(*value),
                     overrides.usage_location);
                break;
            case ColumnKind::licenses:
                keep(record,
                     index,
                     none ? Result<List>(List{}) : choices_.licenses(*value),
                     overrides.licenses);
                break;
            case ColumnKind::groups:
                keep(record, index, none ? Result<List>(List{}) : choices_.groups(*value), overrides.groups);
                break;
            case ColumnKind::aliases:
                keep(
                    record, index, none ? Result<List>(List{}) : choices_.aliases(*value), overrides.aliases);
                break;
            case ColumnKind::litigationHold:
                keep(record,
                     index,
                     none ? Result<bool>(false) : read_truth(columns_[index], *value),
                     overrides.litigation_hold);
                break;
            case ColumnKind::archive:
                keep(record,
                     index,
                     none ? Result<bool>(false) : read_truth(columns_[index], *value),
                     overrides.archive);
                break;
            default:
                break;
        }
    }

    std::string name_;
    Profile profile_;
    CsvLimits limits_;
    Choices choices_;
    Decoder decoder_;
    RecordReader records_;
    std::string text_;  // of the piece just fed
    std::vector<ColumnKind> columns_;
    std::size_t column_count_ = 0;
    bool names_people_ = false;
    std::vector<std::size_t> identity_columns_;
    Seen seen_;
    std::int64_t broken_records_ = 0;
    bool ended_ = false;
};

CsvIntake::CsvIntake(std::string_view shown_name, const Profile& profile, CsvLimits limits)
    : reading_(std::make_unique<Reading>(shown_name, profile, limits)) {}
CsvIntake::~CsvIntake() = default;
CsvIntake::CsvIntake(CsvIntake&&) noexcept = default;
CsvIntake& CsvIntake::operator=(CsvIntake&&) noexcept = default;

void CsvIntake::feed(std::span<const char> bytes) { reading_->feed({bytes.data(), bytes.size()}); }
void CsvIntake::finish() { reading_->finish(); }
std::vector<IntakeRow> CsvIntake::take_rows() { return std::exchange(reading_->rows, {}); }
std::int64_t CsvIntake::row_count() const { return reading_->rows_read_; }
const std::vector<std::string>& CsvIntake::carried_columns() const { return reading_->carried; }
const std::vector<Fault>& CsvIntake::faults() const { return reading_->faults; }
std::int64_t CsvIntake::fault_count() const { return reading_->fault_count; }

std::string error_file(std::span<const Fault> faults, std::int64_t fault_count) {
    std::string out;
    for (const auto& fault : faults) out += to_line(fault) + '\n';
    if (fault_count > static_cast<std::int64_t>(faults.size()))
        out += std::to_string(fault_count) + " faults in all; the first " + std::to_string(faults.size()) +
               " are listed.\n";
    return out;
}

}  // namespace uplift::intake
