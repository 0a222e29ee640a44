// A tiny LDAP server that behaves as a test tells it to, over TCP or TLS, on 127.0.0.1.
//
// Each connection has a thread, which runs the test's function: it reads requests and sends what it likes,
// whole or cut. The destructor ends them all.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace uplift::ldap::test {

// A certificate authority of its own, and a server certificate for 127.0.0.1 by it. Files live in a directory
// that goes with this object.
class Certificates {
 public:
    explicit Certificates(const std::string& address = "127.0.0.1");
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;
    [[nodiscard]] std::string ca_file() const { return folder_ + "/ca.pem"; }
    [[nodiscard]] std::string certificate_file() const { return folder_ + "/cert.pem"; }
    [[nodiscard]] std::string key_file() const { return folder_ + "/key.pem"; }

 private:
    std::string folder_;
};

enum class Operation { bind = 0, unbind = 2, search = 3, abandon = 16, extended = 23, other = -1 };

struct Request {
    int id = 0;
    Operation operation = Operation::other;
    std::string base;                     // of a search
    std::string filter;                   // its BER: values are in it as they are
    std::vector<std::string> attributes;  // asked for
    std::optional<std::string> cookie;    // of the paged results control, where there is one
    int page_size = 0;                    // of that control
};

using EntryAttributes = std::vector<std::pair<std::string, std::vector<std::string>>>;

// What a server says, as BER.
std::string bind_response(int id, int code, const std::string& diagnostic = {});
std::string extended_response(int id, int code);
std::string search_entry(int id, const std::string& dn, const EntryAttributes& attributes);
std::string search_reference(int id, const std::string& uri);
std::string search_done(int id,
                        int code,
                        const std::optional<std::string>& cookie = std::string(),
                        const std::string& referral = {});

// One connection, as the server sees it.
class Peer {
 public:
    Peer(int socket, std::atomic<int>& binds);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    // Nothing when the client is gone.
    std::optional<Request> read();
    // False when the client is gone.
    bool send(const std::string& bytes);
    bool start_tls(const Certificates& certificates, int newest_version = 0);
    // Over TLS: `bytes` as one record, of which only the first half leaves.
    void send_half_a_record(const std::string& bytes);
    // Says nothing more, until the client goes.
    void fall_silent();
    // Answers binds, StartTLS refusals and searches of the root as a domain controller does; gives every
    // other search to `answer`, until that says false or the client goes.
    void serve(const std::function<bool(Peer&, const Request&)>& answer);
    void shut();
    void set_current_time(std::string time) { current_time_ = std::move(time); }

 private:
    bool read_octets(char* to, std::size_t count);

    int socket_;
    std::atomic<int>& binds_;
    void* tls_ = nullptr;      // SSL
    void* context_ = nullptr;  // SSL_CTX
    std::string current_time_ = "20261201060000.0Z";
};

class HostileServer {
 public:
    explicit HostileServer(std::function<void(Peer&)> manners);
    ~HostileServer();
    HostileServer(const HostileServer&) = delete;
    HostileServer& operator=(const HostileServer&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string uri(const std::string& scheme = "ldap") const {
        return scheme + "://127.0.0.1:" + std::to_string(port_);
    }
    [[nodiscard]] std::string name() const { return "127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] int connections() const { return connections_; }
    [[nodiscard]] int binds() const { return binds_; }

 private:
    void accept();

    std::function<void(Peer&)> manners_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> ends_ = false;
    std::atomic<int> connections_ = 0;
    std::atomic<int> binds_ = 0;
    std::mutex mutex_;
    std::list<std::unique_ptr<Peer>> peers_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

// A port of 127.0.0.1 on which nobody listens; so far as one can know, also the next one.
int unused_port();

}  // namespace uplift::ldap::test
