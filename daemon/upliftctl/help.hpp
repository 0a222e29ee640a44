// --help: what a command is, its usage, an example, its options; within 80 columns.
//
// Pure.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace uplift::upliftctl {

std::string help_of(const CLI::App& app, const std::string& path);

// help_of() for the parser.
class HelpFormatter : public CLI::FormatterBase {
 public:
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

}  // namespace uplift::upliftctl
