// load: the configuration files as one Config, or the list of all their faults.
//
// Reads files only; no secret is opened. The main file comes first, then conf.d/*.toml beside it in the order
// of their names: a drop-in adds tables and overrides single keys, the later file wins; what it writes in
// braces or brackets replaces the earlier value as a whole. Faults of meaning come all at once, of TOML
// syntax the first of each file (then nothing else is looked at). Each names file:line:column, cause and
// cure.
//
// A file or its folder that others than root and the daemon's user may write is refused (AC-52).
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/model/result.hpp"

namespace uplift::config {

struct LoadOutcome {
    std::optional<Config> config;  // there exactly when there are no faults
    std::vector<Fault> faults;     // in the order of files and lines
    std::vector<Fault> warnings;   // config_no_effect
    // Where each value in force comes from: "profile.staff.domain" -> "/etc/uplift/uplift.toml:31:1". Keys
    // that are not here have their default.
    std::map<std::string, std::string> places;
};

LoadOutcome load(const std::string& main_file);

// One file's name and content, later ones over earlier ones. Pure.
struct SourceText {
    std::string name;
    std::string text;
};
LoadOutcome interpret(std::span<const SourceText> sources);

}  // namespace uplift::config
