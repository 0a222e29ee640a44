// The schema of the queue: numbered SQL files, embedded at build time from storage/schema.
//
// The version of a database is the number of the last migration that was applied to it.
#pragma once

#include <span>
#include <string_view>

#include "core/model/result.hpp"

namespace uplift::storage {

class Database;

struct Migration {
    int number = 0;
    std::string_view name;
    std::string_view sql;
};
// In order: 1, 2, 3 …
std::span<const Migration> migrations();

// "UPLQ": what `file` and a foreign database are told apart by.
inline constexpr int application_id = 0x55504c51;

// The version of an open database, read without changing it: 0 for an empty one. queue_newer for one of a
// newer program, queue_damaged for one that is not a queue of ours.
Result<int> schema_version(Database& database);

// Applies what is missing, each migration in one transaction.
void migrate(Database& database);

}  // namespace uplift::storage
