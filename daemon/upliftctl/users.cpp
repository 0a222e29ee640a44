// upliftctl users: people of the directory, and whether each has an account already. `-o csv` is a file that
// `submit` takes.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/selection_options.hpp"

namespace uplift::upliftctl {
namespace {

struct UsersOptions {
    Wanted wanted;
    std::string profile;
    std::shared_ptr<ListWish> list = std::make_shared<ListWish>();
};

// In CSV only the objectGUID is read by an intake; what begins with # is carried along for people to read.
std::vector<ListColumn> user_columns() {
    using Shown = Column::Shown;
    const auto rigid = Column::Fit::rigid;
    return {{"guid", {.title = "GUID", .fit = rigid, .shown = Shown::wide}, "objectGUID"},
            {"user", {.title = "USER"}, "#userPrincipalName"},
            {"name", {.title = "NAME"}, "#displayName"},
            {"account", {.title = "ACCOUNT", .fit = rigid}, "#account"},
            {"verdict", {.title = "VERDICT", .fit = rigid}, "#verdict"},
            {"planned", {.title = "PLANNED", .shown = Shown::when_room}, "#planned"},
            {"sam", {.title = "SAM ACCOUNT", .shown = Shown::when_room}, "#sAMAccountName"},
            {"has", {.title = "ITS NAME", .shown = Shown::wide}, "#account_upn"},
            {"dn", {.title = "DN", .shown = Shown::when_room}, "#distinguishedName"}};
}

ListCell account_cell(const std::string& word) {
    auto cell = text_cell(word);
    cell.paint = word == "has"       ? Paint::good
                 : word == "taken"   ? Paint::bad
                 : word == "unknown" ? Paint::attention
                                     : Paint::none;
    return cell;
}

ListRow row_of(const protocol::UserView& user, const json::Value& object) {
    auto verdict = text_cell(user.verdict);
    if (user.verdict != "take") verdict.paint = Paint::attention;
    return {.cells = {text_cell(user.object_guid),
                      text_cell(user.user_principal_name.empty() ? user.sam_account_name
                                                                 : user.user_principal_name),
                      text_cell(user.display_name),
                      account_cell(user.account),
                      std::move(verdict),
                      text_cell(user.planned_upn),
                      text_cell(user.sam_account_name),
                      text_cell(user.account_upn),
                      text_cell(user.distinguished_name)},
            .name = user.user_principal_name.empty() ? user.object_guid : user.user_principal_name,
            .object = object};
}

Result<ExitCode> list_users(const Globals& globals, const UsersOptions& options) {
    const auto& wish = *options.list;
    const auto read = [&](const ListSource::Taker& take) -> Result<void> {
        auto session = open_session(globals);
        if (!session) return session.error();
        const protocol::UsersRequest request{.profile = options.profile,
                                             .ou = options.wanted.ous,
                                             .exclude_ou = options.wanted.exclude_ous,
                                             .filter = options.wanted.filter,
                                             .limit = wish.sort.empty() ? wish.limit : 0};
        return session->ask(request, [&](const json::Value& reply) -> Result<void> {
            auto user = protocol::view_from<protocol::UserView>(reply);
            if (!user) return user.error();
            return take(row_of(*user, reply));
        });
    };
    const ListSource source{
        .columns = user_columns(), .when_empty = "Nobody there is whom this names.", .read = read};
    auto wanted = wish;
    if (globals.shape == Shape::json) wanted.output = ListOutput::json;
    auto listed = list_out(source, wanted, colours_for(globals.colours));
    if (!listed) return listed.error();
    if (wanted.output == ListOutput::table && listed->rows > 0)
        hint(globals, "the same with -o csv > people.csv, then upliftctl submit people.csv");
    return listed->code;
}

}  // namespace

void add_users(Commands& commands) {
    auto* command =
        commands.app.add_subcommand("users", "People of the directory, and whether each has an account");
    auto options = std::make_shared<UsersOptions>();
    add_selection_options(command, options->wanted);
    command
        ->add_option("--profile", options->profile, "Whose directory and rules; default: the default profile")
        ->type_name("NAME");
    add_list_options(commands, command, options->list, user_columns());
    example(command, "upliftctl users --filter '(department=IT)' -o csv > people.csv");
    does(commands, command, options, list_users);
}

}  // namespace uplift::upliftctl
