// The command line: every command entered into one parser, and what is wrong with what people typed.
//
// Prints only where --help asks for it. Faults: usage, with the command, option or word that was probably
// meant.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {

class CommandLine {
 public:
    CommandLine();
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    // What is to be done; nothing where help was printed. globals() are filled in either case.
    Result<std::optional<Action>> parse(int argc, const char* const* argv);
    [[nodiscard]] const Globals& globals() const { return globals_; }
    [[nodiscard]] const CLI::App& app() const { return app_; }

 private:
    [[nodiscard]] Fault what_was_meant(const CLI::ParseError& error) const;

    CLI::App app_;
    Globals globals_;
    Action chosen_;
    bool no_color_ = false;
};

}  // namespace uplift::upliftctl
