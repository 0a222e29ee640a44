#include "daemon/wiring.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>

#include "core/secrets/sealing_key.hpp"
#include "core/secrets/sealing_vault.hpp"
#include "core/secrets/system_entropy.hpp"
#include "core/text/show.hpp"
#include "daemon/certificate_watch.hpp"
#include "daemon/check_config.hpp"
#include "daemon/control_server.hpp"
#include "daemon/doors.hpp"
#include "daemon/handover_writer.hpp"
#include "daemon/heartbeat.hpp"
#include "daemon/reload.hpp"
#include "daemon/results_writer.hpp"
#include "daemon/retention.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/spdlog_journal.hpp"
#include "daemon/status_line.hpp"
#include "daemon/system_clock.hpp"
#include "daemon/watch_folder.hpp"
#include "storage/sqlite_queue.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

// systemd waits longer than this before it kills; what is on the wire after it is looked up at the next
// start.
constexpr Duration stop_patience = std::chrono::seconds{8};
constexpr auto between_status_lines = std::chrono::seconds{10};

[[noreturn]] void stop_for_the_queue(const Fault& fault) {
    std::fprintf(stderr, "upliftd: %s\n", text::shown(to_line(fault)).c_str());
    ::_exit(storage::stop_exit_code);
}

Result<secrets::SealingKey> sealing_key_of(const config::Config& config, const storage::SqliteQueue& queue) {
    const auto& ref = config.service.sealing_key;
    auto bytes =
        config::read_secret(ref, config::SecretForm::octets, config::SecretSource::from_environment());
    if (!bytes) return bytes.error();
    auto key = secrets::SealingKey::from(std::move(*bytes), config::to_string(ref));
    if (!key) return key.error();
    if (const auto& stored = queue.identity().key_check; !stored.empty())
        if (auto same = key->matches(stored, config::to_string(ref)); !same) return same.error();
    return std::move(*key);
}

// However a reload ends, the daemon is ready after it.
struct ReadyAgain {
    const ServiceManager& service_manager;
    ~ReadyAgain() { service_manager.ready(); }
};

engine::TenantSettings settings_of(const config::TenantConfig& config, const config::ServiceConfig& service) {
    engine::TenantSettings settings;
    settings.mailbox_poll_shortest = service.mailbox_poll_shortest;
    settings.mailbox_poll_longest = service.mailbox_poll_longest;
    settings.mailbox_timeout = service.mailbox_timeout;
    if (config.writes_per_second) settings.writes_per_second = *config.writes_per_second;
    settings.unknown_quiet = config.unknown_quiet;
    return settings;
}

}  // namespace

// In the order of making; undone backwards. The io_context outlives everything that waits on it.
struct Daemon::Parts {
    Parts(std::string file, std::shared_ptr<const config::Config> in_force, StateDir directory)
        : config_file(std::move(file)), config(std::move(in_force)), state(std::move(directory)) {}

    [[nodiscard]] engine::EngineParts engine_parts() {
        engine::EngineParts parts{.clock = clock,
                                  .entropy = entropy,
                                  .queue = *queue,
                                  .vault = *vault,
                                  .journal = journal,
                                  .directories = doors.directories(),
                                  .tenants = {}};
        const auto mailboxes = doors.mailboxes();
        for (const auto& [name, tenant] : doors.tenants())
            parts.tenants[name] = {.tenant = tenant,
                                   .mailboxes = mailboxes.at(name),
                                   .settings = settings_of(config->tenants.at(name), config->service)};
        return parts;
    }

    [[nodiscard]] std::map<std::string, ControlDesk::Parts::Server> servers() const {
        std::map<std::string, ControlDesk::Parts::Server> in_use;
        for (const auto& [name, state] : doors.directory_health()) {
            auto& server = in_use[name.value];
            server.name = state.domain_controller;
            if (state.clocks_differ && state.clock_skew)
                server.clock = "its clock is " + std::to_string(state.clock_skew->count()) +
                               " s ahead of ours: set one of them right";
        }
        return in_use;
    }

    Result<void> open();
    ReloadOutcome reload();
    void job_ended(JobId job);
    std::optional<Fault> handover_trouble();
    asio::awaitable<void> live();
    asio::awaitable<void> wait_for_signals();
    asio::awaitable<void> keep_systemd_informed();
    asio::awaitable<void> feed_watchdog();

