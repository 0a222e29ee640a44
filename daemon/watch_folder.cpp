#include "daemon/watch_folder.hpp"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <vector>

#include "core/intake/csv_intake.hpp"
#include "core/text/show.hpp"
#include "daemon/peer.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

constexpr Duration between_looks = std::chrono::seconds{30};
constexpr std::uint32_t watched_events = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO |
                                         IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR | IN_DONT_FOLLOW;
// More files than this are seen at a later look: a flood must not cost memory.
constexpr std::size_t most_sighted = 10'000;
constexpr int looks_at_a_changing_file = 2;

Owner trust_in(uid_t owner) {
    if (owner == 0 || owner == ::getuid()) return Owner::trusted;
    const auto host = host_ids();
    return host.members && is_member(owner, *host.members) ? Owner::trusted : Owner::stranger;
}

std::optional<FileFacts> look_at(int directory, const std::string& name) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
    return facts_of(status);
}

std::string where_of(const InboxFile& file) { return text::shown(shown_place(file)); }

std::string warning_key(const InboxFile& file) { return "inbox/" + shown_place(file); }

Fault changed_while_read(const InboxFile& file) {
    return Fault{.code = FaultCode::file_changed,
                 .where = where_of(file),
                 .what = "it changed while it was read, twice",
                 .cure = "Write it under another name and rename it when it is complete."};
}

}  // namespace

