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

Outcome<std::vector<engine::FoundPerson>> outcome_of(const OpeningFailure& failure,
                                                     const std::string& where) {
    const auto what = where + ": " + failure.why;
    if (failure.kind == OpeningFailure::Kind::unauthorized)
        return Unauthorized{.code = FaultCode::directory_credentials, .what = what, .cure = failure.cure};
    return Refused{.code = FaultCode::directory_refused, .what = what, .cure = failure.cure};
}

}  // namespace

DirectoryThread::DirectoryThread(std::shared_ptr<const LdapSettings> settings,
                                 std::vector<DomainController> controllers)
    : settings_(std::move(settings)),
      watchdog_(std::make_shared<Watchdog>()),
      bell_(std::make_shared<Bell>()),
      called_off_(std::make_shared<Bell>()),
      controllers_(std::move(controllers), settings_->limits.rest),
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

DirectoryHealth DirectoryThread::health() const {
    const std::lock_guard lock(mutex_);
    return health_;
}

NotSent DirectoryThread::no_answer() const {
    const std::lock_guard lock(mutex_);
    NotSent late{.why = "directory " + settings_->name.value + ": no answer within the time",
                 .code = FaultCode::directory_unreachable};
    const auto recent = std::chrono::system_clock::now() - settings_->limits.rest;
    if (health_.last_error_at && *health_.last_error_at > recent) {
        late.why += "; last error: " + health_.last_error;
        late.code = last_code_;
    }
    return late;
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
        see_to_connection(now);
        send(now);
        drop_finished_lines();
        note_state();
        sleep(now);
    }
    take_submitted();
    for (auto& line : lines_)
        for (auto& [number, ticket] : line->in_flight) waiting_.push_back(std::move(ticket));
    std::move(delayed_.begin(), delayed_.end(), std::back_inserter(waiting_));
    answer_waiting(NotSent{.why = "Uplift stops", .code = FaultCode::directory_unreachable});
    lines_.clear();
    // An opening that hangs in a name look-up is left to itself: it holds all that it needs.
    const auto patience = std::chrono::steady_clock::now() + goodbye;
    while (opening_ && std::chrono::steady_clock::now() < patience) {
        pollfd polled{.fd = bell_->descriptor(), .events = POLLIN, .revents = 0};
        ::poll(&polled, 1, 50);
        const std::lock_guard lock(opening_->mutex);
        if (opening_->result) break;
    }
}

void DirectoryThread::take_submitted() {
    std::vector<TicketPtr> submitted;
    {
        const std::lock_guard lock(mutex_);
        submitted.swap(submitted_);
    }
    for (auto& ticket : submitted) {
        next_deadline_ = std::min(next_deadline_, ticket->deadline);
        waiting_.push_back(std::move(ticket));
    }
}

void DirectoryThread::take_opened(SteadyTime now) {
    if (!opening_) return;
    std::optional<OpeningResult> result;
    {
        const std::lock_guard lock(opening_->mutex);
        result = std::exchange(opening_->result, std::nullopt);
    }
    if (!result && now - opening_->started > settings_->limits.connect + look_up_grace)
        result = OpeningFailure{.why = "the look-up of its name takes too long", .cure = {}};
    if (!result) return;
    const auto controller = std::exchange(opening_, nullptr)->controller;
    if (auto* session = std::get_if<std::unique_ptr<Session>>(&*result)) {
        controllers_.answered(controller);
        auto line = std::make_unique<Line>();
        line->session = std::move(*session);
        line->controller = controller;
        lines_.push_back(std::move(line));
        has_line_ = true;
        const std::lock_guard lock(mutex_);
        health_.domain_controller = name_of(controller);
        health_.since = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
        return;
    }
    const auto& failure = std::get<OpeningFailure>(*result);
    controllers_.failed(controller, now);
    note_error(name_of(controller) + ": " + failure.why,
               failure.kind == OpeningFailure::Kind::tls ? FaultCode::directory_tls
                                                         : FaultCode::directory_unreachable);
    const bool definite =
        failure.kind == OpeningFailure::Kind::unauthorized || failure.kind == OpeningFailure::Kind::refused;
    if (!definite || has_line_) return;
    // Not asked of the other domain controllers: every refused sign-in counts towards locking the account.
    refusal_ = outcome_of(failure, "directory " + settings_->name.value + ": " + name_of(controller));
    refused_until_ = now + settings_->limits.rest;
    controllers_.answered(controller);
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
            lose(line, Failed::was_cut, std::move(lost->why), now);
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
            ticket->answer(ticket->lookup.outcome(name_of(line.controller)));
            return true;
        case Progress::ask_on:
            // On the same connection, even one that is being left: a cookie is worth nothing elsewhere.
            return send_one(line, std::move(ticket), now);
        case Progress::later:
            note_error(name_of(line.controller) + ": busy");
            ticket->lookup.start_over();
            ticket->started = {};
            ticket->due = now + settings_->limits.busy;
            delayed_.push_back(std::move(ticket));
            return true;
        case Progress::elsewhere:
            note_error(name_of(line.controller) + ": unavailable");
            ask_again(std::move(ticket));
            controllers_.failed(line.controller, now);
            if (&line == lines_.back().get()) has_line_ = false;  // its other searches may still end on it
            return true;
    }
    return true;
}

