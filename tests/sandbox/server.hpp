// HTTPS on loopback: TLS, HTTP/1.1 with keep-alive, and the deliveries that go wrong on purpose.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tests/sandbox/certificates.hpp"
#include "tests/sandbox/sandbox.hpp"

namespace uplift::sandbox {

struct Listen {
    std::string address = "127.0.0.1";
    unsigned short port = 0;  // 0: any free one
};

// `127.0.0.1:0`, `[::1]:8443`. Throws std::runtime_error; refuses what is not loopback.
Listen parse_listen(const std::string& text);

class Server {
 public:
    // Binds at once. Throws when it cannot.
    Server(Sandbox& sandbox, const TlsFiles& files, const Listen& listen);
    ~Server();

    unsigned short port() const;
    // Serves until SIGTERM or SIGINT. `every_200_ms` is called on a timer.
    void run(const std::function<void()>& every_200_ms);

 private:
    class Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace uplift::sandbox
