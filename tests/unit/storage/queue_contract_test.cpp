#include "tests/unit/storage/queue_lines_contract.hpp"
#include "tests/unit/storage/queue_orders_contract.hpp"

namespace uplift::storage::testing {

const auto worlds = ::testing::Values(WorldCase{"Memory", [] { return std::make_unique<MemoryWorld>(); }},
                                      WorldCase{"Inline", [] { return std::make_unique<InlineWorld>(); }},
                                      WorldCase{"Sqlite", [] { return std::make_unique<SqliteWorld>(); }});
const auto name_of_world = [](const ::testing::TestParamInfo<WorldCase>& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(All, QueueContract, worlds, name_of_world);
INSTANTIATE_TEST_SUITE_P(All, QueueOrders, worlds, name_of_world);
INSTANTIATE_TEST_SUITE_P(All, QueueLines, worlds, name_of_world);

}  // namespace uplift::storage::testing