void DirectoryThread::give_up_late(SteadyTime now) {
    if (now < next_deadline_) return;
    const auto late = no_answer();
    next_deadline_ = SteadyTime::max();
    const auto expire = [&](auto& tickets) {
        std::erase_if(tickets, [&](TicketPtr& ticket) {
            if (ticket->deadline <= now) {
                ticket->answer(late);
                return true;
            }
            next_deadline_ = std::min(next_deadline_, ticket->deadline);
            return false;
        });
    };
    expire(waiting_);
    expire(delayed_);
    for (auto& line : lines_)
        std::erase_if(line->in_flight, [&](auto& item) {
            auto& [number, ticket] = item;
            if (ticket->deadline <= now) {
                line->session->abandon(number);
                ticket->answer(late);
                return true;
            }
            next_deadline_ = std::min(next_deadline_, ticket->deadline);
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
    if (refusal_ && now >= refused_until_) refusal_.reset();
    const bool traffic = !waiting_.empty() || in_flight() > 0;
    if (!traffic || opening_) return;
    if (has_line_) {
        if (const auto better = controllers_.better_than(lines_.back()->controller, now)) open(*better, now);
        return;
    }
    if (waiting_.empty()) return;
    if (refusal_) return answer_waiting(*refusal_);
    if (const auto next = controllers_.pick(now)) return open(*next, now);
    std::string why;
    FaultCode code{};
    {
        const std::lock_guard lock(mutex_);
        why = health_.last_error;
        code = last_code_;
    }
    answer_waiting(NotSent{
        .why = "directory " + settings_->name.value + ": no domain controller answers; last error: " + why,
        .code = code});
}

void DirectoryThread::open(std::size_t controller, SteadyTime now) {
    opening_ = std::make_shared<Opening>();
    opening_->controller = controller;
    opening_->started = now;
    auto work = [opening = opening_,
                 target = controllers_.at(controller),
                 settings = settings_,
                 watchdog = watchdog_,
                 called_off = called_off_,
                 bell = bell_] {
        block_signals();
        auto result = open_session(target, *settings, *watchdog, *called_off);
        const std::lock_guard lock(opening->mutex);
        opening->result = std::move(result);
        bell->ring();
    };
    try {
        std::thread(std::move(work)).detach();
    } catch (const std::system_error&) {
        opening_->result = OpeningFailure{.why = "there is no thread left to connect with", .cure = {}};
        bell_->ring();
    }
}

void DirectoryThread::send(SteadyTime now) {
    for (std::size_t i = 0; i < delayed_.size();) {
        if (delayed_[i]->due > now) {
            ++i;
            continue;
        }
        waiting_.push_back(std::move(delayed_[i]));
        delayed_.erase(delayed_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    congested_ = false;
    while (has_line_ && !congested_ && !waiting_.empty() &&
           lines_.back()->in_flight.size() < settings_->limits.outstanding) {
        auto ticket = std::move(waiting_.front());
        waiting_.pop_front();
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
        waiting_.push_front(std::move(ticket));
        return true;
    }
    if (std::holds_alternative<NotASearch>(sending)) {
        ticket->lookup.refuse_filter();
        ticket->answer(ticket->lookup.outcome(name_of(line.controller)));
        return true;
    }
    ask_again(std::move(ticket));
    lose(line, Failed::was_cut, std::get<LostConnection>(std::move(sending)).why, now);
    return false;
}

// The caller drops the line. One that has served and was closed while idle is no failure: AD does so after
// 15 minutes.
void DirectoryThread::lose(Line& line, Failed how, std::string why, SteadyTime now) {
    if (has_line_ && &line == lines_.back().get()) has_line_ = false;
    if (how == Failed::was_cut && line.in_flight.empty() && line.answered) return;
    note_error(name_of(line.controller) + ": " + why);
    if (how == Failed::was_cut && line.answered)
        controllers_.lost(line.controller, now);
    else
        controllers_.failed(line.controller, now);
    for (auto& [number, ticket] : line.in_flight) ask_again(std::move(ticket));
    line.in_flight.clear();
}

void DirectoryThread::ask_again(TicketPtr ticket) {
    if (++ticket->losses > max_losses) {
        ticket->answer(no_answer());
        return;
    }
    ticket->lookup.start_over();
    ticket->started = {};
    waiting_.push_front(std::move(ticket));
}

void DirectoryThread::answer_waiting(const FindOutcome& outcome) {
    for (auto& ticket : std::exchange(waiting_, {})) ticket->answer(outcome);
}

void DirectoryThread::drop_finished_lines() {
    const Line* in_use = has_line_ ? lines_.back().get() : nullptr;
    std::erase_if(lines_, [&](const std::unique_ptr<Line>& line) {
        return line.get() != in_use && line->in_flight.empty();
    });
}

void DirectoryThread::sleep(SteadyTime now) {
    auto until = next_deadline_;
    for (const auto& ticket : delayed_) until = std::min(until, ticket->due);
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

void DirectoryThread::note_error(std::string text, FaultCode code) {
    const std::lock_guard lock(mutex_);
    last_code_ = code;
    health_.last_error = std::move(text);
    health_.last_error_at = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

void DirectoryThread::note_state() {
    const std::lock_guard lock(mutex_);
    health_.outstanding = in_flight();
    health_.waiting = waiting_.size() + delayed_.size();
    if (has_line_) return;
    health_.domain_controller.clear();
    health_.since.reset();
}

std::size_t DirectoryThread::in_flight() const {
    std::size_t count = 0;
    for (const auto& line : lines_) count += line->in_flight.size();
    return count;
}

}  // namespace uplift::ldap
