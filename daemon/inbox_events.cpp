#include "daemon/inbox_events.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

namespace uplift::daemon {
namespace {

constexpr std::uint32_t watched_events = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO |
                                         IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR | IN_DONT_FOLLOW;
constexpr std::size_t event_buffer = 64 * 1024;

}  // namespace

InboxEvents::InboxEvents(boost::asio::any_io_executor executor) : events_(executor), buffer_(event_buffer) {
    // Without one (too many instances) the folder is still read every so often; watch() says why.
    if (const int opened = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC); opened >= 0) events_.assign(opened);
}

std::optional<std::string> InboxEvents::watch(const ProfileName& place, const std::string& path) {
    if (!events_.is_open()) return "the host has no inotify instance left (fs.inotify.max_user_instances)";
    const int watch = ::inotify_add_watch(events_.native_handle(), path.c_str(), watched_events);
    if (watch < 0) return std::strerror(errno);
    std::erase_if(watches_, [&](const auto& old) { return old.second == place && old.first != watch; });
    watches_[watch] = place;
    return std::nullopt;
}

void InboxEvents::unwatch(const ProfileName& place) {
    std::erase_if(watches_, [&](const auto& watched) {
        if (watched.second != place) return false;
        ::inotify_rm_watch(events_.native_handle(), watched.first);
        return true;
    });
}

boost::asio::awaitable<std::optional<InboxEvents::Batch>> InboxEvents::next() {
    if (!events_.is_open()) co_return std::nullopt;
    boost::system::error_code failed;
    co_await events_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                boost::asio::redirect_error(boost::asio::use_awaitable, failed));
    if (failed) co_return std::nullopt;
    co_return read_batch();
}

InboxEvents::Batch InboxEvents::read_batch() {
    const auto got = ::read(events_.native_handle(), buffer_.data(), buffer_.size());
    std::string_view left(buffer_.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    Batch batch;
    while (left.size() >= sizeof(inotify_event)) {
        inotify_event event{};
        std::memcpy(&event, left.data(), sizeof event);
        // The name is filled up with zeros.
        const std::string name = event.len > 0 ? std::string(left.data() + sizeof event) : std::string();
        read_one(event.wd, event.mask, name, batch);
        left.remove_prefix(sizeof event + event.len);
    }
    return batch;
}

void InboxEvents::close() {
    boost::system::error_code ignored;
    events_.close(ignored);
}

void InboxEvents::read_one(int watch, std::uint32_t mask, const std::string& name, Batch& into) {
    if ((mask & IN_Q_OVERFLOW) != 0) {
        into.lost = true;
        return;
    }
    const auto place = watches_.find(watch);
    if (place == watches_.end()) return;
    if ((mask & IN_IGNORED) != 0) {
        watches_.erase(place);
        into.lost = true;
        return;
    }
    if (name.empty()) return;
    Event event{.file = {.profile = place->second, .name = name}};
    if ((mask & (IN_MOVED_FROM | IN_DELETE)) != 0)
        event.kind = Event::Kind::gone;
    else if ((mask & IN_MOVED_TO) != 0)
        event.writer = Writer::moved_in;
    else if ((mask & IN_CLOSE_WRITE) != 0)
        event.writer = Writer::closed;
    else if ((mask & (IN_CREATE | IN_MODIFY)) != 0)
        event.writer = Writer::open;
    into.events.push_back(std::move(event));
}

}  // namespace uplift::daemon
