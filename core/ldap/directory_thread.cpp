#include "core/ldap/directory_thread.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "core/ldap/library.hpp"

namespace uplift::ldap {
namespace {

constexpr int max_losses = 3;  // connections lost under one lookup
constexpr auto congestion_pause = std::chrono::milliseconds{20};
constexpr auto look_up_grace = std::chrono::seconds{1};  // of an opening that is stuck in a name look-up
constexpr auto goodbye = std::chrono::seconds{1};

}  // namespace

DirectoryThread::DirectoryThread(std::shared_ptr<const LdapSettings> settings,
                                 std::shared_ptr<Standing> standing,
                                 std::shared_ptr<Watchdog> watchdog)
    : settings_(std::move(settings)),
      standing_(std::move(standing)),
      watchdog_(std::move(watchdog)),
      bell_(std::make_shared<Bell>()),
      called_off_(std::make_shared<Bell>()),
      thread_([this] { run(); }) {}

DirectoryThread::~DirectoryThread() {
    ends_ = true;
    called_off_->ring();
    watchdog_->shut_all();
    bell_->ring();
    thread_.join();
}

void DirectoryThread::submit(TicketPtr ticket) {
    const std::lock_guard lock(mutex_);
    submitted_.push_back(std::move(ticket));
    if (submitted_.size() == 1) bell_->ring();
}

void DirectoryThread::run() {
    block_signals();
    while (!ends_) {
        bell_->quiet();
        const auto now = std::chrono::steady_clock::now();
        take_submitted();
        take_opened(now);
        hear(now);
        give_up_late(now);
        look_for_silence(now);
        waiting_.wake(now);
        see_to_connection(now);
        send(now);
        drop_finished_lines();
        standing_->note_traffic(has_line_, in_flight(), waiting_.size());
        sleep(now);
    }
    end();
}

void DirectoryThread::end() {
    take_submitted();
    for (auto& line : lines_)
        for (auto& [number, ticket] : line->in_flight) waiting_.enter_again(std::move(ticket));
    waiting_.clear(NotSent{.why = "Uplift stops", .code = FaultCode::directory_unreachable});
    lines_.clear();
    // An opening that hangs in a name look-up is left to itself: it holds all that it needs.
    const auto patience = std::chrono::steady_clock::now() + goodbye;
    while (opening_ && std::chrono::steady_clock::now() < patience) {
        pollfd polled{.fd = bell_->descriptor(), .events = POLLIN, .revents = 0};
        ::poll(&polled, 1, 50);
        const std::lock_guard lock(opening_->mutex);
        if (opening_->result || opening_->looked_around) break;
    }
}

void DirectoryThread::take_submitted() {
    std::vector<TicketPtr> submitted;
    {
        const std::lock_guard lock(mutex_);
        submitted.swap(submitted_);
    }
    for (auto& ticket : submitted) {
        next_deadline_ = std::min(next_deadline_, ticket->deadline());
        waiting_.enter(std::move(ticket));
    }
}

void DirectoryThread::take_opened(SteadyTime now) {
    if (!opening_) return;
    std::optional<OpeningResult> result;
    bool looked_around = false;
    {
        const std::lock_guard lock(opening_->mutex);
        result = std::exchange(opening_->result, std::nullopt);
        looked_around = opening_->looked_around;
    }
    const bool stuck = now - opening_->started > settings_->limits.connect + look_up_grace;
    if (!opening_->controller) {
        if (!looked_around && stuck) standing_->give_up_looking("the look-up in DNS takes too long");
        if (looked_around || stuck) opening_.reset();
        return;
    }
    if (!result && stuck)
        result = OpeningFailure{.why = "the look-up of its name takes too long", .cure = {}};
    if (!result) return;
    const auto controller = *std::exchange(opening_, nullptr)->controller;
    if (auto* session = std::get_if<std::unique_ptr<Session>>(&*result))
        return use(std::move(*session), controller);
    const auto& failure = std::get<OpeningFailure>(*result);
    if (!has_line_) {
        standing_->opening_failed(controller, failure, now);
    } else {  // a better one is not there yet, whatever it says
        standing_->failed(controller, failure.why, now);
    }
}

void DirectoryThread::use(std::unique_ptr<Session> session, const DomainController& controller) {
    standing_->note_in_use(controller, session->clock_skew());
    auto line = std::make_unique<Line>();
    line->session = std::move(session);
    line->controller = controller;
    lines_.push_back(std::move(line));
    has_line_ = true;
}

void DirectoryThread::hear(SteadyTime now) {
    for (std::size_t i = 0; i < lines_.size();)
        if (hear_line(*lines_[i], now))
            ++i;
        else
            lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(i));
}

