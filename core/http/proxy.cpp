#include "core/http/proxy.hpp"

#include <charconv>

#include "core/http/url.hpp"
#include "core/text/utf8.hpp"

namespace uplift::http {
namespace {

constexpr std::string_view scheme = "http://";
constexpr std::string_view head_end = "\r\n\r\n";

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// The number of "HTTP/1.1 200 …"; nothing where it is no such line.
std::optional<unsigned> status_in(std::string_view head) {
    if (!head.starts_with("HTTP/1.") || head.size() < 12 || head[8] != ' ') return std::nullopt;
    const auto digits = head.substr(9, 3);
    unsigned status = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
    if (error != std::errc{} || end != digits.data() + digits.size() || status < 100) return std::nullopt;
    return status;
}

std::string refusal(unsigned status, const std::string& place) {
    const auto number = " (" + std::to_string(status) + ")";
    switch (status) {
        case 407:
            return "asks for a sign-in" + number + ", and Uplift signs in to no proxy";
        case 403:
        case 405:
            return "does not allow the way to " + place + number;
        case 502:
        case 503:
        case 504:
            return "does not reach " + place + " itself" + number;
        default:
            return "does not open the way to " + place + number;
    }
}

}  // namespace

Result<Proxy> Proxy::parse(std::string_view text, std::string where) {
    const Fault no_proxy{FaultCode::config_bad_value,
                         std::move(where),
                         text.find('@') == std::string_view::npos ? "is no proxy" : "has credentials in it",
                         "Write \"http://proxy.corp.example.com:3128\": host and port, no sign-in."};
    if (!text::same_ignoring_case(text.substr(0, scheme.size()), scheme)) return no_proxy;
    text.remove_prefix(scheme.size());
    if (text.ends_with('/')) text.remove_suffix(1);
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find('/') != std::string_view::npos) return no_proxy;
    // What a host and a port are is known by the URL that they could stand in.
    const auto url = BaseUrl::parse("https://" + std::string(text), "");
    if (!url || text.substr(colon + 1) != url->port()) return no_proxy;
    Proxy proxy;
    proxy.host_ = url->host();
    proxy.port_ = url->port();
    return proxy;
}

std::string Proxy::text() const { return std::string(scheme) + bracketed(host_) + ":" + port_; }

std::string connect_request(const std::string& host, const std::string& port) {
    const auto place = bracketed(host) + ":" + port;
    return "CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\nUser-Agent: Uplift\r\n\r\n";
}

std::optional<TunnelReply> understood_connect(std::string_view received,
                                              const Proxy& proxy,
                                              const std::string& host,
                                              const std::string& port) {
    const auto said = [&](const std::string& what) {
        return TunnelRefused{"the proxy " + proxy.text() + " " + what};
    };
    const auto end = received.find(head_end);
    if (end == std::string_view::npos && received.size() < longest_connect_reply) return std::nullopt;
    const auto status = status_in(received);
    if (!status || end == std::string_view::npos) return said("does not answer as a proxy does");
    if (*status < 200 || *status >= 300) return said(refusal(*status, bracketed(host) + ":" + port));
    // The host waits for our hello: whatever comes before it is not from there.
    if (end + head_end.size() != received.size()) return said("sends something that nobody asked for");
    return TunnelOpen{};
}

}  // namespace uplift::http
