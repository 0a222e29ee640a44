// The database under the queue: how it is opened, what is refused, what is noticed, how it is searched.
#include <sys/stat.h>

#include <fstream>

#include "storage/checksum.hpp"
#include "storage/opened_store.hpp"
#include "storage/schema.hpp"
#include "tests/unit/storage/queue_world.hpp"

namespace uplift::storage::testing {
namespace {

QueueOptions options_for(const TemporaryDirectory& directory) {
    QueueOptions options;
    options.directory = directory.path();
    return options;
}

void change(const std::filesystem::path& database, const std::string& sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(database.c_str(), &handle), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    sqlite3_close(handle);
}

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A job of one person who stands in the middle of `account`, with everything a row can hold.
JobId a_full_walk(engine::Queue& queue) {
    auto fresh = a_job("f");
    fresh.carried_columns = {"#cost"};
    const auto job = *run(queue.begin_job(fresh));
    EXPECT_TRUE(run(queue.add_rows(job, rows(1))));
    EXPECT_TRUE(run(queue.show_job(job)));
    engine::ClaimRequest request{.tenant = contoso, .limit = 1, .now = at(1), .lease_until = at(1) + lease};
    auto resolved = a_record(run(queue.claim(request)).at(0), StepState::done, at(2));
    resolved.person = person(7);
    resolved.plan = plan(7);
    resolved.claims_person = engine::StepRecord::Person::claim;
    auto account = a_record(*run(queue.record(resolved)).next, StepState::waiting, at(3));
    account.waits_for = WaitsFor::retry;
    account.due = at(10);
    account.fault = a_fault();
    account.intent = Intent{.at = at(3), .sealed_password = "sealed", .plan_digest = "digest"};
    account.attempt_sent = Attempt{.id = AttemptId{"a1"},
                                   .step = StepKind::account,
                                   .number = 1,
                                   .call = "create_user",
                                   .target = {},
                                   .sent_at = at(3),
                                   .ended_at = {},
                                   .result = AttemptResult::open,
                                   .note = {}};
    run(queue.record(account));
    return job;
}

// ---- opening ---------------------------------------------------------------------------------------

TEST(Database, T13_TheQueueIsOpenedDurable) {
    TemporaryDirectory directory;
    DatabaseOptions options;
    options.path = (directory.path() / "queue.db").string();
    auto opened = open_store(options);
    ASSERT_TRUE(opened);
    auto& database = *opened->database;

    EXPECT_EQ(database.text("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(database.number("PRAGMA synchronous"), 2);
    EXPECT_EQ(database.number("PRAGMA secure_delete"), 1);
    EXPECT_EQ(database.number("PRAGMA foreign_keys"), 1);
    EXPECT_EQ(database.number("PRAGMA mmap_size"), 0);
    EXPECT_EQ(database.number("PRAGMA application_id"), application_id);
    EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
}

TEST(Database, IsReadableByItsOwnerOnly) {
    TemporaryDirectory directory;
    const auto before = ::umask(0);
    const auto queue = SqliteQueue::open(options_for(directory));
    ::umask(before);
    ASSERT_TRUE(queue);

    for (const auto& file : std::filesystem::directory_iterator(directory.path())) {
        struct stat seen {};
        ASSERT_EQ(::stat(file.path().c_str(), &seen), 0);
        EXPECT_EQ(seen.st_mode & 0777U, 0600U) << file.path();
    }
}

TEST(Database, OnlyOneDaemonHasAStateDirectory) {
    TemporaryDirectory directory;
    auto first = SqliteQueue::open(options_for(directory));
    ASSERT_TRUE(first);

    EXPECT_EQ(SqliteQueue::open(options_for(directory)).error().code, FaultCode::already_running);
    first->reset();
    EXPECT_TRUE(SqliteQueue::open(options_for(directory)));
}

TEST(Database, AMissingDirectoryIsNamed) {
    QueueOptions options;
    options.directory = "/nowhere/at/all";

    const auto opened = SqliteQueue::open(std::move(options));

    EXPECT_EQ(opened.error().code, FaultCode::state_dir);
    EXPECT_EQ(opened.error().where, "/nowhere/at/all/lock");
}

TEST(Database, AQueueOfANewerProgramIsRefusedAndLeftUntouched) {
    TemporaryDirectory directory;
    ASSERT_TRUE(SqliteQueue::open(options_for(directory)));
    const auto file = database_path(directory.path());
    change(file, "UPDATE meta SET value = '9999' WHERE key = 'schema_version'");
    const auto before = bytes_of(file);

    const auto opened = SqliteQueue::open(options_for(directory));

    EXPECT_EQ(opened.error().code, FaultCode::queue_newer);
    EXPECT_EQ(bytes_of(file), before);
    EXPECT_EQ(Reader::open(file, nullptr).error().code, FaultCode::queue_newer);
}

TEST(Database, AForeignOrBrokenFileIsNoQueue) {
    TemporaryDirectory directory;
    const auto file = database_path(directory.path());
    change(file, "CREATE TABLE songs (title TEXT)");
    EXPECT_EQ(SqliteQueue::open(options_for(directory)).error().code, FaultCode::queue_damaged);

    std::ofstream(file, std::ios::trunc)
        << "this is no database at all, but long enough to look at, or is it?";
    EXPECT_EQ(SqliteQueue::open(options_for(directory)).error().code, FaultCode::queue_damaged);
}

TEST(Database, RemembersWhichOneItIsAndHowOftenItWasStarted) {
    TemporaryDirectory directory;
    auto queue = *SqliteQueue::open(options_for(directory));
    const auto first = queue->identity();
    run(queue->set_key_check("check"));
    queue.reset();

    queue = *SqliteQueue::open(options_for(directory));

    EXPECT_EQ(first.starts, 1);
    EXPECT_EQ(first.key_check, "");
    EXPECT_EQ(first.instance.size(), 32u);
    EXPECT_EQ(queue->identity().starts, 2);
    EXPECT_EQ(queue->identity().instance, first.instance);
    EXPECT_EQ(queue->identity().key_check, "check");
}

TEST(Schema, MigrationsAreNumberedFromOneWithoutGaps) {
    int expected = 0;
    for (const auto& migration : migrations()) EXPECT_EQ(migration.number, ++expected);
    EXPECT_GT(expected, 0);
}

// ---- damage ----------------------------------------------------------------------------------------

struct Damage {
    std::string name;
    std::string sql;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class DamagedRow : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedRow, IsNoticedWhenItIsReadAndStopsTheQueueBeforeAnythingIsMadeOfIt) {
    TemporaryDirectory directory;
    {
        auto queue = *SqliteQueue::open(options_for(directory));
        a_full_walk(*queue);
    }
    change(database_path(directory.path()), GetParam().sql);
    std::optional<Fault> stopped;
    InlineOptions options;
    options.path = database_path(directory.path()).string();
    options.stop = [&](const Fault& fault) { stopped = fault; };
    // Opening looks at running steps only; where it sees the damage it says so.
    auto opened = InlineQueue::open(options);

    if (opened) {
        engine::ClaimRequest request{
            .tenant = contoso, .limit = 1, .now = at(20), .lease_until = at(20) + lease};
        const auto walk_on = [&] {
            const auto task = run((*opened)->claim(request)).at(0);
            auto again = a_record(task, StepState::running, at(21));
            again.claims_person = engine::StepRecord::Person::claim;
            run((*opened)->record(again));
        };
        EXPECT_THROW(walk_on(), Stopped);
    } else {
        stopped = opened.error();
    }

    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->code, FaultCode::queue_damaged);
}

const Damage damages[] = {
    {"JobTenantKept", "UPDATE job SET submitter_uid = 1001"},
    {"JobProfile", "UPDATE job SET profile = replace(profile, 'contoso.com', 'contosp.com')"},
    {"EnrollmentPlan", "UPDATE enrollment SET plan = replace(plan, 'user7@', 'user6@')"},
    {"EnrollmentGuid", "UPDATE enrollment SET person_guid = x'06000000000000000000000000000007'"},
    {"EnrollmentGiven", "UPDATE enrollment SET given = replace(given, 'user1', 'user2')"},
    {"StepState", "UPDATE step SET state = 2 WHERE kind = 0"},
    {"StepTries", "UPDATE step SET tries = tries + 1"},
    {"StepFault", "UPDATE step SET fault_code = NULL WHERE kind = 1"},
    {"AttemptResult", "UPDATE attempt SET result = 1"},
    {"AttemptGone", "UPDATE attempt SET id = 'a2'"},
    {"ClaimOfAnother", "UPDATE person_claim SET enrollment = 99"},
    {"Checksum", "UPDATE step SET checksum = checksum + 1"},
};
INSTANTIATE_TEST_SUITE_P(Tables, DamagedRow, ::testing::ValuesIn(damages), [](const auto& info) {
    return info.param.name;
});

TEST(Checksum, EveryFlippedBitChangesIt) {
    std::string row = "a row of a few words, longer than one of them";
    Checksum whole("step");
    whole.add(row);
    for (std::size_t bit = 0; bit < row.size() * 8; ++bit) {
        row[bit / 8] = static_cast<char>(row[bit / 8] ^ (1 << (bit % 8)));
        Checksum flipped("step");
        flipped.add(row);
        EXPECT_NE(flipped.value(), whole.value()) << bit;
        row[bit / 8] = static_cast<char>(row[bit / 8] ^ (1 << (bit % 8)));
    }
    Checksum elsewhere("attempt");
    elsewhere.add(row);
    EXPECT_NE(elsewhere.value(), whole.value());
}

// ---- plans -----------------------------------------------------------------------------------------

TEST(Queries, NoneOfTheEverydayScansATable) {
    InlineWorld world;
    auto& queue = world.queue();
    const auto job = a_full_walk(queue);
    engine::ClaimRequest request{.tenant = contoso, .limit = 1, .now = at(20), .lease_until = at(20) + lease};
    auto account = a_record(run(queue.claim(request)).at(0), StepState::failed, at(21));
    account.made = MadeAccount{
        .id = ObjectId{"o"}, .origin = AccountOrigin::created, .evidence = Evidence::reply, .at = at(21)};
    account.attempt_ended =
        engine::AttemptEnd{.id = AttemptId{"a1"}, .result = AttemptResult::done, .note = {}};
    account.audit.push_back(
        {.at = at(21), .actor = {}, .action = "a", .target = {}, .detail = {}, .attempt = {}});
    run(queue.record(account));
    ASSERT_TRUE(run(queue.retry_job(job, operator_anna, at(22))));
    run(queue.next_due(contoso));
    const auto page = run(queue.open_password_page(job, operator_anna, 1, at(22)));
    ASSERT_TRUE(run(queue.close_password_page(job, page->page, operator_anna, at(22))));
    ASSERT_TRUE(run(queue.cancel_job(job, operator_anna, at(23))));
    const auto unseen = *run(queue.begin_job(a_job("g")));
    ASSERT_TRUE(run(queue.add_rows(unseen, rows(1))));
    run(queue.abandon_job(unseen));
    world.people(job);
    world.find_person("user7");
    world.totals();
    world.audit_of(EnrollmentId{1});
    Reader(world.inline_queue().database()).list_jobs();

    auto& database = world.inline_queue().database();
    std::size_t looked_at = 0;
    for (const auto& sql : database.statements()) {
        const bool plain =
            sql.starts_with("SELECT") || sql.starts_with("UPDATE") || sql.starts_with("DELETE");
        if (!plain || sql.find("sqlite_master") != std::string::npos) continue;
        auto plan = database.use("EXPLAIN QUERY PLAN " + sql);
        while (plan.step()) {
            plan.next_number(), plan.next_number(), plan.next_number();
            const auto detail = plan.next<std::string>();
            EXPECT_FALSE(detail.starts_with("SCAN")) << detail << "\n  " << sql;
            EXPECT_EQ(detail.find("TEMP B-TREE"), std::string::npos) << detail << "\n  " << sql;
        }
        ++looked_at;
    }
    EXPECT_GT(looked_at, 40u);
}

}  // namespace
}  // namespace uplift::storage::testing
