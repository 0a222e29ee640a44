#include "storage/opened_store.hpp"

#include <sys/stat.h>

#include "storage/schema.hpp"

namespace uplift::storage {
namespace {

bool has_bytes(const std::string& path) {
    struct stat seen {};
    return ::stat(path.c_str(), &seen) == 0 && seen.st_size > 0;
}

// A database of a newer program stays untouched: it is looked at through a connection that cannot write.
Result<void> look_first(DatabaseOptions options) {
    options.access = Access::read_only;
    auto database = Database::open(options);
    if (!database) return database.error();
    const auto version = schema_version(**database);
    if (!version) return version.error();
    return {};
}

}  // namespace

Result<OpenedStore> open_store(DatabaseOptions options) {
    options.stop = nullptr;
    try {
        const bool fresh = options.path == ":memory:" || !options.vfs.empty() || !has_bytes(options.path);
        if (!fresh)
            if (auto looked = look_first(options); !looked) return looked.error();
        auto database = Database::open(options);
        if (!database) return database.error();
        (*database)->make_durable();
        auto store = std::make_unique<Store>(**database);
        store->restart();
        return OpenedStore{std::move(*database), std::move(store)};
    } catch (const Stopped& stopped) {
        return stopped.fault;
    } catch (const CannotNow& cannot) {
        return cannot.fault;
    }
}

}  // namespace uplift::storage
