// --ou, --exclude-ou and --filter: the same at `users` and `submit`.
#pragma once

#include <CLI/CLI.hpp>

#include "daemon/upliftctl/job_file.hpp"

namespace uplift::upliftctl {

void add_selection_options(CLI::App* command, Wanted& wanted);

}  // namespace uplift::upliftctl
