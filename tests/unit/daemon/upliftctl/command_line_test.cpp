#include "daemon/upliftctl/command_line.hpp"

#include <gtest/gtest.h>

#include "core/text/show.hpp"
#include "daemon/upliftctl/help.hpp"

namespace uplift::upliftctl {
namespace {

std::optional<Fault> fault_of_typed(std::vector<const char*> words) {
    words.insert(words.begin(), "upliftctl");
    CommandLine line;
    const auto action = line.parse(static_cast<int>(words.size()), words.data());
    return action ? std::nullopt : std::optional(action.error());
}

struct TypedCase {
    std::vector<const char*> words;
    std::string_view what;
    std::string_view cure;
};
const TypedCase typed_cases[] = {
    {{"jbos"}, "no command \"jbos\"", "Did you mean `jobs`?"},
    {{"job", "shwo", "J1"}, "no command \"shwo\"", "Did you mean `show`?"},
    {{"watch", "J1"}, "no command \"watch\"", "Did you mean `job watch`?"},
    {{"zzzzzzzzz"}, "no command \"zzzzzzzzz\"", "See `upliftctl --help`."},
    {{"submit", "a.csv", "--porfile", "staff"}, "no option \"--porfile\"", "Did you mean `--profile`?"},
    {{"jobs", "--jsno"}, "no option \"--jsno\"", "Did you mean `--json`?"},
    {{"job", "show", "--poeple=3"}, "no option \"--poeple\"", "Did you mean `--people`?"},
    {{"job", "show"}, "ID", "upliftctl job show --help"},
    {{"job"}, "a command is missing", "upliftctl job --help"},
    {{}, "a command is missing", "upliftctl --help"},
    {{"job", "show", "J1", "J2"}, "\"J2\" is one word too many", "upliftctl job show --help"},
    {{"jobs", "-o", "jsn"}, "\"jsn\" is none of wide, name, csv, json; the nearest is json", "--help"},
    {{"jobs", "--limit", "many"}, "many", "--help"},
};

TEST(CommandLine, WhatIsMistypedNamesWhatWasMeant) {
    for (const auto& typed : typed_cases) {
        const auto fault = fault_of_typed(typed.words);
        ASSERT_TRUE(fault) << typed.what;
        EXPECT_EQ(fault->code, FaultCode::usage);
        EXPECT_NE(fault->what.find(typed.what), std::string::npos) << fault->what;
        EXPECT_NE(fault->cure.find(typed.cure), std::string::npos) << fault->cure;
    }
}

TEST(CommandLine, JsonIsHeardAlsoWhereTheRestIsMistyped) {
    CommandLine line;
    const char* const words[] = {"upliftctl", "jobs", "--limit", "many", "--json"};

    const auto action = line.parse(5, words);

    EXPECT_FALSE(action);
    EXPECT_EQ(line.globals().shape, Shape::json);
}

TEST(CommandLine, CommonOptionsStandBeforeOrBehindTheCommand) {
    for (const auto& words : {std::vector<const char*>{"upliftctl", "--json", "--socket", "/x", "jobs"},
                              std::vector<const char*>{"upliftctl", "jobs", "--socket", "/x", "--json"}}) {
        CommandLine line;
        const auto action = line.parse(static_cast<int>(words.size()), words.data());
        ASSERT_TRUE(action);
        EXPECT_TRUE(action->has_value());
        EXPECT_EQ(line.globals().shape, Shape::json);
        EXPECT_EQ(line.globals().socket, "/x");
    }
}

TEST(CommandLine, TheLastOfSeveralCountsButForPeople) {
    CommandLine line;
    const char* const words[] = {"upliftctl",
                                 "--socket",
                                 "/a",
                                 "submit",
                                 "--user",
                                 "x",
                                 "--user",
                                 "y",
                                 "--label",
                                 "a",
                                 "--label",
                                 "b",
                                 "--socket",
                                 "/b"};

    const auto action = line.parse(14, words);

    ASSERT_TRUE(action);
    EXPECT_EQ(line.globals().socket, "/b");
    EXPECT_EQ(line.app().get_subcommand("submit")->get_option("--user")->count(), 2U);
    EXPECT_EQ(
        line.app().get_subcommand("submit")->get_option("--user")->as<std::vector<std::string>>().size(), 2U);
}

void check_help(const CLI::App& app, const std::string& path) {
    const auto help = help_of(app, path);
    EXPECT_FALSE(app.get_description().empty()) << path;
    EXPECT_NE(help.find("Example: "), std::string::npos) << path;
    for (std::size_t at = 0; at < help.size();) {
        const auto end = help.find('\n', at);
        EXPECT_LE(text::display_width(help.substr(at, end - at)), 80U) << help.substr(at, end - at);
        at = end + 1;
    }
    for (const auto* inner : app.get_subcommands([](const CLI::App*) { return true; }))
        check_help(*inner, path + " " + inner->get_name());
}

TEST(Help, OfEveryCommandHasAnExampleAndFitsEightyColumns) {
    const CommandLine line;

    check_help(line.app(), "upliftctl");
}

}  // namespace
}  // namespace uplift::upliftctl
