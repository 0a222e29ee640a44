// upliftctl config show: the configuration in force and where each value came from, without secrets.
#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {
namespace {

std::vector<ListColumn> key_columns() {
    return {{"key", {.title = "KEY", .fit = Column::Fit::rigid}},
            {"value", {.title = "VALUE"}},
            {"origin", {.title = "FROM"}}};
}

// In a table the file's name does: the folder is the same for all of them.
ListCell origin_cell(const std::string& origin) {
    auto cell = text_cell(origin);
    cell.shown = origin.substr(origin.rfind('/') + 1);
    if (origin == "default") cell.paint = Paint::faint;
    return cell;
}

Result<ExitCode> run_config_show(const Globals& globals, const ListWish& wish) {
    const auto read = [&](const ListSource::Taker& take) -> Result<void> {
        auto session = open_session(globals);
        if (!session) return session.error();
        return session->ask(protocol::ConfigShowRequest{}, [&](const json::Value& reply) -> Result<void> {
            auto one = protocol::view_from<protocol::ConfigValueView>(reply);
            if (!one) return one.error();
            ListRow row{.cells = {text_cell(one->key), text_cell(one->value), origin_cell(one->origin)},
                        .name = one->key,
                        .object = reply};
            return take(std::move(row));
        });
    };
    const ListSource source{
        .columns = key_columns(), .when_empty = "There is no configuration.", .read = read};
    auto wanted = wish;
    if (globals.shape == Shape::json) wanted.output = ListOutput::json;
    auto listed = list_out(source, wanted, colours_for(globals.colours));
    if (!listed) return listed.error();
    if (wanted.output == ListOutput::table) hint(globals, "upliftctl explain KEY");
    return listed->code;
}

}  // namespace

void add_config(Commands& commands) {
    auto* config = commands.app.add_subcommand("config", "The configuration in force");
    config->require_subcommand(1);
    config->fallthrough();
    example(config, "upliftctl config show");
    auto* command =
        config->add_subcommand("show", "Every value in force and where it comes from, no secrets");
    auto wish = std::make_shared<ListWish>();
    add_list_options(commands, command, wish, key_columns());
    example(command, "upliftctl config show -o csv");
    does(commands, command, wish, run_config_show);
}

}  // namespace uplift::upliftctl