bool DirectoryThread::hear_line(Line& line, SteadyTime now) {
    while (true) {
        auto hearing = line.session->hear();
        if (std::holds_alternative<NothingNow>(hearing)) return true;
        if (auto* lost = std::get_if<LostConnection>(&hearing)) {
            lose(line, Failed::was_cut, lost->why, now);
            return false;
        }
        auto& heard = std::get<Heard>(hearing);
        line.unheard_since = now;
        line.answered = true;
        const auto found = line.in_flight.find(heard.request);
        if (found == line.in_flight.end()) {  // given up before
            if (line.in_flight.empty()) line.unheard_since = SteadyTime::max();
            continue;
        }
        if (auto* entry = std::get_if<Entry>(&heard.what))
            found->second->lookup.take(std::move(*entry));
        else if (!on_end(line, heard.request, std::get<SearchEnd>(heard.what), now))
            return false;
    }
}

bool DirectoryThread::on_end(Line& line, int request, const SearchEnd& end, SteadyTime now) {
    auto ticket = std::move(line.in_flight.extract(request).mapped());
    if (line.in_flight.empty()) line.unheard_since = SteadyTime::max();
    switch (ticket->lookup.take(end)) {
        case Progress::finished:
            standing_->learn_page_size(ticket->lookup.question().page_size);
            ticket->answer(ticket->lookup.outcome(line.controller.name));
            return true;
        case Progress::ask_on:
            // On the same connection, even one that is being left: a cookie is worth nothing elsewhere.
            return send_one(line, std::move(ticket), now);
        case Progress::later:
            standing_->note_error(line.controller.name + ": busy");
            ticket->lookup.start_over();
            ticket->started = {};
            ticket->due = now + settings_->limits.busy;
            waiting_.enter_later(std::move(ticket));
            return true;
        case Progress::elsewhere:
            ask_again(std::move(ticket));
            standing_->failed(line.controller, "unavailable", now);
            if (is_in_use(line)) has_line_ = false;  // its other searches may still end on it
            return true;
    }
    return true;
}

void DirectoryThread::give_up_late(SteadyTime now) {
    if (now < next_deadline_) return;
    const auto late = standing_->no_answer();
    waiting_.expire(now, late);
    next_deadline_ = waiting_.next_deadline();
    for (auto& line : lines_)
        std::erase_if(line->in_flight, [&](auto& item) {
            auto& [number, ticket] = item;
            if (ticket->expire(now, late)) {
                line->session->abandon(number);
                return true;
            }
            next_deadline_ = std::min(next_deadline_, ticket->deadline());
            return false;
        });
}

