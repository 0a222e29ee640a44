#include "storage/database.hpp"

#include <cerrno>
#include <cstdlib>

namespace uplift::storage {
namespace {

constexpr int busy_timeout_ms = 5'000;
// Checkpoints of 8,000 pages (32 MiB): a page that many commits changed is copied and synced once.
constexpr int checkpoint_pages = 8'000;
constexpr std::int64_t max_idle_wal_bytes = 64 << 20;

Fault disk_full(const std::string& path, const char* detail) {
    return Fault{FaultCode::disk_full,
                 path,
                 std::string("no room for the queue (") + detail + ")",
                 "Free space on its file system; work goes on by itself"};
}

}  // namespace

struct Database::Prepared {
    std::string sql;
    sqlite3_stmt* statement = nullptr;
    Prepared() = default;
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    ~Prepared() { sqlite3_finalize(statement); }
};

// ---- Statement -------------------------------------------------------------------------------------

Statement::~Statement() { sqlite3_reset(statement_); }

void Statement::bind(std::int64_t number) { sqlite3_bind_int64(statement_, ++bound_, number); }

void Statement::bind(std::string_view text) {
    // A null pointer would bind NULL.
    const char* bytes = text.data() == nullptr ? "" : text.data();
    sqlite3_bind_text64(statement_, ++bound_, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind(const Octets& octets) {
    sqlite3_bind_blob64(statement_, ++bound_, octets.bytes.data(), octets.bytes.size(), SQLITE_STATIC);
}

void Statement::bind(std::nullptr_t) { sqlite3_bind_null(statement_, ++bound_); }

bool Statement::step() {
    column_ = 0;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    database_.fail(code, sqlite3_sql(statement_));
}

void Statement::run() {
    while (step()) {
    }
}

bool Statement::next_is_null() const { return sqlite3_column_type(statement_, column_) == SQLITE_NULL; }
std::int64_t Statement::next_number() { return sqlite3_column_int64(statement_, column_++); }

std::string_view Statement::next_text() {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column_));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_++));
    return text == nullptr ? std::string_view{} : std::string_view{text, size};
}

std::string_view Statement::next_octets() {
    const auto* octets = static_cast<const char*>(sqlite3_column_blob(statement_, column_));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_++));
    return octets == nullptr ? std::string_view{} : std::string_view{octets, size};
}

// ---- Database --------------------------------------------------------------------------------------

