#include "core/ldap/listing.hpp"

#include <poll.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <system_error>
#include <thread>
#include <utility>

#include "core/ldap/dial.hpp"
#include "core/ldap/library.hpp"

namespace uplift::ldap {
namespace asio = boost::asio;
namespace {

constexpr int most_starts = 8;  // of one listing, before its first page
constexpr auto congestion_pause = std::chrono::milliseconds{20};
constexpr auto moment = std::chrono::seconds{1};

}  // namespace

// ---- network thread ------------------------------------------------------------------------------------

asio::awaitable<ListedPage> Listing::next(std::shared_ptr<Listing> self) {
    const auto executor = co_await asio::this_coro::executor;
    const auto now = std::chrono::steady_clock::now();
    auto timer = std::make_shared<asio::steady_timer>(executor, now + self->parts_.patience + moment);
    bool wait = true;
    {
        const std::lock_guard lock(self->mutex_);
        self->waiter_ = timer;
        self->wanted_ = true;
        self->wanted_since_ = now;
        wait = !self->ready_;
    }
    self->changed_.notify_all();
    boost::system::error_code cancelled;
    if (wait) co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    const std::lock_guard lock(self->mutex_);
    self->waiter_.reset();
    ListedPage page = Outcome<Nothing>(self->parts_.standing->no_answer());
    if (self->ready_) page = std::move(*std::exchange(self->ready_, std::nullopt));
    co_return page;
}

void Listing::end() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        waiter_.reset();
    }
    changed_.notify_all();
    called_off_.ring();
}

void Listing::call_off() {
    {
        const std::lock_guard lock(mutex_);
        if (!ended_) {
            ready_ =
                Outcome<Nothing>(NotSent{.why = "Uplift stops", .code = FaultCode::directory_unreachable});
            post_ready();
        }
    }
    end();
}

// The timer is touched by the network thread only.
void Listing::post_ready() {
    if (!waiter_) return;
    asio::post(waiter_->get_executor(),
               [waiter = waiter_] { waiter->expires_at(asio::steady_timer::time_point::min()); });
}

// ---- the listing's own thread --------------------------------------------------------------------------

void Listing::run() {
    block_signals();
    if (wait_until_wanted()) deliver(list());
}

Outcome<Nothing> Listing::list() {
    std::string why = "it does not answer";
    for (int start = 0; start < most_starts; ++start) {
        DomainController controller;
        auto opened = open(controller);
        if (auto* outcome = std::get_if<Outcome<Nothing>>(&opened)) return std::move(*outcome);
        const auto& session = std::get<std::unique_ptr<Session>>(opened);
        auto read = read_all(*session, controller);
        if (auto* outcome = std::get_if<Outcome<Nothing>>(&read)) return std::move(*outcome);

        const auto& lost = std::get<Lost>(read);
        why = controller.name + ": " + lost.why;
        const auto now = std::chrono::steady_clock::now();
        if (lost.how == Lost::How::failed) parts_.standing->failed(controller, lost.why, now);
        if (lost.how == Lost::How::was_cut) parts_.standing->lost(controller, lost.why, now);
        if (lost.how == Lost::How::busy) parts_.standing->note_error(why);
        if (given_ || now >= page_deadline()) break;
        if (lost.how == Lost::How::busy && !pause(parts_.settings->limits.busy)) break;
    }
    return interrupted(why);
}

std::variant<std::unique_ptr<Session>, Outcome<Nothing>> Listing::open(DomainController& controller) {
    auto& standing = *parts_.standing;
    while (true) {
        const auto now = std::chrono::steady_clock::now();
        if (const auto refusal = standing.refusal(now))
            return std::visit([](const auto& why) { return Outcome<Nothing>(why); }, *refusal);
        if (standing.wants_to_look_around(now)) standing.look_around();
        auto picked = standing.pick(now);
        if (!picked) return Outcome<Nothing>(standing.nobody_left());
        if (now >= page_deadline()) return Outcome<Nothing>(standing.no_answer());
        auto opened = open_session(*picked, *parts_.settings, *parts_.watchdog, called_off_);
        if (auto* session = std::get_if<std::unique_ptr<Session>>(&opened)) {
            controller = std::move(*picked);
            standing.answered(controller);
            return std::move(*session);
        }
        standing.opening_failed(*picked, std::get<OpeningFailure>(opened), std::chrono::steady_clock::now());
    }
}

Listing::Read Listing::read_all(Session& session, const DomainController& controller) {
    for (const auto& search : parts_.search.searches) {
        auto read = this->read(session, controller, question_of(search));
        const auto* outcome = std::get_if<Outcome<Nothing>>(&read);
        if (outcome == nullptr || done_value(*outcome) == nullptr) return read;
    }
    return Outcome<Nothing>(Done<Nothing>{});
}

Question Listing::question_of(const PersonSearch& search) const {
    const auto& settings = *parts_.settings;
    return {.where = "directory " + settings.name.value,
            .base_dn = settings.base_dn,
            .search = search,
            .attributes = parts_.attributes,
            .exclude = settings.exclude,
            .anchor = settings.anchor,
            .page_size = parts_.standing->page_size(),
            .many = Many::pages,
            .named = {},
            .takes = parts_.search.takes};
}