void DirectoryThread::look_for_silence(SteadyTime now) {
    for (std::size_t i = 0; i < lines_.size();) {
        auto& line = *lines_[i];
        const bool silent = line.unheard_since < now && now - line.unheard_since > settings_->limits.silence;
        const bool slow = std::any_of(line.in_flight.begin(), line.in_flight.end(), [&](const auto& item) {
            return now - item.second->started > settings_->limits.search;
        });
        if (!silent && !slow) {
            ++i;
            continue;
        }
        lose(line, Failed::fell_silent, silent ? "it fell silent" : "a search takes too long", now);
        lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

void DirectoryThread::see_to_connection(SteadyTime now) {
    const bool traffic = !waiting_.empty() || in_flight() > 0;
    if (!traffic || opening_) return;
    if (has_line_) {
        if (auto better = standing_->better_than(lines_.back()->controller, now))
            return open(std::move(better), now);
        if (standing_->wants_to_look_around(now)) open(std::nullopt, now);
        return;
    }
    if (waiting_.empty()) return;
    if (const auto refusal = standing_->refusal(now))
        return std::visit([&](const auto& why) { waiting_.answer_all(why); }, *refusal);
    if (standing_->wants_to_look_around(now)) return open(std::nullopt, now);
    if (auto next = standing_->pick(now)) return open(std::move(next), now);
    waiting_.answer_all(standing_->nobody_left());
}

void DirectoryThread::open(std::optional<DomainController> controller, SteadyTime now) {
    opening_ = std::make_shared<Opening>();
    opening_->controller = std::move(controller);
    opening_->started = now;
    auto work = [opening = opening_,
                 settings = settings_,
                 standing = standing_,
                 watchdog = watchdog_,
                 called_off = called_off_,
                 bell = bell_] {
        block_signals();
        if (!opening->controller) {
            standing->look_around();
            const std::lock_guard lock(opening->mutex);
            opening->looked_around = true;
            bell->ring();
            return;
        }
        auto result = open_session(*opening->controller, *settings, *watchdog, *called_off);
        const std::lock_guard lock(opening->mutex);
        opening->result = std::move(result);
        bell->ring();
    };
    try {
        std::thread(std::move(work)).detach();
    } catch (const std::system_error&) {
        opening_->result = OpeningFailure{.why = "there is no thread left to connect with", .cure = {}};
        opening_->looked_around = true;
        bell_->ring();
    }
}

void DirectoryThread::send(SteadyTime now) {
    congested_ = false;
    while (has_line_ && !congested_ && lines_.back()->in_flight.size() < settings_->limits.outstanding) {
        auto ticket = waiting_.next(shared_in_flight());
        if (!ticket) return;
        if (!send_one(*lines_.back(), std::move(ticket), now)) lines_.pop_back();
    }
}

bool DirectoryThread::send_one(Line& line, TicketPtr ticket, SteadyTime now) {
    auto sending = line.session->send(ticket->lookup.request());
    if (const int* number = std::get_if<int>(&sending)) {
        line.unheard_since = std::min(line.unheard_since, now);
        if (ticket->started == SteadyTime{}) ticket->started = now;
        line.in_flight.emplace(*number, std::move(ticket));
        return true;
    }
    if (std::holds_alternative<Congested>(sending)) {
        congested_ = true;
        ticket->lookup.start_over();
        waiting_.enter_again(std::move(ticket));
        return true;
    }
    if (std::holds_alternative<NotASearch>(sending)) {
        ticket->lookup.refuse_filter();
        ticket->answer(ticket->lookup.outcome(line.controller.name));
        return true;
    }
    ask_again(std::move(ticket));
    lose(line, Failed::was_cut, std::get<LostConnection>(sending).why, now);
    return false;
}

// The caller drops the line. One that has served and was closed while idle is no failure: AD does so after
// 15 minutes.
void DirectoryThread::lose(Line& line, Failed how, const std::string& why, SteadyTime now) {
    if (is_in_use(line)) has_line_ = false;
    if (how == Failed::was_cut && line.in_flight.empty() && line.answered) return;
    if (how == Failed::was_cut && line.answered)
        standing_->lost(line.controller, why, now);
    else
        standing_->failed(line.controller, why, now);
    for (auto& [number, ticket] : line.in_flight) ask_again(std::move(ticket));
    line.in_flight.clear();
}

void DirectoryThread::ask_again(TicketPtr ticket) {
    if (++ticket->losses > max_losses) {
        ticket->answer(standing_->no_answer());
        return;
    }
    ticket->lookup.start_over();
    ticket->started = {};
    waiting_.enter_again(std::move(ticket));
}

void DirectoryThread::drop_finished_lines() {
    const Line* in_use = has_line_ ? lines_.back().get() : nullptr;
    std::erase_if(lines_, [&](const std::unique_ptr<Line>& line) {
        return line.get() != in_use && line->in_flight.empty();
    });
}

void DirectoryThread::sleep(SteadyTime now) {
    auto until = std::min(next_deadline_, waiting_.next_due());
    for (const auto& line : lines_)
        if (line->unheard_since != SteadyTime::max())
            until = std::min(until, line->unheard_since + settings_->limits.silence);
    if (opening_) until = std::min(until, opening_->started + settings_->limits.connect + look_up_grace);
    if (in_flight() > 0) until = std::min(until, now + settings_->limits.silence / 4);
    if (congested_) until = std::min(until, now + congestion_pause);

    std::vector<pollfd> polled{{.fd = bell_->descriptor(), .events = POLLIN, .revents = 0}};
    for (const auto& line : lines_)
        polled.push_back({.fd = line->session->descriptor(), .events = POLLIN, .revents = 0});
    int timeout = -1;
    if (until != SteadyTime::max()) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
    }
    ::poll(polled.data(), polled.size(), timeout);
}

std::size_t DirectoryThread::in_flight() const {
    std::size_t count = 0;
    for (const auto& line : lines_) count += line->in_flight.size();
    return count;
}

std::size_t DirectoryThread::shared_in_flight() const {
    if (!has_line_) return 0;
    const auto& in_flight = lines_.back()->in_flight;
    return static_cast<std::size_t>(std::count_if(
        in_flight.begin(), in_flight.end(), [](const auto& item) { return item.second->is_of_many(); }));
}

}  // namespace uplift::ldap
