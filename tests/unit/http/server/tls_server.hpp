// A TLS server of the tests that does what a script says: honest, slow, cut, endless.
//
// Listens on a free port of 127.0.0.1, one thread a connection. Certificates are made on the spot.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

namespace uplift::test {

// A CA and a certificate of it, as PEM.
struct Identity {
    std::string ca_pem;
    std::string certificate_pem;
    std::string key_pem;
};
// `names` as OpenSSL writes subjectAltName: "DNS:localhost,IP:127.0.0.1".
enum class KeyKind { elliptic, rsa };  // RSA keys take a second
Identity make_identity(const std::string& names = "DNS:localhost,IP:127.0.0.1",
                       KeyKind kind = KeyKind::elliptic);

// A file that is gone when this is.
class TempFile {
 public:
    explicit TempFile(std::string_view content);
    ~TempFile();
    TempFile(const TempFile&) = delete;
    TempFile& operator=(const TempFile&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

// The server's side of one connection, for the script.
class Peer {
 public:
    Peer(SSL* ssl, int socket, int number) : ssl_(ssl), socket_(socket), number_(number) {}
    [[nodiscard]] int number() const { return number_; }  // 0 is the first connection
    // The next request, head and body by Content-Length; empty when the client has closed.
    std::string read_request();
    // False when the client has closed.
    bool write(std::string_view bytes);
    // TCP ends without close_notify.
    void cut();
    // close_notify, then the end of TCP.
    void close_politely();
    // Until the client closes (or `most` has passed).
    void wait_for_close(std::chrono::milliseconds most = std::chrono::seconds{20});

 private:
    SSL* ssl_;
    int socket_;
    int number_;
};

std::string ok(std::string_view body, std::string_view content_type = "application/json");
std::string reply_of(int status, std::string_view body, std::string_view more_headers = "");

class TlsServer {
 public:
    using Script = std::function<void(Peer&)>;
    enum class Tls { modern, only_1_1 };
    explicit TlsServer(Script script, const Identity& identity = shared_identity(), Tls tls = Tls::modern);
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url(std::string_view path = "") const;
    [[nodiscard]] int connections() const { return connections_; }
    // Everything that came through TLS, requests of all connections.
    [[nodiscard]] std::vector<std::string> requests() const;
    [[nodiscard]] std::size_t bytes_received() const { return bytes_; }
    void count(std::size_t bytes) { bytes_ += bytes; }

    static const Identity& shared_identity();

 private:
    friend class Peer;
    void accept_all();
    void serve(int socket, int number);

    Script script_;
    SSL_CTX* context_ = nullptr;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_ = 0;
    std::atomic<std::size_t> bytes_ = 0;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::vector<int> sockets_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace uplift::test
