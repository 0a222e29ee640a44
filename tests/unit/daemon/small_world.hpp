// What the daemon's parts need around them, small and in memory: a queue, a vault, a clock, a journal.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "config/config.hpp"
#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/journal.hpp"
#include "core/engine/ports/vault.hpp"
#include "daemon/system_clock.hpp"
#include "storage/memory_queue.hpp"

namespace uplift::daemon {

class QuietJournal : public engine::Journal {
 public:
    void write(engine::Level, std::string_view, const engine::Facts&) override {}
};

// Opens what it sealed, with the same context only. Its digest is the text itself.
class GlassVault : public engine::Vault {
 public:
    Secret draw_password(const PasswordRule&) override { return Secret::copy_of("Drawn-Passw0rd"); }
    std::string seal(const Secret& clear, std::string_view context) override {
        return std::string(context) + "|" + std::string(clear.view());
    }
    Result<Secret> open(std::string_view sealed, std::string_view context) override {
        if (sealed.starts_with(std::string(context) + "|"))
            return Secret::copy_of(sealed.substr(context.size() + 1));
        return Fault{
            .code = FaultCode::password_unsealable, .where = "", .what = "other context", .cure = "-"};
    }
    [[nodiscard]] std::string digest(std::string_view text) const override { return std::string(text); }
};

inline config::Config a_config() {
    config::Config config;
    Profile staff;
    staff.name = ProfileName{"staff"};
    staff.directory = DirectoryName{"corp"};
    staff.tenant = TenantName{"contoso"};
    staff.domain = "contoso.com";
    config.profiles[staff.name] = staff;
    config.service.default_profile = staff.name;
    return config;
}

struct SmallWorld {
    boost::asio::io_context io{1};
    SystemClock clock{io.get_executor()};
    QuietJournal journal;
    GlassVault vault;
    storage::MemoryQueue queue;

    // Runs the coroutine to its end and gives what it returned.
    template <class T>
    T run(boost::asio::awaitable<T> work) {
        std::optional<T> answer;
        auto finish = [](boost::asio::awaitable<T> inner,
                         std::optional<T>& into) -> boost::asio::awaitable<void> {
            into = co_await std::move(inner);
        };
        auto finishing = finish(std::move(work), answer);
        boost::asio::co_spawn(io, std::move(finishing), boost::asio::detached);
        io.restart();
        while (!answer && io.run_one() > 0) {
        }
        return std::move(*answer);
    }
    // Lets things happen until `done`; false where it has not come about for far too long.
    bool run_until(const std::function<bool()>& done) {
        for (int slice = 0; slice < 3'000 && !done(); ++slice) {
            io.restart();
            io.run_for(std::chrono::milliseconds{10});
        }
        return done();
    }
};

}  // namespace uplift::daemon
