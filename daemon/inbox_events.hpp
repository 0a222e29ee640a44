// InboxEvents: what inotify tells of the inbox and its profiles' directories.
//
// A directory is watched by its path, which nobody but us can change: /proc/self/fd is closed to an
// undumpable process. Network thread only. inotify(7).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/folder_rules.hpp"
#include "daemon/inbox_file.hpp"

namespace uplift::daemon {

class InboxEvents {
 public:
    struct Event {
        InboxFile file;
        enum class Kind : std::uint8_t { touched, gone } kind = Kind::touched;
        Writer writer = Writer::unknown;
    };
    struct Batch {
        std::vector<Event> events;
        bool lost = false;  // some did not fit, or a directory is gone: look around
    };

    explicit InboxEvents(boost::asio::any_io_executor executor);

    // Watching again what is watched changes nothing. Why it cannot be, or nothing.
    std::optional<std::string> watch(const ProfileName& place, const std::string& path);
    void unwatch(const ProfileName& place);

    // The next events; nothing where there will be none any more.
    boost::asio::awaitable<std::optional<Batch>> next();
    void close();

 private:
    Batch read_batch();
    void read_one(int watch, std::uint32_t mask, const std::string& name, Batch& into);

    boost::asio::posix::stream_descriptor events_;
    std::map<int, ProfileName> watches_;
    std::vector<char> buffer_;
};

}  // namespace uplift::daemon
