// A proxy that passes TLS on untouched: `CONNECT host:port`, and what its answer means.
//
// Pure. The proxy is spoken to in the clear and sees host and port alone: TLS runs through it to the real
// host, whose certificate is checked as without it. Uplift signs in to no proxy. Until the proxy has said yes
// nothing of a request exists on the wire. RFC 9110, 9.3.6.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/model/result.hpp"

namespace uplift::http {

inline constexpr std::size_t longest_connect_reply = std::size_t{8} << 10;

class Proxy {
 public:
    // http://host:port. Fault config_bad_value at `where`; credentials in it are not quoted.
    static Result<Proxy> parse(std::string_view text, std::string where);

    [[nodiscard]] const std::string& host() const { return host_; }  // without brackets
    [[nodiscard]] const std::string& port() const { return port_; }
    [[nodiscard]] std::string text() const;  // http://host:port
    bool operator==(const Proxy&) const = default;

 private:
    std::string host_, port_;
};

// The head that asks for the way to `host`, which is a name or an address without brackets.
std::string connect_request(const std::string& host, const std::string& port);

struct TunnelOpen {};
struct TunnelRefused {
    std::string text;  // one sentence that names the proxy
};
// Nothing: more must be read. `received` is all that the proxy has sent so far.
using TunnelReply = std::variant<TunnelOpen, TunnelRefused>;
std::optional<TunnelReply> understood_connect(std::string_view received,
                                              const Proxy& proxy,
                                              const std::string& host,
                                              const std::string& port);

}  // namespace uplift::http
