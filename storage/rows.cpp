#include "storage/rows.hpp"

#include "storage/checksum.hpp"
#include "storage/profile_json.hpp"

namespace uplift::storage {
namespace {

// ---- the columns, once: read, bound and summed in this order ---------------------------------------

void columns(auto& row, auto&& each) requires
    std::same_as<std::remove_const_t<std::remove_reference_t<decltype(row)>>, JobRow> {
    each(row.id), each(row.stage), each(row.orders), each(row.cancelling), each(row.tenant);
    each(row.profile), each(row.label), each(row.source), each(row.fingerprint), each(row.submitter_uid);
    each(row.submitter_name), each(row.accepted_at), each(row.run_at), each(row.ended_at);
    each(row.carried_columns), each(row.sealed_password);
}

void columns(auto& row, auto&& each) requires
    std::same_as<std::remove_const_t<std::remove_reference_t<decltype(row)>>, EnrollmentRow> {
    each(row.id), each(row.job), each(row.row), each(row.state), each(row.due), each(row.given);
    each(row.overrides), each(row.carried), each(row.person_guid), each(row.person_dn);
    each(row.person_upn), each(row.person_sam), each(row.person_from), each(row.plan), each(row.intent_at);
    each(row.intent_digest), each(row.made_id), each(row.made_origin), each(row.made_evidence);
    each(row.made_at), each(row.ended_at);
}

void columns(auto& row, auto&& each) requires
    std::same_as<std::remove_const_t<std::remove_reference_t<decltype(row)>>, StepRow> {
    each(row.enrollment), each(row.kind), each(row.state), each(row.waits_for), each(row.due);
    each(row.awaits), each(row.since), each(row.tries), each(row.fault_code), each(row.fault_where);
    each(row.fault_what), each(row.fault_cure), each(row.progress), each(row.owner), each(row.lease_until);
}

void columns(auto& row, auto&& each) requires
    std::same_as<std::remove_const_t<std::remove_reference_t<decltype(row)>>, AttemptRow> {
    each(row.enrollment), each(row.step), each(row.number), each(row.id), each(row.call), each(row.target);
    each(row.sent_at), each(row.ended_at), each(row.result), each(row.note);
}

void columns(auto& row, auto&& each) requires
    std::same_as<std::remove_const_t<std::remove_reference_t<decltype(row)>>, ClaimRow> {
    each(row.tenant), each(row.person), each(row.enrollment);
}

std::string_view table_of(const JobRow&) { return "job"; }
std::string_view table_of(const EnrollmentRow&) { return "enrollment"; }
std::string_view table_of(const StepRow&) { return "step"; }
std::string_view table_of(const AttemptRow&) { return "attempt"; }
std::string_view table_of(const ClaimRow&) { return "person_claim"; }

// ---- checksum --------------------------------------------------------------------------------------

struct Summer {
    Checksum& sum;
    void operator()(const std::string& text) { sum.add(text); }
    void operator()(const Octets& octets) { sum.add(octets.bytes); }
    void operator()(TimePoint time) { sum.add(to_millis(time)); }
    template <class Number>
    requires std::is_integral_v<Number> || std::is_enum_v<Number>
    void operator()(Number number) { sum.add(static_cast<std::int64_t>(number)); }
    template <class Tag, class Value>
    void operator()(const Id<Tag, Value>& id) {
        (*this)(id.value);
    }
    template <class T>
    void operator()(const std::optional<T>& value) {
        if (value)
            (*this)(*value);
        else
            sum.add_null();
    }
};

std::int64_t checksum_of(const auto& row) {
    Checksum sum(table_of(row));
    columns(row, Summer{sum});
    return sum.value();
}

// ---- reading and writing ---------------------------------------------------------------------------

template <class Row>
Row read(Database& database, Statement& statement) {
    Row row;
    columns(row, [&]<class T>(T& column) { column = statement.next<T>(); });
    if (statement.next_number() != checksum_of(row)) {
        database.damaged("a row of table " + std::string(table_of(row)) +
                         " does not fit its checksum: bytes of the file have changed");
    }
    return row;
}

template <class Row>
std::vector<Row> read_all(Database& database, Statement& statement) {
    std::vector<Row> rows;
    while (statement.step()) rows.push_back(read<Row>(database, statement));
    return rows;
}

template <class Row>
std::optional<Row> read_one(Database& database, Statement& statement) {
    if (!statement.step()) return std::nullopt;
    return read<Row>(database, statement);
}

void bind_all(Statement& statement, const auto& row) {
    columns(row, [&](const auto& column) { statement.bind(column); });
    statement.bind(checksum_of(row));
}

[[noreturn]] void unreadable(Database& database, const char* what) {
    database.damaged(std::string(what) + " of a row is not readable");
}

}  // namespace

// ---- loading ---------------------------------------------------------------------------------------

std::optional<JobRow> load_job(Database& database, JobId id) {
    auto statement = database.use("SELECT * FROM job WHERE id = ?");
    statement.bind(id);
    return read_one<JobRow>(database, statement);
}

std::vector<JobRow> load_shown_jobs(Database& database, JobId before, std::size_t limit) {
    auto statement = database.use("SELECT * FROM job WHERE id < ? AND +stage = 1 ORDER BY id DESC LIMIT ?");
    statement.with(before, limit);
    return read_all<JobRow>(database, statement);
}

std::optional<EnrollmentRow> load_enrollment(Database& database, EnrollmentId id) {
    auto statement = database.use("SELECT * FROM enrollment WHERE id = ?");
    statement.bind(id);
    return read_one<EnrollmentRow>(database, statement);
}

std::vector<EnrollmentRow> load_enrollments(Database& database,
                                            JobId job,
                                            std::int64_t after_row,
                                            std::size_t limit) {
    auto statement = database.use("SELECT * FROM enrollment WHERE job = ? AND row > ? ORDER BY row LIMIT ?");
    statement.with(job, after_row, limit);
    return read_all<EnrollmentRow>(database, statement);
}

std::vector<StepRow> load_steps(Database& database, EnrollmentId id) {
    auto statement = database.use("SELECT * FROM step WHERE enrollment = ? ORDER BY kind");
    statement.bind(id);
    return read_all<StepRow>(database, statement);
}

std::vector<AttemptRow> load_attempts(Database& database, EnrollmentId id, StepKind step) {
    auto statement = database.use("SELECT * FROM attempt WHERE enrollment = ? AND step = ? ORDER BY number");
    statement.with(id, step);
    return read_all<AttemptRow>(database, statement);
}

std::vector<AttemptRow> load_attempts(Database& database, EnrollmentId id) {
    auto statement = database.use("SELECT * FROM attempt WHERE enrollment = ? ORDER BY step, number");
    statement.bind(id);
    return read_all<AttemptRow>(database, statement);
}

std::optional<ClaimRow> load_claim(Database& database, const TenantName& tenant, const Octets& person) {
    auto statement = database.use("SELECT * FROM person_claim WHERE tenant = ? AND person = ?");
    statement.with(tenant, person);
    return read_one<ClaimRow>(database, statement);
}

// ---- writing ---------------------------------------------------------------------------------------

void insert(Database& database, const JobRow& row) {
    auto statement = database.use("INSERT INTO job VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    bind_all(statement, row);
    statement.run();
}

void insert(Database& database, const EnrollmentRow& row) {
    auto statement =
        database.use("INSERT INTO enrollment VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    bind_all(statement, row);
    statement.run();
}

void insert(Database& database, const StepRow& row) {
    auto statement = database.use("INSERT INTO step VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    bind_all(statement, row);
    statement.run();
}

void insert(Database& database, const AttemptRow& row) {
    auto statement = database.use("INSERT INTO attempt VALUES (?,?,?,?,?,?,?,?,?,?,?)");
    bind_all(statement, row);
    statement.run();
}

void insert(Database& database, const ClaimRow& row) {
    auto statement = database.use("INSERT INTO person_claim VALUES (?,?,?,?)");
    bind_all(statement, row);
    statement.run();
}

void update(Database& database, const JobRow& row) {
    database
        .use(
            "UPDATE job SET stage = ?, orders = ?, cancelling = ?, run_at = ?, ended_at = ?, checksum = ? "
            "WHERE id = ?")
        .with(row.stage, row.orders, row.cancelling, row.run_at, row.ended_at, checksum_of(row), row.id)
        .run();
}

void update(Database& database, const EnrollmentRow& row, Changed changed) {
    switch (changed) {
        case Changed::nothing:
            return;
        case Changed::standing:
            database.use("UPDATE enrollment SET state = ?, due = ?, ended_at = ?, checksum = ? WHERE id = ?")
                .with(row.state, row.due, row.ended_at, checksum_of(row), row.id)
                .run();
            return;
        case Changed::facts:
            database
                .use(
                    "UPDATE enrollment SET person_guid = ?, person_dn = ?, person_upn = ?, person_sam = ?, "
                    "person_from = ?, plan = ?, intent_at = ?, intent_digest = ?, made_id = ?, made_origin = "
                    "?, "
                    "made_evidence = ?, made_at = ?, checksum = ? WHERE id = ?")
                .with(row.person_guid, row.person_dn, row.person_upn, row.person_sam, row.person_from)
                .with(row.plan, row.intent_at)
                .with(row.intent_digest, row.made_id, row.made_origin, row.made_evidence, row.made_at)
                .with(checksum_of(row), row.id)
                .run();
            return;
        case Changed::both:
            database
                .use(
                    "UPDATE enrollment SET state = ?, due = ?, ended_at = ?, person_guid = ?, person_dn = ?, "
                    "person_upn = ?, person_sam = ?, person_from = ?, plan = ?, intent_at = ?, intent_digest "
                    "= ?, "
                    "made_id = ?, made_origin = ?, made_evidence = ?, made_at = ?, checksum = ? WHERE id = ?")
                .with(row.state, row.due, row.ended_at, row.person_guid, row.person_dn, row.person_upn)
                .with(
                    row.person_sam, row.person_from, row.plan, row.intent_at, row.intent_digest, row.made_id)
                .with(row.made_origin, row.made_evidence, row.made_at, checksum_of(row), row.id)
                .run();
            return;
    }
}

void update(Database& database, const StepRow& row) {
    database
        .use(
            "UPDATE step SET state = ?, waits_for = ?, due = ?, awaits = ?, since = ?, tries = ?, fault_code "
            "= ?, "
            "fault_where = ?, fault_what = ?, fault_cure = ?, progress = ?, owner = ?, lease_until = ?, "
            "checksum = ? WHERE enrollment = ? AND kind = ?")
        .with(row.state, row.waits_for, row.due, row.awaits, row.since, row.tries, row.fault_code)
        .with(row.fault_where,
              row.fault_what,
              row.fault_cure,
              row.progress,
              row.owner,
              row.lease_until,
              checksum_of(row))
        .with(row.enrollment, row.kind)
        .run();
}

void update(Database& database, const AttemptRow& row) {
    database
        .use(
            "UPDATE attempt SET ended_at = ?, result = ?, note = ?, checksum = ? "
            "WHERE enrollment = ? AND step = ? AND number = ?")
        .with(row.ended_at, row.result, row.note, checksum_of(row), row.enrollment, row.step, row.number)
        .run();
}

void remove_claim(Database& database, const ClaimRow& row) {
    database.use("DELETE FROM person_claim WHERE tenant = ? AND person = ?")
        .with(row.tenant, row.person)
        .run();
}

// ---- to and from the model -------------------------------------------------------------------------

Octets octets_of(const Guid& guid) { return {std::string(guid.octets.begin(), guid.octets.end())}; }

JobRow row_of(const NewJob& job) {
    JobRow row;
    row.tenant = job.profile.tenant;
    row.profile = to_json(job.profile);
    row.label = job.label;
    row.source = job.source;
    row.fingerprint = job.fingerprint;
    row.submitter_uid = job.submitter.uid;
    row.submitter_name = job.submitter.name;
    row.accepted_at = job.accepted_at;
    row.run_at = job.run_at;
    if (!job.carried_columns.empty()) row.carried_columns = to_json(job.carried_columns);
    if (job.sealed_password) row.sealed_password = Octets{*job.sealed_password};
    return row;
}

Job job_of(Database& database, const JobRow& row) {
    auto profile = profile_from(row.profile);
    if (!profile) unreadable(database, "the profile");
    Job job{.id = row.id,
            .profile = std::move(*profile),
            .label = row.label,
            .source = row.source,
            .fingerprint = row.fingerprint,
            .submitter = {.uid = row.submitter_uid, .name = row.submitter_name},
            .accepted_at = row.accepted_at,
            .run_at = row.run_at,
            .ended_at = row.ended_at,
            .carried_columns = {},
            .sealed_password = {}};
    if (row.carried_columns) {
        auto columns = texts_from(*row.carried_columns);
        if (!columns) unreadable(database, "the carried columns");
        job.carried_columns = std::move(*columns);
    }
    if (row.sealed_password) job.sealed_password = row.sealed_password->bytes;
    return job;
}

Step step_of(const StepRow& row) {
    const bool waiting = row.state == StepState::waiting;
    Step step{.kind = row.kind,
              .state = row.state,
              .waits_for = waiting ? row.waits_for : WaitsFor::nothing,
              .due = row.due.value_or(TimePoint{}),
              .since = row.since,
              .tries = static_cast<int>(row.tries),
              .fault = {},
              .progress = row.progress};
    if (row.fault_code) {
        step.fault = Fault{*row.fault_code,
                           row.fault_where.value_or(""),
                           row.fault_what.value_or(""),
                           row.fault_cure.value_or("")};
    }
    return step;
}

Attempt attempt_of(const AttemptRow& row) {
    return {.id = row.id,
            .step = row.step,
            .number = static_cast<int>(row.number),
            .call = row.call,
            .target = row.target,
            .sent_at = row.sent_at,
            .ended_at = row.ended_at,
            .result = row.result,
            .note = row.note};
}

void set_fault(StepRow& row, const std::optional<Fault>& fault) {
    row.fault_code.reset(), row.fault_where.reset(), row.fault_what.reset(), row.fault_cure.reset();
    if (!fault) return;
    row.fault_code = fault->code;
    row.fault_where = fault->where;
    row.fault_what = fault->what;
    row.fault_cure = fault->cure;
}

Enrollment enrollment_of(Database& database, const EnrollmentRow& row) {
    Enrollment enrollment;
    enrollment.id = row.id;
    enrollment.job = row.job;
    enrollment.row = row.row;
    enrollment.state = row.state;
    enrollment.ended_at = row.ended_at;
    auto given = given_from(row.given);
    if (!given) unreadable(database, "the identities");
    enrollment.given = std::move(*given);
    if (row.overrides) {
        auto overrides = overrides_from(*row.overrides);
        if (!overrides) unreadable(database, "the overrides");
        enrollment.overrides = std::move(*overrides);
    }
    if (row.carried) {
        auto carried = texts_from(*row.carried);
        if (!carried) unreadable(database, "the carried values");
        enrollment.carried = std::move(*carried);
    }
    if (row.person_guid) {
        const auto guid = guid_from_octets(row.person_guid->bytes);
        if (!guid) unreadable(database, "the objectGUID");
        enrollment.person = ResolvedPerson{.object_guid = *guid,
                                           .distinguished_name = row.person_dn.value_or(""),
                                           .user_principal_name = row.person_upn.value_or(""),
                                           .sam_account_name = row.person_sam.value_or(""),
                                           .read_from = row.person_from.value_or("")};
    }
    if (row.plan) {
        enrollment.plan = plan_from(*row.plan);
        if (!enrollment.plan) unreadable(database, "the plan");
    }
    if (row.intent_at) {
        enrollment.intent = Intent{
            .at = *row.intent_at, .sealed_password = {}, .plan_digest = row.intent_digest.value_or("")};
    }
    if (row.made_id) {
        enrollment.made = MadeAccount{.id = *row.made_id,
                                      .origin = row.made_origin.value_or(AccountOrigin::created),
                                      .evidence = row.made_evidence.value_or(Evidence::look_up),
                                      .at = row.made_at.value_or(TimePoint{})};
    }
    return enrollment;
}

void set_person(EnrollmentRow& row, const ResolvedPerson& person) {
    row.person_guid = octets_of(person.object_guid);
    row.person_dn = person.distinguished_name;
    row.person_upn = person.user_principal_name;
    row.person_sam = person.sam_account_name;
    row.person_from = person.read_from;
}

}  // namespace uplift::storage
