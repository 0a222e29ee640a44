#include "core/report/results.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/json/json.hpp"

namespace uplift::report {
namespace {

constexpr std::string_view mark = "\xEF\xBB\xBF";

Job a_job() {
    Job job;
    job.id = JobId{17};
    job.profile.name = ProfileName{"staff"};
    job.profile.allow.columns = {"LICENSES", "archive", "usageLocation"};
    job.carried_columns = {"#ticket"};
    return job;
}

// Jane, as she was given and not yet looked at.
EnrollmentDetail jane() {
    EnrollmentDetail detail;
    auto& enrollment = detail.enrollment;
    enrollment.row = 42;
    enrollment.given = {{IdentityKind::sAMAccountName, "CORP\\jdoe"},
                        {IdentityKind::distinguishedName, "CN=Doe\\, Jane,DC=corp"}};
    enrollment.carried = {"INC-1"};
    enrollment.accepted_at = *parse_rfc3339("2026-12-01T06:00:00Z");
    return detail;
}

void add_step(EnrollmentDetail& detail, StepKind kind, StepState state, std::optional<Fault> fault = {}) {
    Step step;
    step.kind = kind;
    step.state = state;
    step.fault = std::move(fault);
    detail.steps.push_back(std::move(step));
}

EnrollmentDetail jane_done() {
    auto detail = jane();
    auto& enrollment = detail.enrollment;
    enrollment.state = EnrollmentState::done;
    enrollment.person = ResolvedPerson{
        *parse_guid("068692c4-5f55-4775-bfd1-a5e20a2b6282"), "", "jdoe@corp.local", "jdoe", ""};
    enrollment.plan.emplace();
    enrollment.plan->user_principal_name = "jdoe@contoso.com";
    enrollment.made = MadeAccount{ObjectId{"11111111-2222-3333-4444-555555555555"}, {}, {}, {}};
    enrollment.ended_at = *parse_rfc3339("2026-12-01T06:01:00Z");
    for (const auto kind : walk_order) add_step(detail, kind, StepState::done);
    return detail;
}

EnrollmentDetail jane_failed(Fault fault) {
    auto detail = jane();
    detail.enrollment.state = EnrollmentState::failed;
    detail.enrollment.person =
        ResolvedPerson{*parse_guid("068692c4-5f55-4775-bfd1-a5e20a2b6282"), "", "", "", ""};
    detail.enrollment.ended_at = *parse_rfc3339("2026-12-01T06:01:00Z");
    add_step(detail, StepKind::resolve, StepState::done);
    add_step(detail, StepKind::account, StepState::failed, std::move(fault));
    return detail;
}

Fault upn_taken() {
    return {FaultCode::upn_taken,
            "row 42",
            "jdoe@contoso.com belongs to \"Jim\"",
            "Choose another upn, or rename."};
}

std::string results_row(const EnrollmentDetail& detail) {
    std::string out;
    ResultsCsv(a_job(), CsvStyle::plain).row(out, detail);
    return out;
}

std::string retry_row(const EnrollmentDetail& detail, const Job& job = a_job()) {
    std::string out;
    RetryCsv(job, CsvStyle::plain).row(out, detail);
    return out;
}

TEST(ResultsCsv, HeaderNamesTheColumnsInTheirFixedOrder) {
    std::string out;
    ResultsCsv(a_job()).header(out);

    EXPECT_EQ(
        out,
        std::string(mark) +
            "row,given,objectGUID,userPrincipalName,id,state,code,error,cure,resolve,account,license,groups,"
            "manager,alias,litigation_hold,archive,distribution_groups,"
            "accepted_at,ended_at,#ticket\r\n");
}

TEST(ResultsCsv, PlainHasNoMarkAndUnixLineEnds) {
    std::string out;
    ResultsCsv(a_job(), CsvStyle::plain).header(out);

    EXPECT_TRUE(out.starts_with("row,"));
    EXPECT_TRUE(out.ends_with("#ticket\n"));
    EXPECT_EQ(out.find('\r'), std::string::npos);
}

TEST(ResultsCsv, PersonWhoIsDoneHasIdsAndStatesAndNoFault) {
    EXPECT_EQ(results_row(jane_done()),
              "42,CORP\\jdoe,068692c4-5f55-4775-bfd1-a5e20a2b6282,jdoe@contoso.com,"
              "11111111-2222-3333-4444-555555555555,done,,,,done,done,done,done,done,,,,,"
              "2026-12-01T06:00:00Z,2026-12-01T06:01:00Z,INC-1\n");
}

TEST(ResultsCsv, PersonWhoFailedHasCodeErrorAndCureAndNoStateForStepsNeverReached) {
    EXPECT_EQ(
        results_row(jane_failed(upn_taken())),
        "42,CORP\\jdoe,068692c4-5f55-4775-bfd1-a5e20a2b6282,,,failed,UPL-1308,"
        "\"jdoe@contoso.com belongs to \"\"Jim\"\"\",\"Choose another upn, or rename.\",done,failed,,,,,,,,"
        "2026-12-01T06:00:00Z,2026-12-01T06:01:00Z,INC-1\n");
}

TEST(ResultsCsv, PersonUnderWayHasPendingSteps) {
    auto detail = jane();
    detail.enrollment.state = EnrollmentState::waiting;
    add_step(detail, StepKind::resolve, StepState::waiting);

    EXPECT_EQ(results_row(detail),
              "42,CORP\\jdoe,,,,waiting,,,,waiting,pending,pending,pending,pending,,,,,2026-12-01T06:00:00Z,,"
              "INC-1\n");
}

TEST(ResultsCsv, TroubleOfAStepThatWentWellInTheEndIsNoFault) {
    auto detail = jane_done();
    detail.steps[1].fault = upn_taken();

    EXPECT_EQ(fault_of(detail), nullptr);
}

TEST(ResultsCsv, FailureIsToldBeforeWhatWasSkipped) {
    auto detail = jane_failed(upn_taken());
    detail.steps[0].state = StepState::skipped;
    detail.steps[0].fault = Fault{FaultCode::person_disabled, "", "disabled", "Enable."};

    ASSERT_NE(fault_of(detail), nullptr);
    EXPECT_EQ(fault_of(detail)->code, FaultCode::upn_taken);
}

TEST(ResultsCsv, AC19FormulasAreNeutralisedInEveryCell) {
    auto detail = jane_failed({FaultCode::upn_taken, "", "=1+1", "@SUM(A1)"});
    detail.enrollment.given[0].value = "-svc";
    detail.enrollment.carried = {"=HYPERLINK(\"http://evil\")"};

    const auto row = results_row(detail);

    EXPECT_TRUE(row.starts_with("42,'-svc,")) << row;
    EXPECT_NE(row.find(",'=1+1,'@SUM(A1),"), std::string::npos) << row;
    EXPECT_NE(row.find("\"'=HYPERLINK(\"\"http://evil\"\")\""), std::string::npos) << row;
}

TEST(RetryCsv, HeaderHasTheOverrideColumnsThatTheProfileAllows) {
    std::string out;
    RetryCsv(a_job()).header(out);

    EXPECT_EQ(out,
              std::string(mark) +
                  "objectGUID,#given,userPrincipalName,sAMAccountName,distinguishedName,usageLocation,"
                  "licenses,archive,"
                  "#ticket\r\n");
}

TEST(RetryCsv, OnlyWhoFailedIsInIt) {
    std::string out;

    EXPECT_FALSE(RetryCsv(a_job()).row(out, jane_done()));
    EXPECT_EQ(out, "");
}

TEST(RetryCsv, WhoWasFoundIsNamedByObjectGuidAlone) {
    EXPECT_EQ(retry_row(jane_failed(upn_taken())),
              "068692c4-5f55-4775-bfd1-a5e20a2b6282,CORP\\jdoe,,,,,,,INC-1\n");
}

TEST(RetryCsv, WhoWasNotFoundIsNamedAsGiven) {
    auto detail = jane_failed({FaultCode::person_not_found, "", "nobody", "Correct it."});
    detail.enrollment.person.reset();

    EXPECT_EQ(retry_row(detail), ",CORP\\jdoe,,CORP\\jdoe,\"CN=Doe\\, Jane,DC=corp\",,,,INC-1\n");
}

TEST(RetryCsv, OverridesAreKept) {
    auto detail = jane_failed(upn_taken());
    detail.enrollment.overrides.licenses = {"SPE_E3", "SPE_E5"};
    detail.enrollment.overrides.archive = false;
    detail.enrollment.overrides.usage_location = "DE";

    EXPECT_EQ(retry_row(detail),
              "068692c4-5f55-4775-bfd1-a5e20a2b6282,CORP\\jdoe,,,,DE,\"SPE_E3;SPE_E5\",false,INC-1\n");
}

TEST(RetryCsv, NoneStaysNoneAndIsNotNeutralised) {
    auto detail = jane_failed(upn_taken());
    detail.enrollment.overrides.licenses = std::vector<std::string>{};
    detail.enrollment.overrides.usage_location = "";

    EXPECT_EQ(retry_row(detail), "068692c4-5f55-4775-bfd1-a5e20a2b6282,CORP\\jdoe,,,,-,-,,INC-1\n");
}

TEST(RetryCsv, RetryOfARetryKeepsTheFirstGiven) {
    auto job = a_job();
    job.carried_columns = {"#given", "#ticket"};
    auto detail = jane_failed(upn_taken());
    detail.enrollment.given = {{IdentityKind::objectGUID, "068692c4-5f55-4775-bfd1-a5e20a2b6282"}};
    detail.enrollment.carried = {"CORP\\jdoe", "INC-1"};

    std::string header;
    RetryCsv(job, CsvStyle::plain).header(header);

    EXPECT_EQ(header.find("#given"), header.rfind("#given"));
    EXPECT_EQ(retry_row(detail, job), "068692c4-5f55-4775-bfd1-a5e20a2b6282,CORP\\jdoe,,,,,,,INC-1\n");
}

TEST(ResultsJson, RowIsOneObjectALine) {
    std::string out;
    ResultsJson(a_job()).row(out, jane_failed(upn_taken()));

    EXPECT_EQ(out,
              R"({"schema":"uplift.result/1","job":"J17","row":42,)"
              R"("given":{"sAMAccountName":"CORP\\jdoe","distinguishedName":"CN=Doe\\, Jane,DC=corp"},)"
              R"("object_guid":"068692c4-5f55-4775-bfd1-a5e20a2b6282","user_principal_name":null,"id":null,)"
              R"("state":"failed","code":"UPL-1308","error":"jdoe@contoso.com belongs to \"Jim\"",)"
              R"("cure":"Choose another upn, or rename.",)"
              R"("steps":{"resolve":"done","account":"failed","license":null,"groups":null,"manager":null,)"
              R"("alias":null,"litigation_hold":null,"archive":null,"distribution_groups":null},)"
              R"("accepted_at":"2026-12-01T06:00:00Z","ended_at":"2026-12-01T06:01:00Z",)"
              R"("carried":{"#ticket":"INC-1"}})"
              "\n");
}

RC_GTEST_PROP(ReportProperties, AnyValuesMakeOneJsonLineAndOneFieldACell, (const std::string& what)) {
    auto detail = jane_failed({FaultCode::upn_taken, "", what, "cure"});
    detail.enrollment.carried = {what};

    std::string json_line;
    ResultsJson(a_job()).row(json_line, detail);

    const auto value = json::parse(json_line, {.where = "", .code = FaultCode::bad_request});
    RC_ASSERT(json_line.find('\n') == json_line.size() - 1);
    RC_ASSERT(value.has_value() || what.find('\0') != std::string::npos);
    // Outside of quotation marks a row has exactly one separator between two cells.
    const auto row = results_row(detail);
    bool inside = false;
    std::size_t cells = 1;
    for (const char c : row) {
        if (c == '"') inside = !inside;
        if (c == ',' && !inside) ++cells;
    }
    RC_ASSERT(!inside);
    RC_ASSERT(cells == 21u);
}

}  // namespace
}  // namespace uplift::report
