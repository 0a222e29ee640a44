// The one place where TLS is set up: the peer and its host name are always verified, TLS is 1.2 or newer.
//
// Reads the system's CA store and, where one is given, a file with further CA certificates (a proxy, the
// sandbox). There is no switch that turns verification off.
#pragma once

#include <memory>
#include <string>

#include "core/model/result.hpp"

namespace boost::asio::ssl {
class context;
}
typedef struct ssl_st SSL;

namespace uplift::http {

class TlsContext {
 public:
    // `ca_file` may be empty. Fault: config_unreadable, with `where` as its place.
    static Result<TlsContext> create(const std::string& ca_file, const std::string& where = "ca_file");

    [[nodiscard]] boost::asio::ssl::context& context() const { return *context_; }

    // Before the handshake: the name to be verified, and SNI where it is a name. False when `host` cannot
    // be set.
    [[nodiscard]] static bool expect_host(SSL* ssl, const std::string& host);

 private:
    explicit TlsContext(std::shared_ptr<boost::asio::ssl::context> context) : context_(std::move(context)) {}
    std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace uplift::http
