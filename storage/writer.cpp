#include "storage/writer.hpp"

#include <boost/asio/post.hpp>
#include <chrono>

namespace uplift::storage {
namespace {

constexpr std::size_t max_batch = 512;  // operations in one commit
constexpr std::chrono::seconds retry_after{1};

// All that is answered on one executor goes there in one piece: a wake-up a commit, not one an operation.
void answer_all(Operations finished) {
    while (!finished.empty()) {
        const auto executor = finished.back()->executor();
        auto together = std::make_shared<Operations>();
        auto others = Operations();
        for (auto& operation : finished)
            (operation->executor() == executor ? *together : others).push_back(std::move(operation));
        finished = std::move(others);
        if (!executor) continue;  // nobody asked
        boost::asio::post(executor, [together] {
            for (auto& operation : *together) {
                operation->answer();
                operation.reset();
            }
        });
    }
}

}  // namespace

Writer::Writer(std::unique_ptr<Database> database, std::unique_ptr<Store> store, Stop stop)
    : database_(std::move(database)), store_(std::move(store)), stop_(std::move(stop)) {
    database_->set_stop(stop_);
    thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        life_ = Life::ending;
    }
    changed_.notify_all();
    thread_.join();
}

void Writer::submit(std::unique_ptr<Operation> operation) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(operation));
    }
    changed_.notify_one();
}

QueueHealth Writer::health() const {
    const std::lock_guard lock(mutex_);
    auto health = health_;
    health.waiting = waiting_.size();
    return health;
}

void Writer::set_state(QueueHealth::State state, std::optional<Fault> fault) {
    const std::lock_guard lock(mutex_);
    health_.state = state;
    health_.fault = std::move(fault);
}

void Writer::run() {
    try {
        for (auto batch = take(); !batch.empty(); batch = take()) {
            if (try_commit(batch))
                finish(std::move(batch));
            else if (work_without_room(std::move(batch)) == Room::still_none)
                return;  // the daemon ends: what waits for room stays unanswered
        }
        database_->checkpoint();
    } catch (const Stopped& stopped) {
        set_state(QueueHealth::State::stopped, stopped.fault);
    } catch (const std::exception& error) {
        Fault fault{FaultCode::queue_io,
                    "queue",
                    std::string("the writer failed: ") + error.what(),
                    "Start the daemon again; nothing that was acknowledged is lost"};
        set_state(QueueHealth::State::stopped, fault);
        stop_(fault);
    }
}

Operations Writer::take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !waiting_.empty() || life_ == Life::ending; });
    Operations batch;
    std::size_t weight = 0;
    while (!waiting_.empty() && batch.size() < max_batch) {
        weight += waiting_.front()->weight();
        if (weight > max_rows_at_once && !batch.empty()) break;
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return batch;
}

bool Writer::try_commit(Operations& batch) {
    try {
        const auto limit = new_limit_.exchange(no_new_limit);
        if (limit != no_new_limit) database_->limit_pages(limit);
        store_->begin();
        for (auto& operation : batch) operation->run(*store_);
        store_->commit();
    } catch (const CannotNow& cannot) {
        store_->roll_back();
        no_room_ = cannot.fault;
        set_state(QueueHealth::State::waiting_for_room, no_room_);
        return false;
    } catch (...) {
        put_back(std::move(batch));  // its owner destroys it, not this thread
        throw;
    }
    if (no_room_) set_state(QueueHealth::State::good, std::nullopt);
    no_room_.reset();
    return true;
}

void Writer::finish(Operations batch) {
    Operations finished;
    Operations more;
    for (auto& operation : batch)
        (operation->keep() == More::yes ? more : finished).push_back(std::move(operation));
    {
        const std::lock_guard lock(mutex_);
        ++health_.commits;
        health_.operations += finished.size();
        for (auto& operation : more) waiting_.push_back(std::move(operation));
    }
    answer_all(std::move(finished));
}

// ---- no room ---------------------------------------------------------------------------------------

// Each of the batch is tried alone; then the first of those that must wait, every second, until all are
// through.
Writer::Room Writer::work_without_room(Operations batch) {
    Operations blocked;
    for (auto& operation : batch) {
        Operations alone;
        alone.push_back(std::move(operation));
        if (try_commit(alone))
            finish(std::move(alone));
        else
            refuse_or_block(std::move(alone.front()), blocked);
    }
    while (!blocked.empty()) {
        wait_a_moment(blocked);
        while (!blocked.empty()) {
            Operations first;
            first.push_back(std::move(blocked.front()));
            blocked.erase(blocked.begin());
            if (try_commit(first)) {
                finish(std::move(first));
                continue;
            }
            blocked.insert(blocked.begin(), std::move(first.front()));
            break;
        }
        const std::lock_guard lock(mutex_);
        if (life_ == Life::running || blocked.empty()) continue;
        for (auto& operation : blocked) waiting_.push_back(std::move(operation));
        return Room::still_none;
    }
    return Room::found;
}

void Writer::refuse_or_block(std::unique_ptr<Operation> operation, Operations& blocked) {
    if (operation->refuse(*no_room_) == Operation::Refused::no) {
        blocked.push_back(std::move(operation));
        return;
    }
    Operations refused;
    refused.push_back(std::move(operation));
    answer_all(std::move(refused));
}

// Whoever comes meanwhile and can be refused is answered at once.
void Writer::wait_a_moment(Operations& blocked) {
    const auto until = std::chrono::steady_clock::now() + retry_after;
    std::unique_lock lock(mutex_);
    while (std::chrono::steady_clock::now() < until && life_ == Life::running) {
        if (waiting_.empty()) {
            changed_.wait_until(lock, until);
            continue;
        }
        auto operation = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        refuse_or_block(std::move(operation), blocked);
        lock.lock();
    }
}

void Writer::put_back(Operations operations) {
    const std::lock_guard lock(mutex_);
    for (auto& operation : operations) waiting_.push_front(std::move(operation));
}

}  // namespace uplift::storage
