// SpdlogJournal: the engine's Journal, and the daemon's own, as lines on standard error or entries of
// systemd's.
//
// Under systemd (stderr is the journal's stream) they go to its journal with a field for every fact
// (journal_entry.hpp), or, where it does not take them, as lines with an sd-daemon(3) priority; else lines
// start with the time in UTC. Every value goes through one escaping function (T12). Any thread.
#pragma once

#include <memory>
#include <string>

#include "core/engine/ports/journal.hpp"

namespace spdlog {
class logger;
}

namespace uplift::daemon {

enum class Stream : std::uint8_t { plain, systemd };
// By $JOURNAL_STREAM, which names the device and inode of the stream that systemd connected.
Stream stream_of_stderr();

class SpdlogJournal : public engine::Journal {
 public:
    explicit SpdlogJournal(Stream stream);
    ~SpdlogJournal() override;
    void write(engine::Level level, std::string_view event, const engine::Facts& facts) override;

 private:
    Stream stream_;
    std::shared_ptr<spdlog::logger> logger_;
};

// account created job=J17 row=42 person="jdoe@corp.example.com". Pure.
std::string journal_line(std::string_view event, const engine::Facts& facts);

}  // namespace uplift::daemon
