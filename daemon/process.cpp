#include "daemon/process.hpp"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" char** environ;

namespace uplift::daemon {
namespace {

constexpr std::array<std::string_view, 11> kept_variables{"LISTEN_FDS",
                                                          "LISTEN_PID",
                                                          "LISTEN_FDNAMES",
                                                          "NOTIFY_SOCKET",
                                                          "WATCHDOG_USEC",
                                                          "WATCHDOG_PID",
                                                          "CREDENTIALS_DIRECTORY",
                                                          "INVOCATION_ID",
                                                          "JOURNAL_STREAM",
                                                          "TZ",
                                                          "LANG"};

void keep_only_known_variables() {
    std::vector<std::pair<std::string, std::string>> kept;
    for (const auto name : kept_variables)
        if (const char* value = std::getenv(std::string(name).c_str()); value != nullptr)
            kept.emplace_back(name, value);
    clearenv();
    for (const auto& [name, value] : kept) setenv(name.c_str(), value.c_str(), 1);
    setenv("LDAPNOINIT", "1", 1);
}

void ignore(int signal) {
    struct sigaction action {};
    action.sa_handler = SIG_IGN;
    sigaction(signal, &action, nullptr);
}

}  // namespace

bool keeps_variable(const char* name) {
    return std::find(kept_variables.begin(), kept_variables.end(), std::string_view(name)) !=
           kept_variables.end();
}

void harden_process() {
    keep_only_known_variables();
    ignore(SIGPIPE);
    ignore(SIGXFSZ);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    umask(0077);
}

}  // namespace uplift::daemon
