// upliftd --doctor: doors, clock and one thread of its own, and the checks on stdout.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>

#include "core/secrets/system_entropy.hpp"
#include "core/text/show.hpp"
#include "daemon/check_config.hpp"
#include "daemon/doctor.hpp"
#include "daemon/protocol/frame.hpp"
#include "daemon/system_clock.hpp"

namespace uplift::daemon {
namespace {

// Nobody breaks these lines: a terminal does it itself.
constexpr std::size_t unbroken = 1'000'000;
constexpr int exit_failure = 1;

void put(const std::string& lines) { std::fwrite(lines.data(), 1, lines.size(), stdout); }

}  // namespace

int run_doctor(const std::string& config_file, const std::string& profile, DoctorShape shape) {
    auto loaded = load_checked(config_file);
    print_faults(loaded.warnings, "warning: ");
    print_faults(loaded.faults, "");
    if (!loaded.config) return exit_configuration;

    boost::asio::io_context io{1};
    SystemClock clock(io.get_executor());
    secrets::SystemEntropy entropy;
    Doctor doctor({.executor = io.get_executor(),
                   .clock = clock,
                   .entropy = entropy,
                   .secrets = config::SecretSource::from_environment()});
    protocol::CheckTotals totals;
    protocol::CheckWriter writer(unbroken,
                                 [](protocol::CheckState state) { return std::string(word(state)); });
    Doctor::Taker taker = [&](protocol::CheckView check) -> boost::asio::awaitable<void> {
        totals.count(check.state);
        put(shape == DoctorShape::json ? protocol::reply_frame(check) : writer.lines_of(check));
        std::fflush(stdout);
        co_return;
    };
    std::optional<Result<void>> examined;
    auto config = std::make_shared<const config::Config>(std::move(*loaded.config));
    boost::asio::co_spawn(io,
                          doctor.examine(std::move(config), profile, taker),
                          [&](std::exception_ptr error, Result<void> result) {
                              if (error) std::rethrow_exception(error);
                              examined = std::move(result);
                              io.stop();
                          });
    io.run();
    if (!*examined) {
        std::fprintf(stderr, "upliftd: %s\n", text::shown(to_line(examined->error())).c_str());
        return exit_failure;
    }
    if (shape == DoctorShape::words) put("\n" + in_words(totals) + "\n");
    return totals.of(protocol::CheckState::failure) > 0 ? exit_failure : exit_ok;
}

}  // namespace uplift::daemon
