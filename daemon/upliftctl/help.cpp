#include "daemon/upliftctl/help.hpp"

#include "daemon/upliftctl/table.hpp"

namespace uplift::upliftctl {
namespace {

constexpr std::size_t width = 80;

using Facts = std::vector<std::pair<std::string, std::string>>;

// "--limit N", "-o, --output WORD", "--yes"
std::string spelling_of(const CLI::Option& option) {
    std::string names;
    for (const auto& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
    for (const auto& name : option.get_lnames()) names += (names.empty() ? "--" : ", --") + name;
    return option.get_items_expected_max() == 0 ? names : names + " " + option.get_type_name();
}

std::string meaning_of(const CLI::Option& option) {
    auto text = option.get_description();
    if (!option.get_default_str().empty()) text += " (default " + option.get_default_str() + ")";
    return text;
}

std::string usage_of(const CLI::App& app, const std::string& path) {
    std::string line = "Usage: " + path;
    for (const auto* option : app.get_options([](const CLI::Option* one) { return one->get_positional(); }))
        line += option->get_required() ? " " + option->get_name() : " [" + option->get_name() + "]";
    if (!app.get_subcommands([](const CLI::App*) { return true; }).empty()) line += " COMMAND";
    return line + " [OPTION]…\n";
}

}  // namespace

std::string help_of(const CLI::App& app, const std::string& path) {
    std::string text = usage_of(app, path) + app.get_description() + ".\n";
    if (!app.get_footer().empty()) text += "\nExample: " + app.get_footer() + "\n";

    Facts commands;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
        commands.emplace_back(command->get_name(), command->get_description());
    if (!commands.empty()) text += "\nCommands:\n" + render_facts(commands, width, 2);

    Facts options;
    for (const auto* option : app.get_options())
        options.emplace_back(option->get_positional() ? option->get_name() : spelling_of(*option),
                             meaning_of(*option));
    text += "\nOptions:\n" + render_facts(options, width, 2);
    if (app.get_parent() != nullptr)
        text += "\nAlso --json, --socket PATH and --no-color, as `upliftctl --help` says.\n";
    return text;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
    return help_of(*app, name);
}

}  // namespace uplift::upliftctl