    std::string config_file;
    std::shared_ptr<const config::Config> config;
    StateDir state;
    ServiceManager service_manager;
    asio::io_context io{1};
    asio::signal_set signals{io, SIGTERM, SIGINT, SIGHUP};
    SystemClock clock{io.get_executor()};
    secrets::SystemEntropy entropy;
    SpdlogJournal journal{stream_of_stderr()};
    Warnings warnings{journal};
    Doors doors{{.executor = io.get_executor(),
                 .clock = clock,
                 .entropy = entropy,
                 .secrets = config::SecretSource::from_environment()}};
    Doctor doctor{{.executor = io.get_executor(),
                   .clock = clock,
                   .entropy = entropy,
                   .secrets = config::SecretSource::from_environment()}};
    std::unique_ptr<storage::SqliteQueue> queue;
    std::string new_key_check;  // of a queue that has none yet
    std::unique_ptr<ReaderThread> reader;
    std::unique_ptr<secrets::SealingVault> vault;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<IntakeService> intake;
    std::unique_ptr<ResultsWriter> results;
    std::unique_ptr<HandoverWriter> handover;
    std::unique_ptr<WatchFolder> folder;
    std::unique_ptr<Retention> retention;
    std::unique_ptr<ControlDesk> desk;
    std::unique_ptr<ControlServer> control;
};

Result<void> Daemon::Parts::open() {
    const auto queue_directory = std::filesystem::path(state.path) / "queue";
    storage::QueueOptions options;
    options.directory = queue_directory;
    options.stop = stop_for_the_queue;
    auto opened = storage::SqliteQueue::open(std::move(options));
    if (!opened) return opened.error();
    queue = std::move(*opened);

    auto key = sealing_key_of(*config, *queue);
    if (!key) return key.error();
    if (queue->identity().key_check.empty()) new_key_check = key->check_value();
    vault = std::make_unique<secrets::SealingVault>(*key, entropy);

    auto looks = storage::Reader::open(storage::database_path(queue_directory), stop_for_the_queue);
    if (!looks) return looks.error();
    reader = std::make_unique<ReaderThread>(std::move(*looks));

    if (auto faults = doors.open(*config); !faults.empty()) {
        print_faults(faults, "");
        return faults.front();
    }
    engine = std::make_unique<engine::Engine>(io.get_executor(), engine_parts());

    intake = std::make_unique<IntakeService>(
        IntakeService::Parts{.queue = *queue,
                             .vault = *vault,
                             .clock = clock,
                             .journal = journal,
                             .secrets = config::SecretSource::from_environment(),
                             .directories = doors.directories(),
                             .accepted = [this] { engine->wake(); },
                             .not_now = [this] { return handover_trouble(); }},
        config);
    results = std::make_unique<ResultsWriter>(
        io.get_executor(),
        ResultsWriter::Parts{.state = state, .reader = *reader, .journal = journal, .warnings = warnings});
    handover = std::make_unique<HandoverWriter>(
        io.get_executor(),
        HandoverWriter::Parts{.state = state,
                              .reader = *reader,
                              .queue = *queue,
                              .vault = *vault,
                              .clock = clock,
                              .journal = journal,
                              .warnings = warnings,
                              .handover = [this] { return config->handover; }});
    engine->on_job_ended([this](JobId job) { job_ended(job); });

    auto job_exists = [this](JobId job) -> asio::awaitable<bool> {
        auto look = [job](storage::Reader& queue_reader) {
            return queue_reader.job_summary(job).has_value();
        };
        co_return co_await reader->ask(look);
    };
    folder = std::make_unique<WatchFolder>(io.get_executor(),
                                           WatchFolder::Parts{.state = state,
                                                              .intake = *intake,
                                                              .clock = clock,
                                                              .journal = journal,
                                                              .warnings = warnings,
                                                              .job_exists = job_exists});
    desk = std::make_unique<ControlDesk>(
        ControlDesk::Parts{.reader = *reader,
                           .queue = *queue,
                           .vault = *vault,
                           .clock = clock,
                           .journal = journal,
                           .intake = *intake,
                           .warnings = warnings,
                           .engine = *engine,
                           .doctor = doctor,
                           .directories = doors.directories(),
                           .servers = [this] { return servers(); },
                           .reload = [this] { return reload(); },
                           .remember_drained = [this](bool drained) { return queue->set_drained(drained); },
                           .forget_files = [this](JobId job) { forget_files(state, job); },
                           .job_cancelled = [this](JobId job) { job_ended(job); },
                           .queue_trouble = [this] { return queue->health().fault; }});

    retention = std::make_unique<Retention>(
        Retention::Parts{.state = state,
                         .reader = *reader,
                         .queue = *queue,
                         .clock = clock,
                         .journal = journal,
                         .retention = [this] { return config->service.retention; }});

    auto listening = service_manager.take_socket();
    const auto maker = listening ? SocketMaker::service_manager : SocketMaker::daemon;
    if (!listening) {
        auto made = make_control_socket(config->service.socket);
        if (!made) return made.error();
        listening = std::move(*made);
    }
    control = std::make_unique<ControlServer>(
        io.get_executor(),
        ControlServer::Parts{.desk = *desk, .queue = *queue, .clock = clock, .journal = journal},
        std::move(listening),
        maker);
    return {};
}

