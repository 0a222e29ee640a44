// uplift-reference: what the manual and systemd's catalog say of keys, commands and faults, from the code
// itself.
//
//   uplift-reference fill PAGE   the Markdown of PAGE, its lines @keys@, @commands@ and @errors@ filled in
//   uplift-reference catalog     the message catalog, for `journalctl -x` (journald's catalog files)
//   uplift-reference list        every key, command, option and code, one a line: for the check of the guide
//
// A tool of the build; not installed. Reads PAGE, writes standard output.
#include "config/reference.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>

#include "core/model/fault_code.hpp"
#include "core/model/message_id.hpp"
#include "daemon/upliftctl/command_line.hpp"

namespace uplift::docs {
namespace {

// Pandoc: every punctuation of ASCII may be escaped.
std::string plain(std::string_view words) {
    std::string text;
    for (const char letter : words) {
        if (std::string_view("\\`*_{}[]()#+-.!|<>~^$\"'@:").find(letter) != std::string_view::npos)
            text += '\\';
        text += letter;
    }
    return text;
}

std::string bold(std::string_view words) { return "**" + plain(words) + "**"; }

void print_key(const config::KeyReference& key) {
    std::cout << bold(key.key) << "\n:   " << plain(key.meaning) << "\n\n    "
              << plain(config::word(key.kind)) << (key.need == config::KeyNeed::required ? ", required" : "")
              << ".";
    if (!key.words.empty()) std::cout << " One of: " << plain(key.words) << ".";
    if (!key.standard.empty()) std::cout << " Default: " << bold(key.standard) << ".";
    if (!key.example.empty()) std::cout << " For example: " << bold(key.example) << ".";
    std::cout << "\n\n";
}

void print_keys() {
    std::string_view table;
    for (const auto& key : config::key_references()) {
        const auto top = key.key.substr(0, key.key.find('.'));
        if (top != table) std::cout << "## \\[" << plain(top) << "\\]\n\n";
        table = top;
        print_key(key);
    }
}

void print_errors() {
    for (const auto& entry : all_faults())
        std::cout << bold(to_string(entry.code)) << " (" << plain(entry.word)
                  << ")\n:   " << plain(entry.title) << "\\. " << plain(entry.cure) << "\n\n";
}

std::string spelling_of(const CLI::Option& option) {
    std::string names;
    for (const auto& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
    for (const auto& name : option.get_lnames()) names += (names.empty() ? "--" : ", --") + name;
    return option.get_items_expected_max() == 0 ? bold(names)
                                                : bold(names) + " *" + plain(option.get_type_name()) + "*";
}

bool is_help(const CLI::Option& option) { return option.check_lname("help"); }

void print_options(const CLI::App& app) {
    for (const auto* option : app.get_options()) {
        if (is_help(*option)) continue;
        std::cout << (option->get_positional() ? "*" + plain(option->get_name()) + "*" : spelling_of(*option))
                  << "\n:   " << plain(option->get_description());
        if (!option->get_default_str().empty())
            std::cout << " (default " << plain(option->get_default_str()) << ")";
        std::cout << "\n\n";
    }
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

void print_command(const CLI::App& app, const std::string& path) {
    if (const auto below = commands_of(app); !below.empty()) {
        for (const auto* command : below) print_command(*command, path + " " + command->get_name());
        return;
    }
    std::cout << "## " << plain(path) << "\n\n" << plain(app.get_description()) << ".\n\n";
    print_options(app);
    if (!app.get_footer().empty()) std::cout << "Example:\n\n    " << app.get_footer() << "\n\n";
}

void print_commands() {
    const upliftctl::CommandLine line;
    print_options(line.app());
    for (const auto* command : commands_of(line.app())) print_command(*command, command->get_name());
}

void list_command(const CLI::App& app, const std::string& path) {
    for (const auto* command : commands_of(app)) {
        const auto below = path.empty() ? command->get_name() : path + " " + command->get_name();
        std::cout << "command " << below << "\n";
        list_command(*command, below);
    }
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) std::cout << "option " << path << " --" << name << "\n";
        for (const auto& name : option->get_snames()) std::cout << "option " << path << " -" << name << "\n";
    }
}

int list() {
    for (const auto& key : config::key_references()) std::cout << "key " << key.key << "\n";
    for (const auto& entry : all_faults())
        std::cout << "code " << to_string(entry.code) << " " << entry.word << "\n";
    list_command(upliftctl::CommandLine{}.app(), "");
    return 0;
}

// https://systemd.io/CATALOG/
int catalog() {
    std::cout << "# Explains the faults of Uplift in `journalctl -x`; made from its fault table.\n\n";
    for (const auto& entry : all_faults()) {
        std::string title(entry.title);
        title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
        std::cout << "-- " << message_id(entry.code) << "\n"
                  << "Subject: " << to_string(entry.code) << ": " << title << "\n"
                  << "Defined-By: Uplift\n"
                  << "Documentation: man:uplift-errors(7)\n\n"
                  << entry.cure << "\n\n"
                  << "All of a job: journalctl UPLIFT_JOB=ID; of a person: upliftctl why PERSON.\n\n";
    }
    return 0;
}

int fill(const char* path) {
    std::ifstream page(path);
    if (!page) {
        std::cerr << "uplift-reference: " << path << " cannot be read\n";
        return 1;
    }
    for (std::string line; std::getline(page, line);) {
        if (line == "@keys@")
            print_keys();
        else if (line == "@commands@")
            print_commands();
        else if (line == "@errors@")
            print_errors();
        else
            std::cout << line << "\n";
    }
    return 0;
}

}  // namespace
}  // namespace uplift::docs

int main(int argc, char** argv) {
    const std::string_view verb = argc > 1 ? argv[1] : "";
    if (verb == "fill" && argc == 3) return uplift::docs::fill(argv[2]);
    if (verb == "catalog") return uplift::docs::catalog();
    if (verb == "list") return uplift::docs::list();
    std::cerr << "usage: uplift-reference fill PAGE | catalog | list\n";
    return 2;
}
