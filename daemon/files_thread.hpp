// FilesThread: what may wait for a disk or a file server (copies, moves, fsyncs, the name service), on a
// thread of its own, so that the running jobs never wait for it.
//
// Work is a coroutine or a function; its answer comes back on the executor of who asked. One at a time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

namespace uplift::daemon {

class FilesThread {
 public:
    FilesThread() : pool_(1) {}
    ~FilesThread() { pool_.join(); }
    FilesThread(const FilesThread&) = delete;
    FilesThread& operator=(const FilesThread&) = delete;

    // `work` must own what it needs, or outlive this: it runs on the other thread.
    template <class T>
    boost::asio::awaitable<T> run(boost::asio::awaitable<T> work) {
        co_return co_await boost::asio::co_spawn(pool_, std::move(work), boost::asio::use_awaitable);
    }
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work>> ask(Work work) {
        auto running = call(std::move(work));
        co_return co_await boost::asio::co_spawn(pool_, std::move(running), boost::asio::use_awaitable);
    }

 private:
    template <class Work>
    static boost::asio::awaitable<std::invoke_result_t<Work>> call(Work work) {
        co_return work();
    }

    boost::asio::thread_pool pool_;
};

}  // namespace uplift::daemon
