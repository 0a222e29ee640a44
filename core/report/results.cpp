#include "core/report/results.hpp"

#include <algorithm>
#include <array>

#include "core/json/json.hpp"
#include "core/text/csv.hpp"
#include "core/text/utf8.hpp"

namespace uplift::report {
namespace {

// A column each, in the order in which they stand in a walk.
constexpr auto every_step = [] {
    std::array<StepKind, step_kind_count> kinds{};
    for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = static_cast<StepKind>(i);
    return kinds;
}();

constexpr std::string_view given_column = "#given";
constexpr std::string_view schema = "uplift.result/1";

// Cells of one line, one behind the other.
class Line {
 public:
    Line(std::string& out, CsvStyle style) : out_(out), style_(style) {}

    Line& cell(std::string_view value) {
        separate();
        text::append_csv_cell(out_, value);
        return *this;
    }
    // A word that Uplift reads again: never neutralised.
    Line& word(std::string_view value) {
        separate();
        text::append_csv_word(out_, value);
        return *this;
    }
    void end() { out_ += style_ == CsvStyle::excel ? "\r\n" : "\n"; }

 private:
    void separate() {
        if (!first_) out_ += ',';
        first_ = false;
    }
    std::string& out_;
    CsvStyle style_;
    bool first_ = true;
};

void begin_file(std::string& out, CsvStyle style) {
    if (style == CsvStyle::excel) out += "\xEF\xBB\xBF";
}

// The state of a step; one that was not touched yet is pending while the person is under way.
std::optional<std::string_view> state_of(const EnrollmentDetail& detail, StepKind kind) {
    for (const auto& step : detail.steps)
        if (step.kind == kind) return word(step.state);
    // Which delayed tasks there will be is known when they begin.
    if (ended(detail.enrollment.state) || is_delayed_task(kind)) return std::nullopt;
    return word(StepState::pending);
}

std::string_view given_of(const Enrollment& enrollment) {
    return enrollment.given.empty() ? std::string_view{} : std::string_view(enrollment.given.front().value);
}

std::optional<std::string> guid_of(const Enrollment& enrollment) {
    if (!enrollment.person) return std::nullopt;
    return to_string(enrollment.person->object_guid);
}

std::optional<std::string> upn_of(const Enrollment& enrollment) {
    if (!enrollment.plan) return std::nullopt;
    return enrollment.plan->user_principal_name;
}

std::optional<std::string> id_of(const Enrollment& enrollment) {
    if (!enrollment.made) return std::nullopt;
    return enrollment.made->id.value;
}

std::optional<std::string> ended_at(const Enrollment& enrollment) {
    if (!enrollment.ended_at) return std::nullopt;
    return to_rfc3339(*enrollment.ended_at);
}

std::string_view carried_of(const Enrollment& enrollment, std::size_t index) {
    return index < enrollment.carried.size() ? std::string_view(enrollment.carried[index])
                                             : std::string_view{};
}

// How a row of a file says what was overridden: nothing for the profile's value, - for none.
using OverrideText = std::optional<std::string> (*)(const Overrides&);

std::optional<std::string> list_text(const std::optional<std::vector<std::string>>& list) {
    if (!list) return std::nullopt;
    if (list->empty()) return "-";
    std::string text;
    for (const auto& entry : *list) {
        if (!text.empty()) text += ';';
        text += entry;
    }
    return text;
}

std::optional<std::string> truth_text(const std::optional<bool>& truth) {
    if (!truth) return std::nullopt;
    return *truth ? "true" : "false";
}

struct OverrideColumn {
    std::string_view name;
    OverrideText text;
};
constexpr std::array<OverrideColumn, 8> override_columns{{
    {"domain", [](const Overrides& o) { return o.domain; }},
    {"upn", [](const Overrides& o) { return o.upn; }},
    {"usageLocation",
     [](const Overrides& o) {
         return o.usage_location && o.usage_location->empty() ? std::optional<std::string>("-")
                                                              : o.usage_location;
     }},
    {"licenses", [](const Overrides& o) { return list_text(o.licenses); }},
    {"groups", [](const Overrides& o) { return list_text(o.groups); }},
    {"aliases", [](const Overrides& o) { return list_text(o.aliases); }},
    {"litigationHold", [](const Overrides& o) { return truth_text(o.litigation_hold); }},
    {"archive", [](const Overrides& o) { return truth_text(o.archive); }},
}};

json::Value or_null(std::optional<std::string> text) {
    return text ? json::Value(std::move(*text)) : json::Value();
}

}  // namespace

const Fault* fault_of(const EnrollmentDetail& detail) {
    for (const auto state : {StepState::failed,
                             StepState::skipped,
                             StepState::cancelled,
                             StepState::waiting,
                             StepState::running})
        for (const auto& step : detail.steps)
            if (step.state == state && step.fault) return &*step.fault;
    return nullptr;
}

ResultsCsv::ResultsCsv(const Job& job, CsvStyle style)
    : carried_columns_(job.carried_columns), style_(style) {}

void ResultsCsv::header(std::string& out) const {
    begin_file(out, style_);
    Line line(out, style_);
    for (const auto name :
         {"row", "given", "objectGUID", "userPrincipalName", "id", "state", "code", "error", "cure"})
        line.word(name);
    for (const auto kind : every_step) line.word(word(kind));
    line.word("accepted_at").word("ended_at");
    for (const auto& name : carried_columns_) line.word(name);
    line.end();
}

void ResultsCsv::row(std::string& out, const EnrollmentDetail& detail) const {
    const auto& enrollment = detail.enrollment;
    const Fault* fault = fault_of(detail);
    Line line(out, style_);
    line.cell(std::to_string(enrollment.row)).cell(given_of(enrollment));
    line.cell(guid_of(enrollment).value_or("")).cell(upn_of(enrollment).value_or(""));
    line.cell(id_of(enrollment).value_or("")).cell(word(enrollment.state));
    line.cell(fault == nullptr ? "" : to_string(fault->code));
    line.cell(fault == nullptr ? "" : fault->what).cell(fault == nullptr ? "" : fault->cure);
    for (const auto kind : every_step) line.cell(state_of(detail, kind).value_or(""));
    line.cell(to_rfc3339(enrollment.accepted_at)).cell(ended_at(enrollment).value_or(""));
    for (std::size_t i = 0; i < carried_columns_.size(); ++i) line.cell(carried_of(enrollment, i));
    line.end();
}

RetryCsv::RetryCsv(const Job& job, CsvStyle style) : style_(style) {
    const auto& allowed = job.profile.allow.columns;
    for (const auto& column : override_columns) {
        const auto same = [&](const std::string& name) {
            return text::same_ignoring_case(name, column.name);
        };
        if (std::any_of(allowed.begin(), allowed.end(), same)) override_columns_.push_back(column.name);
    }
    for (std::size_t i = 0; i < job.carried_columns.size(); ++i) {
        carried_columns_.push_back(job.carried_columns[i]);
        if (text::same_ignoring_case(job.carried_columns[i], given_column)) carried_given_ = i;
    }
}

void RetryCsv::header(std::string& out) const {
    begin_file(out, style_);
    Line line(out, style_);
    line.word("objectGUID").word(given_column);
    line.word("userPrincipalName").word("sAMAccountName").word("distinguishedName");
    for (const auto name : override_columns_) line.word(name);
    for (std::size_t i = 0; i < carried_columns_.size(); ++i)
        if (i != carried_given_) line.word(carried_columns_[i]);
    line.end();
}

bool RetryCsv::row(std::string& out, const EnrollmentDetail& detail) const {
    const auto& enrollment = detail.enrollment;
    if (enrollment.state != EnrollmentState::failed) return false;
    const auto guid = guid_of(enrollment);
    const auto given_as = [&](IdentityKind kind) -> std::string_view {
        if (guid) return {};
        for (const auto& identity : enrollment.given)
            if (identity.kind == kind) return identity.value;
        return {};
    };
    Line line(out, style_);
    line.cell(guid ? *guid : std::string(given_as(IdentityKind::objectGUID)));
    line.cell(carried_given_ ? carried_of(enrollment, *carried_given_) : given_of(enrollment));
    line.cell(given_as(IdentityKind::userPrincipalName)).cell(given_as(IdentityKind::sAMAccountName));
    line.cell(given_as(IdentityKind::distinguishedName));
    for (const auto& column : override_columns) {
        if (std::find(override_columns_.begin(), override_columns_.end(), column.name) ==
            override_columns_.end())
            continue;
        const auto value = column.text(enrollment.overrides);
        if (value == "-")
            line.word("-");
        else
            line.cell(value.value_or(""));
    }
    for (std::size_t i = 0; i < carried_columns_.size(); ++i)
        if (i != carried_given_) line.cell(carried_of(enrollment, i));
    line.end();
    return true;
}

ResultsJson::ResultsJson(const Job& job) : job_(job.id), carried_columns_(job.carried_columns) {}

void ResultsJson::row(std::string& out, const EnrollmentDetail& detail) const {
    const auto& enrollment = detail.enrollment;
    const Fault* fault = fault_of(detail);
    auto given = json::Value::object();
    for (const auto& identity : enrollment.given) given.set(std::string(word(identity.kind)), identity.value);
    auto steps = json::Value::object();
    for (const auto kind : every_step) {
        const auto state = state_of(detail, kind);
        steps.set(std::string(word(kind)), state ? json::Value(*state) : json::Value());
    }
    auto carried = json::Value::object();
    for (std::size_t i = 0; i < carried_columns_.size(); ++i)
        carried.set(carried_columns_[i], carried_of(enrollment, i));
    const auto line = json::Value::object({
        {"schema", schema},
        {"job", to_string(job_)},
        {"row", enrollment.row},
        {"given", std::move(given)},
        {"object_guid", or_null(guid_of(enrollment))},
        {"user_principal_name", or_null(upn_of(enrollment))},
        {"id", or_null(id_of(enrollment))},
        {"state", word(enrollment.state)},
        {"code", fault == nullptr ? json::Value() : json::Value(to_string(fault->code))},
        {"error", fault == nullptr ? json::Value() : json::Value(fault->what)},
        {"cure", fault == nullptr ? json::Value() : json::Value(fault->cure)},
        {"steps", std::move(steps)},
        {"accepted_at", to_rfc3339(enrollment.accepted_at)},
        {"ended_at", or_null(ended_at(enrollment))},
        {"carried", std::move(carried)},
    });
    json::append(out, line);
    out += '\n';
}

}  // namespace uplift::report
