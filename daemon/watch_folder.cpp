#include "daemon/watch_folder.hpp"

#include <algorithm>
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

constexpr int looks_at_a_changing_file = 2;

std::string where_of(const InboxFile& file) { return text::shown(shown_place(file)); }

std::string warning_key(const InboxFile& file) { return "inbox/" + where_of(file); }

Fault changed_while_read(const InboxFile& file) {
    return Fault{.code = FaultCode::file_changed,
                 .where = where_of(file),
                 .what = "it changed while it was read, twice",
                 .cure = "Write it under another name and rename it when it is complete."};
}

// A selection waits for its directory; other files need none.
bool is_of_a_directory(FaultCode code) {
    const auto number = static_cast<unsigned>(code);
    return number >= 1200 && number < 1300;
}

}  // namespace

WatchFolder::WatchFolder(asio::any_io_executor executor, Parts parts)
    : executor_(executor),
      parts_(std::move(parts)),
      rooms_(parts_.state),
      events_(executor),
      timer_(executor),
      sightings_(parts_.times, parts_.bounds) {}

// ---- the loop --------------------------------------------------------------------------------------

asio::awaitable<void> WatchFolder::run() {
    co_await finish_last_run();
    arm();
    asio::co_spawn(executor_, read_events(), asio::detached);
    while (!stopping_) {
        const auto now = parts_.clock.now();
        const auto next = sightings_.next();
        if (now >= next_look_ || sightings_.should_look()) {
            co_await look();
            continue;
        }
        auto wake_at = next_look_;
        if (next) {
            const auto ripe = std::max(next->first, resting_until_);
            if (ripe <= now) {
                co_await take(next->second);
                continue;
            }
            wake_at = std::min(wake_at, ripe);
        }
        timer_.expires_after(wake_at - now);
        boost::system::error_code woken;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

void WatchFolder::stop() {
    stopping_ = true;
    events_.close();
    timer_.cancel();
}

void WatchFolder::profiles_changed() {
    const auto& profiles = parts_.intake.config().profiles;
    for (const auto& [name, profile] : profiles) forget(InboxFile{.profile = {}, .name = name.value});
    std::vector<InboxFile> homeless;
    for (const auto& [file, sighted] : sightings_.all())
        if (!file.profile.value.empty() && !profiles.contains(file.profile)) homeless.push_back(file);
    for (const auto& file : homeless) forget(file);
    arm();
    next_look_ = {};
    timer_.cancel();
}

asio::awaitable<void> WatchFolder::finish_last_run() {
    auto look = [this] { return rooms_.left_behind(); };
    const auto left_behind = co_await files_.ask(look);
    for (const auto& left : left_behind) {
        const bool committed = co_await parts_.job_exists(left.job);
        auto move_on = [this, &left, committed] {
            return committed ? rooms_.accept_taken(left.file, left.job, left.job, left.checksum)
                             : rooms_.give_back(left.file, left.job);
        };
        const bool moved = co_await files_.ask(move_on);
        if (!moved) parts_.warnings.raise("spool/taken", "a file of the last run cannot be moved on");
        const engine::Facts facts{{"file", shown_place(left.file)},
                                  {"job", to_string(left.job)},
                                  {"committed", committed ? "yes" : "no"}};
        parts_.journal.write(engine::Level::info, "file of the last run moved on", facts);
    }
}

// ---- what stands in the inbox ----------------------------------------------------------------------

// At every look again: a directory may have been mended, or put in another's place.
void WatchFolder::arm() {
    std::set<ProfileName> places{ProfileName{}};
    for (const auto& [name, profile] : parts_.intake.config().profiles) places.insert(name);
    for (const auto& gone : watched_)
        if (!places.contains(gone)) events_.unwatch(gone);
    watched_ = places;
    for (const auto& place : places) {
        const auto about = "inbox/" + place.value;
        if (const auto directory = rooms_.open_inbox(place); !directory) {
            events_.unwatch(place);
            const auto& fault = directory.error();
            parts_.warnings.raise(about, fault.what + ": it is not watched. " + fault.cure);
            continue;
        }
        std::optional<std::string> deaf;
        if (parts_.events == Events::inotify) deaf = events_.watch(place, parts_.state.path + "/" + about);
        if (deaf)
            parts_.warnings.raise(about, "no events, it is read every 30 s: " + *deaf);
        else
            parts_.warnings.clear(about);
    }
}

asio::awaitable<void> WatchFolder::read_events() {
    while (!stopping_) {
        const auto batch = co_await events_.next();
        if (!batch || stopping_) co_return;
        for (const auto& event : batch->events) on_event(event);
        if (batch->lost) {
            sightings_.events_lost(parts_.clock.now());
            next_look_ = {};
        }
        timer_.cancel();
    }
}

void WatchFolder::on_event(const InboxEvents::Event& event) {
    const auto& file = event.file;
    if (const auto described = described_by(file.name)) {
        sightings_.checksum_changed(InboxFile{.profile = file.profile, .name = std::string(*described)});
        return;
    }
    if (is_left_alone(file.name)) return;
    const auto path = parts_.state.path + "/inbox/" + shown_place(file);
    struct stat status {};
    const bool gone = event.kind == InboxEvents::Event::Kind::gone || ::lstat(path.c_str(), &status) != 0;
    if (gone) {
        forget(file);
        return;
    }
    // The profiles' own directories stand in the inbox.
    if (file.profile.value.empty() && S_ISDIR(status.st_mode) && watched_.contains(ProfileName{file.name}))
        return;
    sightings_.touched(file, facts_of(status), event.writer, parts_.clock.now());
}

asio::awaitable<void> WatchFolder::look() {
    const auto started = parts_.clock.now();
    next_look_ = started + parts_.times.between_looks;
    arm();
    LookRequest request{
        .profiles = watched_, .known = {}, .room = sightings_.room(), .odd_room = sightings_.odd_room()};
    request.profiles.erase(ProfileName{});
    for (const auto& [file, sighted] : sightings_.all()) request.known.insert(file);
    sightings_.about_to_look();
    auto looking = [this, &request] { return look_around(rooms_, std::move(request)); };
    const auto look = co_await files_.ask(looking);

    // What an event told meanwhile is newer than what was seen.
    const auto told_since = [&](const InboxFile& file) {
        const auto* sighted = sightings_.find(file);
        return sighted != nullptr && sighted->sighting.touched >= started;
    };
    for (const auto& seen : look.seen)
        if (!told_since(seen.file))
            sightings_.looked(seen.file, seen.facts, seen.checksum, parts_.clock.now());
    for (const auto& file : look.gone)
        if (!told_since(file)) forget(file);
    if (look.left_out) sightings_.left_out();
}

void WatchFolder::forget(const InboxFile& file) {
    sightings_.forget(file);
    parts_.warnings.clear(warning_key(file));
}

// ---- one file --------------------------------------------------------------------------------------

asio::awaitable<void> WatchFolder::take(InboxFile file) {
    const auto* sighted = sightings_.find(file);
    if (sighted == nullptr) co_return;
    const auto looked_at = sighted->sighting.facts;
    if (sighted->sighting.writer == Writer::open) {
        auto fault = never_closed(parts_.times, where_of(file));
        co_await reject(file, std::move(fault));
        co_return;
    }
    ExamineRequest request{.file = file,
                           .looked_at = looked_at,
                           .max_file = static_cast<std::int64_t>(parts_.intake.config().service.max_file)};
    auto examining = examine_file(rooms_, parts_.state.spool.get(), std::move(request));
    auto examined = co_await files_.run(std::move(examining));
    if (!stopping_) co_await on_examined(file, looked_at, std::move(examined));
}

asio::awaitable<void> WatchFolder::on_examined(InboxFile file, FileFacts looked_at, Examined examined) {
    if (std::holds_alternative<FileGone>(examined))
        forget(file);
    else if (const auto* changed = std::get_if<FileChanged>(&examined))
        sightings_.looked(file, changed->now, std::nullopt, parts_.clock.now());
    else if (const auto* read = std::get_if<FileChangedWhileRead>(&examined))
        co_await look_again(file, read->now);
    else if (const auto* trouble = std::get_if<FileTrouble>(&examined))
        rest(file, trouble->fault);
    else if (auto* unmatched = std::get_if<FileUnmatched>(&examined))
        co_await on_unmatched(file, std::move(*unmatched));
    else if (const auto* untouched = std::get_if<Untouched>(&examined))
        leave_alone(file, untouched->why);
    else if (auto* refused = std::get_if<FileRefused>(&examined))
        co_await reject(file, std::move(refused->fault));
    else
        co_await submit(file, looked_at, std::move(std::get<FileCopied>(examined)));
}

asio::awaitable<void> WatchFolder::submit(InboxFile file, FileFacts looked_at, FileCopied copied) {
    Submission submission;
    submission.people = std::move(copied.copy);
    submission.source = file.name;
    submission.format = is_json(file.name) ? protocol::FileFormat::json : protocol::FileFormat::csv;
    submission.profile = file.profile;
    submission.submitter = actor_of(looked_at.owner);
    std::optional<JobId> taken_as;
    submission.before_commit =
        [this, &file, &looked_at, &taken_as](JobId job) -> asio::awaitable<Result<void>> {
        auto move = [this, &file, &looked_at, job] { return rooms_.take(file, looked_at, job); };
        auto taken = co_await files_.ask(move);
        if (taken) taken_as = job;
        co_return taken;
    };
    const auto outcome = co_await parts_.intake.take(std::move(submission));

    if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
        const JobId job = accepted->job;
        auto move = [this, &file, &copied, taken_as, job] {
            return taken_as ? rooms_.accept_taken(file, *taken_as, job, copied.checksum)
                            : rooms_.accept(file, job, copied.checksum);
        };
        const bool moved = co_await files_.ask(move);
        co_await on_accepted(file, looked_at, *accepted, moved);
    } else if (const auto* rejected = std::get_if<Rejected>(&outcome)) {
        auto reasons = intake::error_file(rejected->faults, rejected->count);
        co_await reject(file, std::move(reasons), rejected->count);
    } else {
        const auto& fault = std::get<Postponed>(outcome).fault;
        auto give_back = [this, &file, taken_as] { return !taken_as || rooms_.give_back(file, *taken_as); };
        const bool given = co_await files_.ask(give_back);
        if (!given) parts_.warnings.raise("spool/taken", "a file cannot be moved back to the inbox");
        if (fault.code == FaultCode::file_changed)
            co_await look_again(file, looked_at);
        else if (is_of_a_directory(fault.code))
            postpone(file, fault);
        else
            rest(file, fault);
    }
}

asio::awaitable<void> WatchFolder::on_accepted(InboxFile file,
                                               FileFacts looked_at,
                                               Accepted accepted,
                                               bool moved) {
    // Another file may have come under the name meanwhile.
    const auto* sighted = sightings_.find(file);
    if (sighted != nullptr && sighted->sighting.facts.inode == looked_at.inode) sightings_.forget(file);
    parts_.warnings.clear(warning_key(file));
    if (!moved)
        parts_.warnings.raise(warning_key(file),
                              "it is job " + to_string(accepted.job) + " and cannot be moved to accepted/");
    const bool same = accepted.acceptance == engine::Acceptance::same_job;
    const engine::Facts facts{{"file", shown_place(file)}, {"job", to_string(accepted.job)}};
    parts_.journal.write(engine::Level::info, same ? "file is an open job already" : "file accepted", facts);
    co_return;
}

asio::awaitable<void> WatchFolder::on_unmatched(InboxFile file, FileUnmatched unmatched) {
    const auto now = parts_.clock.now();
    const auto since = sightings_.wait_for_checksum(file, unmatched.checksum, now);
    if (now - since >= parts_.times.unmatched) {
        co_await reject(file, std::move(unmatched.fault));
        co_return;
    }
    parts_.warnings.raise(warning_key(file),
                          "it waits: " + unmatched.fault.what + ". " + unmatched.fault.cure);
}

asio::awaitable<void> WatchFolder::reject(InboxFile file, std::string reasons, std::int64_t faults) {
    auto move = [this, &file, &reasons] { return rooms_.reject(file, reasons); };
    const auto rejection = co_await files_.ask(move);
    if (rejection.name.empty()) {
        if (rejection.not_moved == ENOENT)
            forget(file);
        else
            leave_alone(file,
                        std::string("it is refused and cannot be moved to rejected/: ") +
                            std::strerror(rejection.not_moved));
        co_return;
    }
    forget(file);
    const engine::Facts facts{{"file", shown_place(file)},
                              {"faults", std::to_string(faults)},
                              {"reasons", rejection.name + ".error.txt"}};
    parts_.journal.write(engine::Level::warn, "file refused", facts);
}

asio::awaitable<void> WatchFolder::reject(InboxFile file, Fault fault) {
    auto reasons = intake::error_file({&fault, 1}, 1);
    co_await reject(std::move(file), std::move(reasons), 1);
}

// A file that changes while it is read is looked at once more when it is quiet, then refused.
asio::awaitable<void> WatchFolder::look_again(InboxFile file, FileFacts facts) {
    const auto changes = sightings_.changed_while_read(file, facts, parts_.clock.now());
    if (changes < looks_at_a_changing_file) co_return;
    auto fault = changed_while_read(file);
    co_await reject(std::move(file), std::move(fault));
}

void WatchFolder::leave_alone(const InboxFile& file, const std::string& why) {
    sightings_.leave_alone(file);
    parts_.warnings.raise(warning_key(file), why + "; it stays where it is");
}

void WatchFolder::postpone(const InboxFile& file, const Fault& because) {
    sightings_.postpone(file, parts_.clock.now() + parts_.times.between_looks);
    parts_.warnings.raise(warning_key(file), "it waits: " + because.what);
}

// No room on the disk and the like: it would be the same with the next file.
void WatchFolder::rest(const InboxFile& file, const Fault& because) {
    postpone(file, because);
    resting_until_ = parts_.clock.now() + parts_.times.between_looks;
}

}  // namespace uplift::daemon
