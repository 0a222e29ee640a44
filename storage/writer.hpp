// Writer: the one thread that writes the queue. It joins what waits into one synchronous commit and answers
// each operation after it.
//
// Operations come from any thread and are answered on their own executor. A full disk: those that can be
// refused are, the others wait in order, tried again every second. Long operations come in parts, so that
// others get in between.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "storage/store.hpp"

namespace uplift::storage {

class Operation {
 public:
    virtual ~Operation() = default;
    // One part, inside a transaction; after a rollback the same part is run again.
    virtual void run(Store& store) = 0;
    // The part is durable. Says whether another one follows.
    virtual More keep() = 0;
    // Takes `fault` for its answer; `no` where it must wait for room.
    enum class Refused : std::uint8_t { yes, no };
    virtual Refused refuse(const Fault& fault) = 0;
    // Rows that the next part writes, about.
    [[nodiscard]] virtual std::size_t weight() const = 0;
    // Where and how it is answered (no executor: nobody waits for it); an operation that is destroyed instead
    // is never answered.
    [[nodiscard]] virtual boost::asio::any_io_executor executor() const = 0;
    virtual void answer() = 0;
};
using Operations = std::vector<std::unique_ptr<Operation>>;

struct QueueHealth {
    enum class State : std::uint8_t { good, waiting_for_room, stopped } state = State::good;
    std::optional<Fault> fault;
    std::size_t waiting = 0;       // operations that wait for a commit
    std::uint64_t commits = 0;     // since the start
    std::uint64_t operations = 0;  // committed since the start
};

class Writer {
 public:
    // The database and the store are this thread's alone until the destructor returns.
    Writer(std::unique_ptr<Database> database, std::unique_ptr<Store> store, Stop stop);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    // Commits what waits and can be committed; the rest is destroyed unanswered.
    ~Writer();

    void submit(std::unique_ptr<Operation> operation);
    [[nodiscard]] QueueHealth health() const;
    // Takes effect with the next commit, also while operations wait for room.
    void limit_pages(std::int64_t pages) { new_limit_ = pages; }

 private:
    void run();
    Operations take();
    // False when there is no room; nothing of the batch stays then.
    bool try_commit(Operations& batch);
    void finish(Operations batch);
    enum class Room : std::uint8_t { found, still_none };
    Room work_without_room(Operations batch);
    void refuse_or_block(std::unique_ptr<Operation> operation, Operations& blocked);
    void wait_a_moment(Operations& blocked);
    void put_back(Operations operations);
    void set_state(QueueHealth::State state, std::optional<Fault> fault);

    static constexpr std::int64_t no_new_limit = -1;

    std::unique_ptr<Database> database_;
    std::unique_ptr<Store> store_;
    Stop stop_;
    std::atomic<std::int64_t> new_limit_{no_new_limit};
    std::optional<Fault> no_room_;  // why the last commit failed

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Operation>> waiting_;
    QueueHealth health_;
    enum class Life : std::uint8_t { running, ending } life_ = Life::running;
    std::thread thread_;
};

}  // namespace uplift::storage
