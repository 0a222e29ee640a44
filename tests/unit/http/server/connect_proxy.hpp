// A proxy of the tests on 127.0.0.1: answers CONNECT by what a script says, and passes bytes on.
//
// One thread a connection. Bytes of the tunnel are counted, and never looked into.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace uplift::test {

class ConnectProxy {
 public:
    // What is sent back for the head of a request, in these pieces. The tunnel opens when they begin with a
    // 200; no piece: silence until the other side goes.
    using Answer = std::function<std::vector<std::string>(const std::string& head)>;
    explicit ConnectProxy(Answer answer);
    ConnectProxy() : ConnectProxy([](const std::string&) { return std::vector{opened()}; }) {}
    ~ConnectProxy();
    ConnectProxy(const ConnectProxy&) = delete;
    ConnectProxy& operator=(const ConnectProxy&) = delete;

    static std::string opened() { return "HTTP/1.1 200 Connection established\r\n\r\n"; }
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::vector<std::string> heads() const;
    // What came after the heads, from the client.
    [[nodiscard]] std::size_t bytes_tunnelled() const { return bytes_; }

 private:
    void accept_all();
    void serve(int socket);
    int reach(const std::string& head);
    void pass_on(int client, int server);

    Answer answer_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<std::size_t> bytes_ = 0;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
    std::vector<int> sockets_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace uplift::test