Result<std::unique_ptr<Database>> Database::open(DatabaseOptions options) {
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_NOMUTEX |
                      (options.access == Access::read_only ? SQLITE_OPEN_READONLY
                                                           : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    const int code = sqlite3_open_v2(
        options.path.c_str(), &handle, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
    if (code != SQLITE_OK) {
        Fault fault{FaultCode::state_dir,
                    options.path,
                    std::string("the queue cannot be opened: ") + sqlite3_errstr(code),
                    "Check owner and mode of the state directory"};
        sqlite3_close_v2(handle);
        return fault;
    }
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    // Nothing of the schema may call functions with side effects, whoever wrote the file.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    return std::unique_ptr<Database>(new Database(handle, std::move(options)));
}

Database::Database(sqlite3* handle, DatabaseOptions options)
    : handle_(handle), options_(std::move(options)) {}

Database::~Database() {
    prepared_.clear();
    sqlite3_close_v2(handle_);
}

void Database::make_durable() {
    const bool in_memory = options_.path == ":memory:";
    const bool full = options_.durability == Durability::full;
    execute("PRAGMA mmap_size = 0");
    execute("PRAGMA temp_store = MEMORY");
    execute("PRAGMA foreign_keys = ON");
    execute("PRAGMA cache_size = -" + std::to_string(options_.cache_bytes / 1'024));
    if (options_.access == Access::read_only) {
        execute("PRAGMA query_only = ON");
        return;
    }
    execute("PRAGMA secure_delete = ON");
    execute("PRAGMA journal_mode = WAL");
    execute(full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
    execute("PRAGMA wal_autocheckpoint = " + std::to_string(checkpoint_pages));
    execute("PRAGMA journal_size_limit = " + std::to_string(max_idle_wal_bytes));
    limit_pages(options_.max_pages);
    // T13: a build or a VFS that does not take them would lose acknowledged work.
    expect("secure_delete", "1");
    expect("foreign_keys", "1");
    if (in_memory) return;
    expect("journal_mode", "wal");
    expect("mmap_size", "0");
    expect("synchronous", full ? "2" : "0");
}

void Database::expect(const std::string& pragma, std::string_view value) {
    const auto seen = text("PRAGMA " + pragma);
    if (seen == value || (pragma == "mmap_size" && seen.empty())) return;
    stop(Fault{FaultCode::queue_io,
               options_.path,
               "SQLite says " + pragma + " = \"" + seen + "\" where the queue needs " + std::string(value),
               "Put the state directory on a local file system, and use Debian's SQLite"});
}

Statement Database::use(std::string_view sql) {
    auto found = prepared_.find(sql);
    if (found == prepared_.end()) {
        auto entry = std::make_unique<Prepared>();
        entry->sql = std::string(sql);
        const int code = sqlite3_prepare_v3(handle_,
                                            entry->sql.c_str(),
                                            static_cast<int>(entry->sql.size() + 1),
                                            SQLITE_PREPARE_PERSISTENT,
                                            &entry->statement,
                                            nullptr);
        if (code != SQLITE_OK) fail(code, entry->sql.c_str());
        const std::string_view key = entry->sql;
        found = prepared_.emplace(key, std::move(entry)).first;
    }
    auto* statement = found->second->statement;
    // Two uses at once would share bindings and rows.
    if (sqlite3_stmt_busy(statement) != 0) std::abort();
    return {*this, statement};
}

void Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code, sql.c_str());
}

std::int64_t Database::number(const std::string& sql) {
    auto statement = use(sql);
    return statement.step() ? statement.next_number() : 0;
}

std::string Database::text(const std::string& sql) {
    auto statement = use(sql);
    return statement.step() ? std::string(statement.next_text()) : std::string();
}

void Database::roll_back() noexcept {
    if (in_transaction()) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
std::int64_t Database::last_row_id() const { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Database::changed_rows() const { return sqlite3_changes64(handle_); }

void Database::limit_pages(std::int64_t pages) {
    constexpr std::int64_t most = 1'073'741'823;  // SQLite's own ceiling
    execute("PRAGMA max_page_count = " + std::to_string(pages == 0 ? most : pages));
}

void Database::checkpoint() {
    sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

std::vector<std::string> Database::statements() const {
    std::vector<std::string> texts;
    for (const auto& [sql, prepared] : prepared_) texts.push_back(prepared->sql);
    return texts;
}

void Database::damaged(std::string what) {
    stop(Fault{FaultCode::queue_damaged,
               options_.path,
               std::move(what),
               "Restore the last backup with `upliftd --restore`; nothing was written to the tenant"});
}

void Database::stop(Fault fault) {
    if (options_.stop) options_.stop(fault);
    throw Stopped(std::move(fault));
}

void Database::fail(int code, const char* doing) {
    const std::string detail = std::string(sqlite3_errmsg(handle_)) + ", SQLite code " + std::to_string(code);
    const int primary = code & 0xff;
    // The shared memory of the WAL grows by the file system's word, not through SQLITE_FULL.
    const bool no_room =
        primary == SQLITE_FULL || (code == SQLITE_IOERR_SHMSIZE && sqlite3_system_errno(handle_) == ENOSPC);
    if (no_room) throw CannotNow(disk_full(options_.path, detail.c_str()));
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
        throw CannotNow(Fault{FaultCode::queue_io,
                              options_.path,
                              "another program holds the queue (" + detail + ")",
                              "Close what has the file open; work goes on by itself"});
    }
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) damaged(detail);
    stop(Fault{FaultCode::queue_io,
               options_.path,
               detail + ", at: " + doing,
               "Check the disk and the file system; then start the daemon again"});
}

}  // namespace uplift::storage