WatchFolder::WatchFolder(asio::any_io_executor executor, Parts parts)
    : executor_(executor),
      parts_(std::move(parts)),
      rooms_(parts_.state),
      events_(executor, ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      timer_(executor) {}

asio::awaitable<void> WatchFolder::run() {
    co_await finish_last_run();
    arm();
    asio::co_spawn(executor_, read_events(), asio::detached);
    while (!stopping_) {
        if (parts_.clock.now() >= next_look_) look_around();
        co_await take_ripe();
        if (stopping_) break;
        const auto wake_at = std::min(next_ripe().value_or(next_look_), next_look_);
        const auto wait = std::max<Duration>(wake_at - parts_.clock.now(), Duration::zero());
        timer_.expires_after(wait);
        boost::system::error_code woken;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

void WatchFolder::stop() {
    stopping_ = true;
    boost::system::error_code ignored;
    events_.close(ignored);
    timer_.cancel();
}

void WatchFolder::profiles_changed() {
    for (const auto& [name, profile] : parts_.intake.config().profiles)
        forget(InboxFile{.profile = {}, .name = name.value});
    arm();
    next_look_ = {};
    timer_.cancel();
}

asio::awaitable<void> WatchFolder::finish_last_run() {
    for (const auto& left : rooms_.left_behind()) {
        const bool committed = co_await parts_.job_exists(left.job);
        const bool moved = committed ? rooms_.accept_taken(left.file, left.job, left.job)
                                     : rooms_.give_back(left.file, left.job);
        if (!moved) parts_.warnings.raise("spool/taken", "a file of the last run cannot be moved on");
        const engine::Facts facts{{"file", shown_place(left.file)},
                                  {"job", to_string(left.job)},
                                  {"committed", committed ? "yes" : "no"}};
        parts_.journal.write(engine::Level::info, "file of the last run moved on", facts);
    }
}

void WatchFolder::arm() {
    std::vector<ProfileName> places{ProfileName{}};
    for (const auto& [name, profile] : parts_.intake.config().profiles) places.push_back(name);
    for (const auto& place : places) {
        const auto directory = rooms_.open_inbox(place);
        if (!directory) {
            parts_.warnings.raise("inbox/" + place.value, directory.error().what);
            continue;
        }
        // By its path, which nobody else can change: /proc/self/fd is closed to an undumpable process (T18).
        const auto path = parts_.state.path + "/inbox/" + place.value;
        const int watch = ::inotify_add_watch(events_.native_handle(), path.c_str(), watched_events);
        if (watch >= 0)
            watches_[watch] = place;
        else
            parts_.warnings.raise("inbox/" + place.value,
                                  std::string("no events, it is read every 30 s: ") + std::strerror(errno));
    }
}

asio::awaitable<void> WatchFolder::read_events() {
    std::vector<char> buffer(64 * 1024);
    for (;;) {
        boost::system::error_code failed;
        co_await events_.async_wait(asio::posix::stream_descriptor::wait_read,
                                    asio::redirect_error(asio::use_awaitable, failed));
        if (failed || stopping_) co_return;
        const auto got = ::read(events_.native_handle(), buffer.data(), buffer.size());
        on_events(std::string_view(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0));
        timer_.cancel();
    }
}

void WatchFolder::on_events(std::string_view events) {
    while (events.size() >= sizeof(inotify_event)) {
        inotify_event event{};
        std::memcpy(&event, events.data(), sizeof event);
        const char* name = events.data() + sizeof event;
        on_event(event.wd, event.mask, event.len > 0 ? std::string(name) : std::string());
        events.remove_prefix(sizeof event + event.len);
    }
}

void WatchFolder::on_event(int watch, std::uint32_t mask, const std::string& name) {
    if ((mask & IN_Q_OVERFLOW) != 0) {
        // Events are lost: nothing is known any more of who writes what.
        for (auto& [file, sighted] : sighted_)
            if (sighted.sighting.writer == Writer::open) sighted.sighting.writer = Writer::unknown;
        next_look_ = {};
        return;
    }
    const auto place = watches_.find(watch);
    if (place == watches_.end() || name.empty()) return;
    const InboxFile file{.profile = place->second, .name = name};
    if ((mask & (IN_MOVED_FROM | IN_DELETE)) != 0)
        forget(file);
    else if ((mask & IN_MOVED_TO) != 0)
        sight(file, Writer::moved_in);
    else if ((mask & IN_CLOSE_WRITE) != 0)
        sight(file, Writer::closed);
    else if ((mask & (IN_CREATE | IN_MODIFY)) != 0)
        sight(file, Writer::open);
    else
        sight(file, Writer::unknown);
}

void WatchFolder::look_around() {
    next_look_ = parts_.clock.now() + between_looks;
    look_into(ProfileName{});
    for (const auto& [name, profile] : parts_.intake.config().profiles) look_into(name);
    // What is gone without an event.
    std::vector<InboxFile> gone;
    for (const auto& [file, sighted] : sighted_) {
        const auto directory = rooms_.open_inbox(file.profile);
        if (!directory || !look_at(directory->get(), file.name)) gone.push_back(file);
    }
    for (const auto& file : gone) forget(file);
}

void WatchFolder::look_into(const ProfileName& profile) {
    const auto directory = rooms_.open_inbox(profile);
    if (!directory) return;
    for (const auto& name : names_in(directory->get())) {
        const InboxFile file{.profile = profile, .name = name};
        const auto facts = look_at(directory->get(), name);
        if (!facts || is_left_alone(name)) continue;
        const auto known = sighted_.find(file);
        if (known == sighted_.end()) {
            sight(file, Writer::unknown);
        } else {
            const bool same = unchanged(known->second.sighting.facts, *facts);
            known->second.sighting = after_look(known->second.sighting, *facts, parts_.clock.now());
            if (!same) known->second.left_alone = false;
        }
    }
}

void WatchFolder::sight(const InboxFile& file, Writer writer) {
    if (is_left_alone(file.name)) return;
    const auto directory = rooms_.open_inbox(file.profile);
    if (!directory) return;
    const auto facts = look_at(directory->get(), file.name);
    if (!facts) return;
    // The profiles' own directories stand in the inbox.
    if (file.profile.value.empty() && S_ISDIR(facts->mode) &&
        parts_.intake.config().profiles.contains(ProfileName{file.name}))
        return;
    const auto known = sighted_.find(file);
    if (known == sighted_.end()) {
        if (sighted_.size() >= most_sighted) return;
        // Created and closed within one batch of events is `closed`; a look or a changed mode that comes
        // first knows nothing of writers.
        const bool may_be_written = writer == Writer::open && S_ISREG(facts->mode) && facts->links == 1;
        const auto known_writer = writer == Writer::open && !may_be_written ? Writer::unknown : writer;
        sighted_[file].sighting =
            Sighting{.writer = known_writer, .facts = *facts, .touched = parts_.clock.now()};
        return;
    }
    auto& sighted = known->second;
    const bool keeps_writer = writer == Writer::unknown;
    sighted.sighting = Sighting{.writer = keeps_writer ? sighted.sighting.writer : writer,
                                .facts = *facts,
                                .touched = parts_.clock.now()};
    sighted.left_alone = false;
}

void WatchFolder::forget(const InboxFile& file) {
    sighted_.erase(file);
    parts_.warnings.clear(warning_key(file));
}

std::optional<TimePoint> WatchFolder::next_ripe() const {
    std::optional<TimePoint> next;
    for (const auto& [file, sighted] : sighted_) {
        if (sighted.left_alone) continue;
        const auto ripe = ripe_at(sighted.sighting);
        if (!ripe) continue;
        const auto at = std::max(*ripe, sighted.not_before);
        if (!next || at < *next) next = at;
    }
    return next;
}

asio::awaitable<void> WatchFolder::take_ripe() {
    std::vector<InboxFile> ripe;
    for (const auto& [file, sighted] : sighted_) {
        const auto at = ripe_at(sighted.sighting);
        if (!sighted.left_alone && at && std::max(*at, sighted.not_before) <= parts_.clock.now())
            ripe.push_back(file);
    }
    for (const auto& file : ripe) {
        if (stopping_) co_return;
        co_await take(file);
    }
}

asio::awaitable<void> WatchFolder::take(InboxFile file) {
    const auto known = sighted_.find(file);
    if (known == sighted_.end()) co_return;
    const auto directory = rooms_.open_inbox(file.profile);
    const auto facts = directory ? look_at(directory->get(), file.name) : std::nullopt;
    if (!facts) {
        forget(file);
        co_return;
    }
    if (!unchanged(known->second.sighting.facts, *facts)) {
        known->second.sighting = after_look(known->second.sighting, *facts, parts_.clock.now());
        co_return;
    }
    const auto where = where_of(file);
    const auto max_file = static_cast<std::int64_t>(parts_.intake.config().service.max_file);
    const auto verdict = judge(*facts, trust_in(facts->owner), max_file, where);
    if (const auto* untouched = std::get_if<Untouched>(&verdict)) {
        leave_alone(file, untouched->why);
        co_return;
    }
    if (const auto* fault = std::get_if<Fault>(&verdict)) {
        reject(file, *fault);
        co_return;
    }
    if (const auto fault = wrong_kind(file.name, where)) {
        reject(file, *fault);
        co_return;
    }

    const auto opened =
        open_beneath(directory->get(), file.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (!opened) {
        const int why = errno;
        if (why == EACCES || why == EPERM)
            reject(
                file,
                Fault{.code = FaultCode::file_unreadable,
                      .where = where,
                      .what = "the daemon may not read it",
                      .cure = "`install -m 0640 -g uplift` the file, or use `upliftctl submit`, which hands "
                              "over the open file."});
        else
            look_again(file, *facts);
        co_return;
    }
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0 || !unchanged(*facts, facts_of(status))) {
        look_again(file, *facts);
        co_return;
    }
    auto spooled = co_await spool_copy(opened.get(), parts_.state.spool.get(), max_file, where);
    if (!spooled) {
        const auto& fault = spooled.error();
        if (fault.code == FaultCode::file_too_large) {
            reject(file, fault);
        } else if (const auto again = sighted_.find(file); again != sighted_.end()) {
            parts_.warnings.raise(warning_key(file), fault.what);
            again->second.not_before = parts_.clock.now() + between_looks;
        }
        co_return;
    }
    if (::fstat(opened.get(), &status) != 0 || !unchanged(*facts, facts_of(status))) {
        look_again(file, *facts);
        co_return;
    }
    co_await submit(file, *facts, std::move(*spooled));
}

asio::awaitable<void> WatchFolder::submit(InboxFile file, FileFacts looked_at, Spooled spooled) {
    const auto& service = parts_.intake.config().service;
    Submission submission;
    submission.people = std::move(spooled);
    submission.source = file.name;
    submission.profile =
        file.profile.value.empty() ? service.default_profile.value_or(ProfileName{}) : file.profile;
    submission.submitter = actor_of(looked_at.owner);
    std::optional<JobId> taken_as;
    submission.before_commit = [this, &file, &looked_at, &taken_as](JobId job) -> asio::awaitable<Result<void>> {
        auto taken = rooms_.take(file, looked_at, job);
        if (taken) taken_as = job;
        co_return taken;
    };
    const auto outcome = co_await parts_.intake.take(std::move(submission));

    if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
        const bool moved = taken_as ? rooms_.accept_taken(file, *taken_as, accepted->job)
                                    : rooms_.accept(file, accepted->job);
        forget(file);
        if (!moved)
            parts_.warnings.raise(
                warning_key(file),
                "it is job " + to_string(accepted->job) + " and cannot be moved to accepted/");
        const bool same = accepted->acceptance == engine::Acceptance::same_job;
        const engine::Facts facts{{"file", shown_place(file)}, {"job", to_string(accepted->job)}};
        parts_.journal.write(
            engine::Level::info, same ? "file is an open job already" : "file accepted", facts);
    } else if (const auto* rejected = std::get_if<Rejected>(&outcome)) {
        reject(file, intake::error_file(rejected->faults, rejected->count), rejected->count);
    } else {
        const auto& fault = std::get<Postponed>(outcome).fault;
        if (taken_as && !rooms_.give_back(file, *taken_as))
            parts_.warnings.raise("spool/taken", "a file cannot be moved back to the inbox");
        if (fault.code == FaultCode::file_changed) {
            look_again(file, looked_at);
            co_return;
        }
        parts_.warnings.raise(warning_key(file), "it waits: " + fault.what);
        if (const auto known = sighted_.find(file); known != sighted_.end())
            known->second.not_before = parts_.clock.now() + between_looks;
    }
}

void WatchFolder::reject(const InboxFile& file, const std::string& reasons, std::int64_t faults) {
    const auto name = rooms_.reject(file, reasons);
    if (!name) {
        leave_alone(file,
                    std::string("it is refused and cannot be moved to rejected/: ") + std::strerror(errno));
        return;
    }
    forget(file);
    const engine::Facts facts{
        {"file", shown_place(file)}, {"faults", std::to_string(faults)}, {"reasons", *name + ".error.txt"}};
    parts_.journal.write(engine::Level::warn, "file refused", facts);
}

void WatchFolder::reject(const InboxFile& file, const Fault& fault) {
    reject(file, intake::error_file({&fault, 1}, 1), 1);
}

// A file that changes while it is read is looked at once more when it is quiet, then refused.
void WatchFolder::look_again(const InboxFile& file, const FileFacts& facts) {
    const auto known = sighted_.find(file);
    if (known == sighted_.end()) return;
    if (++known->second.changes_while_read >= looks_at_a_changing_file) {
        reject(file, changed_while_read(file));
        return;
    }
    known->second.sighting =
        Sighting{.writer = Writer::closed, .facts = facts, .touched = parts_.clock.now()};
}

void WatchFolder::leave_alone(const InboxFile& file, const std::string& why) {
    if (const auto known = sighted_.find(file); known != sighted_.end()) known->second.left_alone = true;
    parts_.warnings.raise(warning_key(file), why + "; it stays where it is");
}

}  // namespace uplift::daemon
