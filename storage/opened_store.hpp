// Opening a queue's database: checked untouched, made durable, migrated, restarted. Internal to storage.
#pragma once

#include <memory>

#include "storage/database.hpp"
#include "storage/store.hpp"

namespace uplift::storage {

struct OpenedStore {
    std::unique_ptr<Database> database;
    std::unique_ptr<Store> store;
};
// `Stop` is not called here: faults are returned, and the database is left without one.
Result<OpenedStore> open_store(DatabaseOptions options);

}  // namespace uplift::storage
