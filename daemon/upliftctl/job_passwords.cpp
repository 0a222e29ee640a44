// upliftctl job passwords ID: initial passwords, once, on a terminal, page by page.
//
// A page is marked by the daemon before it comes here, and destroyed there once the terminal has taken it.
#include <termios.h>
#include <unistd.h>

#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

constexpr std::int64_t page_size = 20;

struct JobPasswordsOptions {
    std::string id;
};

void wipe_cells(std::vector<std::vector<Cell>>& rows) {
    for (auto& row : rows)
        for (auto& cell : row) wipe(cell.text);
}

// False where the terminal did not take it: the page is not acknowledged and may be shown again.
bool show_page(std::vector<std::vector<Cell>>& rows) {
    const auto whole = Column::Fit::whole;
    auto table = render_table({{.title = "ROW", .align = Column::Align::right, .fit = whole},
                               {.title = "USER", .fit = whole},
                               {.title = "PASSWORD", .fit = whole},
                               {.title = "NAME"}},
                              rows,
                              terminal_width(),
                              {});
    const bool taken = print(table) && ::tcdrain(STDOUT_FILENO) == 0;
    wipe(table);
    wipe_cells(rows);
    return taken;
}

Fault no_terminal() {
    return Fault{.code = FaultCode::not_a_terminal,
                 .where = "job passwords",
                 .what = "passwords are shown on a terminal only, never into a file or a pipe",
                 .cure = "Run the command in a terminal. Nothing was shown or marked."};
}

Fault cut_off(const std::string& id) {
    return Fault{.code = FaultCode::interrupted,
                 .where = "job passwords",
                 .what = "the last page was not taken by the terminal",
                 .cure = "`upliftctl job passwords " + id + "` shows it again, to you only."};
}

Result<ExitCode> run_job_passwords(const Globals& globals, const JobPasswordsOptions& options) {
    const auto& id = options.id;
    if (::isatty(STDOUT_FILENO) == 0 || ::isatty(STDIN_FILENO) == 0) return no_terminal();
    auto session = open_session(globals);
    if (!session) return session.error();
    const protocol::JobPasswordsRequest request{.job = id, .limit = page_size};
    for (;;) {
        std::vector<std::vector<Cell>> rows;
        std::optional<protocol::PasswordPageView> page;
        auto asked = session->ask(request, [&](const json::Value& reply) -> Result<void> {
            if (protocol::is_fault(reply)) {
                if (auto fault = protocol::fault_from(reply))
                    complain(text::shown(to_line(fault_of(*fault))) + "\n");
                return {};
            }
            if (reply.find("password") == nullptr) {
                auto end = protocol::view_from<protocol::PasswordPageView>(reply);
                if (!end) return end.error();
                page = *end;
                return {};
            }
            auto row = protocol::view_from<protocol::PasswordView>(reply);
            if (!row) return row.error();
            rows.push_back({Cell{.text = std::to_string(row->row)},
                            Cell{.text = row->user_principal_name},
                            Cell{.text = row->password},
                            Cell{.text = row->display_name}});
            wipe(row->password);
            return {};
        });
        if (!asked) return asked.error();
        if (!page || rows.empty()) return ExitCode::done;
        if (!show_page(rows) || interrupted()) return cut_off(id);
        const protocol::PasswordsTakenRequest taken{.job = id, .page = page->page};
        auto closed = session->ask(taken, [](const json::Value&) -> Result<void> { return {}; });
        if (!closed) return closed.error();
        if (page->left == 0) return ExitCode::done;
        if (!ask_to_go_on(grouped(page->left) + " more. Enter shows the next page, q stops: "))
            return ExitCode::done;
    }
}

}  // namespace

void add_job_passwords(Commands& commands) {
    auto* command =
        commands.job.add_subcommand("passwords", "Show initial passwords once, on this terminal only");
    auto options = std::make_shared<JobPasswordsOptions>();
    add_job_id(command, options->id);
    example(command, "upliftctl job passwords J17");
    does(commands, command, options, run_job_passwords);
}

}  // namespace uplift::upliftctl
