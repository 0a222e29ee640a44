// Database: one connection to SQLite, opened durable, and the prepared statements on it.
//
// Not for several threads at once. WAL, synchronous=FULL (read back: T13), secure_delete, foreign keys, no
// mmap. Errors: a full disk throws CannotNow, and nothing of the transaction stays. Everything else that
// SQLite can say (an I/O error, a failed fsync, damage) ends the process through `Stop`: a retried fsync lies
// (T14).
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/result.hpp"
#include "core/model/time.hpp"

namespace uplift::storage {

// What a process that stops for its queue exits with (EX_IOERR).
inline constexpr int stop_exit_code = 74;

// Called when the queue cannot be trusted any more, on the thread that saw it. It ends the process with
// stop_exit_code. Where it returns or throws all the same (tests), the queue does nothing any more.
using Stop = std::function<void(const Fault&)>;

// The queue was stopped and `Stop` came back.
struct Stopped : std::runtime_error {
    explicit Stopped(Fault why) : std::runtime_error(to_line(why)), fault(std::move(why)) {}
    Fault fault;
};
// No room (disk_full) or the file is held by a foreign program (queue_io): the same may work later.
struct CannotNow : std::runtime_error {
    explicit CannotNow(Fault why) : std::runtime_error(to_line(why)), fault(std::move(why)) {}
    Fault fault;
};

struct Octets {
    std::string bytes;
    bool operator==(const Octets&) const = default;
};

enum class Access : std::uint8_t { read_write, read_only };
enum class Durability : std::uint8_t {
    full,
    simulated  // a simulation's own power cuts decide what is lost; never in the daemon
};

struct DatabaseOptions {
    std::string path;  // or ":memory:"
    Access access = Access::read_write;
    Durability durability = Durability::full;
    std::string vfs;             // empty: SQLite's own
    std::int64_t max_pages = 0;  // of 4 KiB; 0: as many as the disk takes
    std::int64_t cache_bytes = 64 << 20;
    Stop stop;
};

class Database;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// A prepared statement while it is in use. Texts that are bound must live until the last step.
class Statement {
 public:
    Statement(Database& database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    template <class... Values>
    Statement& with(const Values&... values) {
        (bind(values), ...);
        return *this;
    }
    void bind(std::int64_t number);
    void bind(std::string_view text);
    void bind(const std::string& text) { bind(std::string_view(text)); }
    void bind(const char* text) { bind(std::string_view(text)); }
    void bind(const Octets& octets);
    void bind(std::nullptr_t);
    void bind(TimePoint time) { bind(to_millis(time)); }
    template <class Number>
    requires std::is_integral_v<Number> || std::is_enum_v<Number>
    void bind(Number number) { bind(static_cast<std::int64_t>(number)); }
    template <class Tag, class Value>
    void bind(const Id<Tag, Value>& id) {
        bind(id.value);
    }
    template <class T>
    void bind(const std::optional<T>& value) {
        if (value)
            bind(*value);
        else
            bind(nullptr);
    }

    // True while there is a row; its columns are then read in order.
    bool step();
    void run();  // to the end

    [[nodiscard]] bool next_is_null() const;
    template <class T>
    T next() {
        if constexpr (is_optional<T>) {
            if (!next_is_null()) return next<typename T::value_type>();
            ++column_;
            return std::nullopt;
        } else if constexpr (std::is_same_v<T, std::string>) {
            return std::string(next_text());
        } else if constexpr (std::is_same_v<T, Octets>) {
            return Octets{std::string(next_octets())};
        } else if constexpr (std::is_same_v<T, TimePoint>) {
            return from_millis(next_number());
        } else {
            return next_scalar<T>();
        }
    }
    std::int64_t next_number();
    std::string_view next_text();  // until the next step
    std::string_view next_octets();

 private:
    template <class T>
    T next_scalar() {
        if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
            return static_cast<T>(next_number());
        else  // an Id
            return T{next<std::remove_cvref_t<decltype(std::declval<T>().value)>>()};
    }

    Database& database_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
    int column_ = 0;
};

class Database {
 public:
    // state_dir when the file cannot be opened at all. A database is not looked into here (schema.hpp).
    static Result<std::unique_ptr<Database>> open(DatabaseOptions options);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    // Sets and checks the pragmas; the first thing that writes to the file.
    void make_durable();

    // A cached statement, one use at a time.
    Statement use(std::string_view sql);
    // Any SQL text, not cached: schema and pragmas.
    void execute(const std::string& sql);
    std::int64_t number(const std::string& sql);
    std::string text(const std::string& sql);

    void begin() { use("BEGIN IMMEDIATE").run(); }
    void commit() { use("COMMIT").run(); }
    // Safe where SQLite has rolled back by itself.
    void roll_back() noexcept;
    [[nodiscard]] bool in_transaction() const;
    [[nodiscard]] std::int64_t last_row_id() const;
    [[nodiscard]] std::int64_t changed_rows() const;

    // From here on; while a database is being opened its faults are returned, not acted on.
    void set_stop(Stop stop) { options_.stop = std::move(stop); }
    // The knob of the tests for a full disk, and of an operator for a ceiling. 0: none.
    void limit_pages(std::int64_t pages);
    void checkpoint();
    // The SQL of every statement used so far.
    [[nodiscard]] std::vector<std::string> statements() const;

    // queue_damaged: ends the process.
    [[noreturn]] void damaged(std::string what);
    [[noreturn]] void stop(Fault fault);

 private:
    friend class Statement;
    struct Prepared;

    Database(sqlite3* handle, DatabaseOptions options);
    // Throws; `code` is neither OK, ROW nor DONE.
    [[noreturn]] void fail(int code, const char* doing);
    void expect(const std::string& pragma, std::string_view value);

    sqlite3* handle_;
    DatabaseOptions options_;
    std::unordered_map<std::string_view, std::unique_ptr<Prepared>> prepared_;
};

}  // namespace uplift::storage
