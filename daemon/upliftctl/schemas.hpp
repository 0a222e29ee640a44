// JSON Schemas (2020-12) of what people write: a JSON job, the configuration.
//
// Pure; made of intake's and config's own tables, so that they cannot fall behind.
#pragma once

#include "core/json/json.hpp"

namespace uplift::upliftctl {

json::Value job_schema();
json::Value config_schema();

}  // namespace uplift::upliftctl
