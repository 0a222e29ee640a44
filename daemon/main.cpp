// upliftd: takes people from Active Directory to Microsoft 365.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "core/text/show.hpp"
#include "daemon/check_config.hpp"
#include "daemon/doctor.hpp"
#include "daemon/process.hpp"
#include "daemon/protocol/program_version.hpp"
#include "daemon/wiring.hpp"

namespace {

using namespace uplift;

constexpr int exit_cannot_start = 1;

bool is_about_configuration(FaultCode code) {
    return static_cast<unsigned>(code) < 1100 || code == FaultCode::sealing_key_wrong;
}

int run_daemon(const std::string& config_file) {
    auto loaded = daemon::load_checked(config_file);
    daemon::print_faults(loaded.warnings, "warning: ");
    daemon::print_faults(loaded.faults, "");
    if (!loaded.config) return daemon::exit_configuration;
    auto started = daemon::Daemon::start(config_file, std::move(*loaded.config));
    if (started) return (*started)->run();
    const auto& fault = started.error();
    std::fprintf(stderr, "upliftd: %s\n", text::shown(to_line(fault)).c_str());
    return is_about_configuration(fault.code) ? daemon::exit_configuration : exit_cannot_start;
}

}  // namespace

int main(int argc, char** argv) {
    daemon::harden_process();
    CLI::App app("Takes people from Active Directory and gives them Microsoft 365 accounts.", "upliftd");
    std::string config_file = "/etc/uplift/uplift.toml";
    bool check_only = false, for_start = false, json = false;
    std::string profile;
    app.add_option("--config", config_file, "The configuration")->capture_default_str();
    auto* check =
        app.add_flag("--check-config", check_only, "Print every fault of the configuration; exit 78, or 0");
    app.add_flag("--for-start",
                 for_start,
                 "With --check-config: warn of what would not keep the daemon from starting")
        ->needs(check);
    auto* doctor =
        app.add_option("--doctor", profile, "Check all that the jobs of PROFILE, or of each, will need")
            ->type_name("PROFILE")
            ->expected(0, 1);
    app.add_flag("--json", json, "With --doctor: one JSON object a line")->needs(doctor);
    app.set_version_flag("--version", std::string("upliftd ") + protocol::program_version);
    CLI11_PARSE(app, argc, argv);
    if (doctor->count() > 0)
        return daemon::run_doctor(
            config_file, profile, json ? daemon::DoctorShape::json : daemon::DoctorShape::words);
    if (check_only)
        return daemon::check_config(config_file,
                                    for_start ? daemon::CheckFor::start : daemon::CheckFor::change);
    return run_daemon(config_file);
}
