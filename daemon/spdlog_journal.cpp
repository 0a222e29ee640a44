#include "daemon/spdlog_journal.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "core/model/time.hpp"
#include "core/text/show.hpp"
#include "daemon/journal_entry.hpp"

namespace uplift::daemon {
namespace {

// Our own words, numbers, ids and times stand as they are; everything else is quoted.
bool is_plain(std::string_view value) {
    constexpr std::string_view plain = "_-.:/@+%";
    return !value.empty() && std::all_of(value.begin(), value.end(), [&](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || plain.find(letter) != std::string_view::npos;
    });
}

std::string_view prefix_of(engine::Level level, Stream stream) {
    const bool systemd = stream == Stream::systemd;
    switch (level) {
        case engine::Level::debug:
            return systemd ? "<7>" : " debug ";
        case engine::Level::info:
            return systemd ? "<6>" : " info  ";
        case engine::Level::warn:
            return systemd ? "<4>" : " warn  ";
        case engine::Level::error:
            return systemd ? "<3>" : " error ";
    }
    return "";
}

spdlog::level::level_enum spdlog_level(engine::Level level) {
    switch (level) {
        case engine::Level::debug:
            return spdlog::level::debug;
        case engine::Level::info:
            return spdlog::level::info;
        case engine::Level::warn:
            return spdlog::level::warn;
        case engine::Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

Stream stream_of_stderr() {
    const char* named = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (named == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return Stream::plain;
    const auto own = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
    return own == named ? Stream::systemd : Stream::plain;
}

SpdlogJournal::SpdlogJournal(Stream stream)
    : stream_(stream),
      logger_(
          std::make_shared<spdlog::logger>("upliftd", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
    logger_->set_pattern("%v");
    logger_->set_level(spdlog::level::info);
}

SpdlogJournal::~SpdlogJournal() = default;

void SpdlogJournal::write(engine::Level level, std::string_view event, const engine::Facts& facts) {
    const auto spdlogs = spdlog_level(level);
    if (!logger_->should_log(spdlogs)) return;
    if (stream_ == Stream::systemd &&
        send_to_journal(journal_fields(level, journal_line(event, facts), facts)))
        return;
    std::string line;
    if (stream_ == Stream::plain)
        line = to_rfc3339(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
    line += prefix_of(level, stream_);
    line += journal_line(event, facts);
    // The overload for a text: it is no format, whatever stands in it.
    logger_->log(spdlogs, spdlog::string_view_t(line.data(), line.size()));
}

std::string journal_line(std::string_view event, const engine::Facts& facts) {
    std::string line(event);
    for (const auto& [key, value] : facts) {
        line += ' ';
        line += key;
        line += '=';
        if (is_plain(value))
            line += value;
        else
            text::append_quoted(line, value);
    }
    return line;
}

}  // namespace uplift::daemon
