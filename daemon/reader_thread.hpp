// ReaderThread: looks at the queue, on a thread and a connection of their own, so that a look never waits for
// an fsync nor holds one up.
//
// Work is a function of the Reader; its answer comes back on the executor of who asked.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include "storage/reader.hpp"

namespace uplift::daemon {

class ReaderThread {
 public:
    explicit ReaderThread(std::unique_ptr<storage::Reader> reader) : reader_(std::move(reader)), pool_(1) {}
    ~ReaderThread() { pool_.join(); }
    ReaderThread(const ReaderThread&) = delete;
    ReaderThread& operator=(const ReaderThread&) = delete;

    // `work` must own what it needs: it runs on the other thread.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work, storage::Reader&>> ask(Work work) {
        auto running = run(*reader_, std::move(work));
        co_return co_await boost::asio::co_spawn(pool_, std::move(running), boost::asio::use_awaitable);
    }

 private:
    template <class Work>
    static boost::asio::awaitable<std::invoke_result_t<Work, storage::Reader&>> run(storage::Reader& reader,
                                                                                    Work work) {
        co_return work(reader);
    }

    std::unique_ptr<storage::Reader> reader_;
    boost::asio::thread_pool pool_;
};

}  // namespace uplift::daemon
