// The configuration files on disk: found, judged safe, read.
//
// A file counts only when root or the daemon's user owns it and neither group nor others may write it; so its
// folder (a sticky one may be shared: nobody can replace another's file there).
#pragma once

#include <string>
#include <vector>

#include "config/load.hpp"
#include "core/model/result.hpp"

namespace uplift::config {

struct SourceFiles {
    std::vector<SourceText> sources;
    std::vector<Fault> faults;  // config_unreadable, config_writable
};

SourceFiles read_source_files(const std::string& main_file);

}  // namespace uplift::config
