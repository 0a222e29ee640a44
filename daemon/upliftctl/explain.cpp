// upliftctl explain KEY|CODE: a key of the configuration, or the code of a fault; asks no daemon.
#include <charconv>

#include "config/reference.hpp"
#include "core/json/json.hpp"
#include "core/text/nearest.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"
#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {
namespace {

using config::KeyReference;

struct ExplainOptions {
    std::string word;
};

// UPL-1107, upl-1107, 1107 or csv_password_column
std::optional<FaultCode> code_named(std::string_view given) {
    auto lower = text::lower(given);
    for (const auto& entry : all_faults())
        if (lower == entry.word) return entry.code;
    std::string_view digits = lower;
    if (digits.starts_with("upl-")) digits.remove_prefix(4);
    unsigned number = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || stop != digits.data() + digits.size()) return std::nullopt;
    return fault_code_from(number);
}

Result<ExitCode> explain_code(FaultCode code, const Globals& globals) {
    const auto& entry = entry_of(code);
    if (globals.shape == Shape::json) {
        print_json(with_schema("uplift.explained_fault/1",
                               json::Value::object({{"code", json::Value(to_string(code))},
                                                    {"word", json::Value(entry.word)},
                                                    {"meaning", json::Value(entry.title)},
                                                    {"cure", json::Value(entry.cure)}})));
        return ExitCode::done;
    }
    print(to_string(code) + "  " + std::string(entry.word) + "\n");
    print(render_facts({{"meaning", std::string(entry.title) + "."}, {"cure", std::string(entry.cure)}},
                       terminal_width(),
                       2));
    return ExitCode::done;
}

json::Value object_of(const KeyReference& key) {
    const auto text_or_null = [](std::string_view text) {
        return text.empty() ? json::Value() : json::Value(text);
    };
    return with_schema("uplift.explained_key/1",
                       json::Value::object({{"key", json::Value(key.key)},
                                            {"type", json::Value(config::word(key.kind))},
                                            {"required", json::Value(key.need == config::KeyNeed::required)},
                                            {"default", text_or_null(key.standard)},
                                            {"example", text_or_null(key.example)},
                                            {"words", text_or_null(key.words)},
                                            {"meaning", json::Value(key.meaning)}}));
}

void explain_key(const KeyReference& key) {
    print(std::string(key.key) + "\n");
    print_prose(key.meaning, 2);
    print(render_facts({{"type", std::string(config::word(key.kind))},
                        {"one of", std::string(key.words)},
                        {"required", key.need == config::KeyNeed::required ? "yes" : ""},
                        {"default", std::string(key.standard)},
                        {"example", std::string(key.example)}},
                       terminal_width(),
                       2));
}

void list_keys(std::span<const KeyReference* const> keys) {
    for (const auto* key : keys) {
        print(std::string(key->key) + "\n");
        print_prose(key->meaning, 2);
    }
}

Fault nothing_called(const std::string& word) {
    std::vector<std::string_view> known;
    for (const auto& entry : all_faults()) known.push_back(entry.word);
    for (const auto& key : config::key_references()) {
        known.push_back(key.key);
        known.push_back(config::last_part(key.key));
    }
    const auto near = text::nearest(word, known);
    return Fault{.code = FaultCode::usage,
                 .where = "explain",
                 .what = "nothing is called " + text::quoted(word),
                 .cure = (near ? "Did you mean " + std::string(*near) + "? " : "") +
                         "Give a key as the configuration has it (service.max_file) or a code (UPL-1107)."};
}

Result<ExitCode> run_explain(const Globals& globals, const ExplainOptions& options) {
    if (const auto code = code_named(options.word)) return explain_code(*code, globals);
    const auto keys = config::keys_named(options.word);
    if (keys.empty()) return nothing_called(options.word);
    if (globals.shape == Shape::json)
        for (const auto* key : keys) print_json(object_of(*key));
    else if (keys.size() == 1)
        explain_key(*keys.front());
    else
        list_keys(keys);
    return ExitCode::done;
}

}  // namespace

void add_explain(Commands& commands) {
    auto* command =
        commands.app.add_subcommand("explain", "A key of the configuration, or the code of a fault; offline");
    auto options = std::make_shared<ExplainOptions>();
    command
        ->add_option("WORD", options->word, "A key (service.max_file, profile.staff), or a code (UPL-1107)")
        ->required();
    example(command, "upliftctl explain UPL-1107");
    does(commands, command, options, run_explain);
}

}  // namespace uplift::upliftctl
