#include "storage/schema.hpp"

#include "storage/database.hpp"

namespace uplift::storage {

Result<int> schema_version(Database& database) {
    const auto tables = database.number("SELECT count(*) FROM sqlite_master");
    if (tables == 0) return 0;
    if (database.number("PRAGMA application_id") != application_id) {
        return Fault{FaultCode::queue_damaged,
                     "queue",
                     "the file is a database, but no queue of Uplift",
                     "Move it away, or set another state_dir"};
    }
    const auto version =
        database.number("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'schema_version'");
    const auto newest = migrations().back().number;
    if (version > newest) {
        return Fault{FaultCode::queue_newer,
                     "queue",
                     "the queue has version " + std::to_string(version) + ", this program knows up to " +
                         std::to_string(newest),
                     "Install the newer Uplift again, or restore a backup of this version"};
    }
    return static_cast<int>(version);
}

void migrate(Database& database) {
    const auto found = schema_version(database);
    if (!found) database.stop(found.error());
    for (const auto& migration : migrations()) {
        if (migration.number <= *found) continue;
        database.begin();
        database.execute(std::string(migration.sql));
        if (migration.number == 1) {
            database.execute("PRAGMA application_id = " + std::to_string(application_id));
            database.execute(
                "INSERT INTO meta VALUES ('instance', lower(hex(randomblob(16)))), ('starts', '0')");
        }
        database.use("INSERT OR REPLACE INTO meta VALUES ('schema_version', ?)")
            .with(std::to_string(migration.number))
            .run();
        database.commit();
    }
}

}  // namespace uplift::storage