Listing::Read Listing::read(Session& session, const DomainController& controller, Question question) {
    Lookup lookup(std::move(question));
    while (true) {
        auto page = read_page(session, lookup);
        if (auto* lost = std::get_if<Lost>(&page)) return std::move(*lost);
        switch (std::get<Progress>(page)) {
            case Progress::later:
                return Lost{.how = Lost::How::busy, .why = "busy"};
            case Progress::elsewhere:
                return Lost{.how = Lost::How::failed, .why = "unavailable"};
            case Progress::ask_on:
            case Progress::finished:
                break;
        }
        parts_.standing->learn_page_size(lookup.question().page_size);
        auto outcome = lookup.outcome(controller.name);
        auto* people = std::get_if<Done<std::vector<engine::FoundPerson>>>(&outcome);
        if (people == nullptr) return without_value<Nothing>(outcome);
        given_ = true;
        deliver(std::move(people->value));
        if (!wait_until_wanted()) return Outcome<Nothing>(interrupted("nobody waits for it"));
        if (!lookup.more()) return Outcome<Nothing>(Done<Nothing>{});
        lookup.next_page();
    }
}

Listing::PageEnd Listing::read_page(Session& session, Lookup& lookup) {
    while (true) {
        auto sending = session.send(lookup.request());
        if (std::holds_alternative<NotASearch>(sending)) {
            lookup.refuse_filter();
            return Progress::finished;
        }
        if (auto* lost = std::get_if<LostConnection>(&sending))
            return Lost{.how = Lost::How::was_cut, .why = std::move(lost->why)};
        if (std::holds_alternative<Congested>(sending)) {
            if (!pause(congestion_pause) || std::chrono::steady_clock::now() >= page_deadline())
                return Lost{.how = Lost::How::failed, .why = "it takes no request"};
            lookup.start_over();
            continue;
        }
        auto end = hear(session, lookup, std::get<int>(sending));
        if (auto* lost = std::get_if<Lost>(&end)) return std::move(*lost);
        const auto progress = lookup.take(std::get<SearchEnd>(end));
        if (progress != Progress::ask_on) return progress;
    }
}

std::variant<SearchEnd, Listing::Lost> Listing::hear(Session& session, Lookup& lookup, int request) {
    const auto deadline = page_deadline();
    while (true) {
        auto hearing = session.hear();
        if (auto* lost = std::get_if<LostConnection>(&hearing))
            return Lost{.how = Lost::How::was_cut, .why = std::move(lost->why)};
        if (auto* heard = std::get_if<Heard>(&hearing)) {
            if (heard->request != request) continue;
            if (auto* end = std::get_if<SearchEnd>(&heard->what)) return std::move(*end);
            lookup.take(std::get<Entry>(std::move(heard->what)));
            continue;
        }
        const auto silence = std::chrono::steady_clock::now() + parts_.settings->limits.silence;
        const auto ready = wait_for(session.descriptor(), POLLIN, std::min(deadline, silence), called_off_);
        if (ready == Ready::called_off) return Lost{.how = Lost::How::busy, .why = "nobody waits for it"};
        if (ready == Ready::deadline)
            return Lost{.how = Lost::How::failed,
                        .why = silence < deadline ? "it fell silent" : "a page takes too long"};
    }
}

NotSent Listing::interrupted(const std::string& why) const {
    return {.why = "directory " + parts_.settings->name.value + ": the listing was interrupted: " + why,
            .code = FaultCode::directory_unreachable};
}

bool Listing::wait_until_wanted() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || (wanted_ && !ready_); });
    return !ended_;
}

bool Listing::pause(Duration time) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [&] { return ended_; });
}

void Listing::deliver(ListedPage page) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    wanted_ = false;
    ready_ = std::move(page);
    post_ready();
}

SteadyTime Listing::page_deadline() {
    const std::lock_guard lock(mutex_);
    return wanted_since_ + parts_.patience;
}

// ---- listings under way --------------------------------------------------------------------------------

void Listings::start(const std::shared_ptr<Listing>& listing) {
    const std::lock_guard lock(running_->mutex);
    running_->listings.push_back(listing);
    auto work = [listing, running = running_] {
        listing->run();
        const std::lock_guard lock(running->mutex);
        std::erase(running->listings, listing);
        running->changed.notify_all();
    };
    try {
        std::thread(std::move(work)).detach();
    } catch (const std::system_error&) {
        std::erase(running_->listings, listing);  // nobody answers: `patience` ends it
    }
}

void Listings::call_off() {
    const std::lock_guard lock(running_->mutex);
    for (const auto& listing : running_->listings) listing->call_off();
}

void Listings::wait() {
    std::unique_lock lock(running_->mutex);
    running_->changed.wait_for(lock, moment, [&] { return running_->listings.empty(); });
}

}  // namespace uplift::ldap