// The old configuration stays in force until the new one has passed every check.
ReloadOutcome Daemon::Parts::reload() {
    ReloadOutcome outcome;
    service_manager.reloading();
    const ReadyAgain ready_again{service_manager};
    auto loaded = load_checked(config_file);
    if (!loaded.config) {
        outcome.faults = std::move(loaded.faults);
    } else {
        outcome.faults = read_recipients(loaded.config->handover, clock.now()).faults;
        if (outcome.faults.empty()) outcome.faults = doors.open(*loaded.config);
    }
    if (!outcome.faults.empty()) {
        const engine::Facts facts{{"faults", std::to_string(outcome.faults.size())},
                                  {"first", to_line(outcome.faults.front())}};
        journal.write(engine::Level::error, "configuration refused, the old one stays in force", facts);
        return outcome;
    }
    const auto before =
        std::exchange(config, std::make_shared<const config::Config>(std::move(*loaded.config)));
    outcome.report.needs_restart = needs_restart(*before, *config);
    for (const auto& [name, _] : config->profiles) outcome.report.profiles.push_back(name.value);
    for (const auto& warning : loaded.warnings) outcome.report.warnings.push_back(to_line(warning));
    intake->use(config);
    folder->profiles_changed();
    handover->configuration_changed();
    engine->try_doors_again();
    warn_of_certificates(doors.certificate_ends(), clock.now(), warnings);
    journal.write(engine::Level::info, "configuration reloaded", {});
    return outcome;
}

void Daemon::Parts::job_ended(JobId job) {
    results->job_ended(job);
    handover->job_ended();
}

std::optional<Fault> Daemon::Parts::handover_trouble() {
    auto fault = handover_fault(config->handover, clock.now());
    if (fault) handover->certificates_changed();
    return fault;
}

asio::awaitable<void> Daemon::Parts::live() {
    if (!new_key_check.empty()) co_await queue->set_key_check(new_key_check);
    asio::co_spawn(io, results->run(), asio::detached);
    asio::co_spawn(io, handover->run(), asio::detached);
    asio::co_spawn(io, folder->run(), asio::detached);
    asio::co_spawn(io, control->run(), asio::detached);
    asio::co_spawn(io, keep_systemd_informed(), asio::detached);
    asio::co_spawn(io, feed_watchdog(), asio::detached);
    asio::co_spawn(io, retention->run(), asio::detached);
    asio::co_spawn(io, watch_certificates(doors, clock, warnings), asio::detached);
    if (queue->identity().drained) engine->drain();
    engine->start();
    service_manager.ready();
    const engine::Facts facts{{"state_dir", state.path}, {"socket", config->service.socket}};
    journal.write(engine::Level::info, "upliftd is ready", facts);

    co_await wait_for_signals();

    service_manager.stopping();
    journal.write(engine::Level::info, "upliftd stops", {});
    control->stop();
    folder->stop();
    results->stop();
    handover->stop();
    co_await engine->stop(clock.now() + stop_patience);
    io.stop();
}

asio::awaitable<void> Daemon::Parts::wait_for_signals() {
    for (;;) {
        const int signal = co_await signals.async_wait(asio::use_awaitable);
        if (signal != SIGHUP) co_return;
        (void)reload();
    }
}

asio::awaitable<void> Daemon::Parts::keep_systemd_informed() {
    asio::steady_timer timer(io);
    for (;;) {
        const auto view = co_await desk->status();
        service_manager.status(status_line(view));
        timer.expires_after(between_status_lines);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> Daemon::Parts::feed_watchdog() {
    const auto interval = service_manager.watchdog_interval();
    if (!interval) co_return;
    HeartbeatParts parts{.status = [this] { return engine->status(); },
                         .wake = [this] { engine->wake(); },
                         .read = [this]() -> asio::awaitable<void> {
                             auto look = [](storage::Reader& queue_reader) {
                                 return queue_reader.job_summary(JobId{1}).has_value();
                             };
                             (void)co_await reader->ask(look);
                         },
                         .alive = [this] { service_manager.alive(); }};
    co_await beat(io.get_executor(), std::move(parts), *interval);
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::start(std::string config_file, config::Config config) {
    auto in_force = std::make_shared<const config::Config>(std::move(config));
    auto state = open_state_dir(in_force->service.state_dir);
    if (!state) return state.error();
    auto parts = std::make_unique<Parts>(std::move(config_file), std::move(in_force), std::move(*state));
    if (auto opened = parts->open(); !opened) return opened.error();
    return std::unique_ptr<Daemon>(new Daemon(std::move(parts)));
}

int Daemon::run() {
    asio::co_spawn(parts_->io, parts_->live(), asio::detached);
    parts_->io.run();
    return exit_ok;
}

}  // namespace uplift::daemon
