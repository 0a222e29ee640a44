// The watchdog is fed by what works, and the line that systemctl status shows.
#include "daemon/heartbeat.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/status_line.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Two tenants' loops and a reader, of which each can hang.
struct SmallDaemon {
    SmallDaemon() {
        status.tenants.resize(2);
        status.tenants[0].door.name = "contoso";
        status.tenants[1].door.name = "fabrikam";
    }
    HeartbeatParts parts() {
        return {.status = [this] { return status; },
                .wake =
                    [this] {
                        for (auto& tenant : status.tenants)
                            if (tenant.door.name != hangs) ++tenant.rounds;
                    },
                .read = [this]() -> asio::awaitable<void> {
                    if (hangs == "reader")
                        co_await asio::steady_timer(io, 1h).async_wait(asio::use_awaitable);
                },
                .alive = [this] { ++beats; }};
    }
    void run() {
        asio::co_spawn(io, beat(io.get_executor(), parts(), 20ms), asio::detached);
        io.run_for(300ms);
    }

    asio::io_context io;
    engine::EngineStatus status;
    std::string hangs;
    int beats = 0;
};

TEST(Heartbeat, BeatsWhileEveryPartAnswers) {
    SmallDaemon daemon;

    daemon.run();

    EXPECT_GE(daemon.beats, 3);
}

TEST(Heartbeat, OneTenantsLoopThatHangsEndsTheBeats) {
    SmallDaemon daemon;
    daemon.hangs = "fabrikam";

    daemon.run();

    EXPECT_EQ(daemon.beats, 0);
}

TEST(Heartbeat, AReaderThatHangsEndsTheBeats) {
    SmallDaemon daemon;
    daemon.hangs = "reader";

    daemon.run();

    EXPECT_EQ(daemon.beats, 0);
}

TEST(Heartbeat, TheLoopThatDidNotComeRoundIsNamed) {
    engine::EngineStatus before, now;
    for (auto* status : {&before, &now}) {
        status->tenants.resize(2);
        status->tenants[0].door.name = "contoso";
        status->tenants[1].door.name = "fabrikam";
    }
    now.tenants[0].rounds = 1;

    EXPECT_EQ(still_loops(before, now), std::vector<std::string>{"fabrikam"});
}

TEST(StatusLine, SaysWhatIsOpenOrWhyNot) {
    protocol::StatusView idle;
    protocol::StatusView busy;
    busy.jobs_open = 1;
    busy.enrollments = {{"running", 3}, {"waiting", 790}, {"done", 0}};
    protocol::StatusView ill;
    ill.health = protocol::Health::degraded;
    ill.tenants.push_back(
        {.name = "contoso", .health = protocol::Health::down, .why = "UPL-1903 wrong\nsecret"});
    ill.warnings = {"a", "b"};

    EXPECT_EQ(status_line(idle), "ok: nothing to do");
    EXPECT_EQ(status_line(busy), "ok: 1 job open, 793 people: 3 running, 790 waiting");
    EXPECT_EQ(status_line(ill).find('\n'), std::string::npos);
    EXPECT_EQ(status_line(ill).find("degraded: tenant contoso: UPL-1903"), 0u);
    EXPECT_NE(status_line(ill).find("; 2 warnings"), std::string::npos);
}

}  // namespace
}  // namespace uplift::daemon
