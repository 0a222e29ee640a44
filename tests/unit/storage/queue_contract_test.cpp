#include "tests/unit/storage/queue_contract.hpp"

namespace uplift::storage::testing {

INSTANTIATE_TEST_SUITE_P(
    All,
    QueueContract,
    ::testing::Values(WorldCase{"Memory", [] { return std::make_unique<MemoryWorld>(); }},
                      WorldCase{"Inline", [] { return std::make_unique<InlineWorld>(); }},
                      WorldCase{"Sqlite", [] { return std::make_unique<SqliteWorld>(); }}),
    [](const auto& info) { return info.param.name; });

}  // namespace uplift::storage::testing
