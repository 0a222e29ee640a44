#include "core/http/url.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "core/model/guid.hpp"
#include "core/text/url.hpp"

namespace uplift::http {
namespace {

constexpr std::string_view scheme = "https://";
constexpr std::string_view default_port = "443";

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

bool is_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
               letter == '.';
    });
}

bool is_port(std::string_view port) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
    return error == std::errc{} && end == port.data() + port.size() && value >= 1 && value <= 65'535;
}

bool is_ip6(const std::string& host) {
    boost::system::error_code error;
    (void)boost::asio::ip::make_address_v6(host, error);
    return !error;
}

bool has_dot_segment(std::string_view path) {
    while (!path.empty()) {
        const auto end = path.find('/');
        const auto segment = path.substr(0, end);
        if (segment == "." || segment == "..") return true;
        if (end == std::string_view::npos) break;
        path.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace

bool is_plain(std::string_view text) {
    return std::all_of(
        text.begin(), text.end(), [](char letter) { return letter >= 0x21 && letter <= 0x7E; });
}

Result<BaseUrl> BaseUrl::parse(std::string_view text, std::string where) {
    const auto refuse = [&](std::string why) {
        return Fault{FaultCode::config_bad_value,
                     std::move(where),
                     "the URL " + std::move(why),
                     "Write https://HOST, https://HOST:PORT or https://HOST/PATH."};
    };
    if (!is_plain(text)) return refuse("has blanks, control or non-ASCII letters");
    if (lowered(text.substr(0, scheme.size())) != scheme) return refuse("does not begin with https://");
    text.remove_prefix(scheme.size());
    if (text.find_first_of("?#@\\\"<>") != std::string_view::npos)
        return refuse("has a query, a fragment or credentials in it");
    const auto slash = text.find('/');
    auto authority = text.substr(0, slash);
    BaseUrl url;
    if (slash != std::string_view::npos) url.path_ = std::string(text.substr(slash));
    while (url.path_.ends_with('/')) url.path_.pop_back();
    if (has_dot_segment(url.path_)) return refuse("has . or .. in its path");
    std::string_view port;
    if (authority.starts_with('[')) {
        const auto bracket = authority.find(']');
        if (bracket == std::string_view::npos) return refuse("has no ] after its address");
        url.host_ = lowered(authority.substr(1, bracket - 1));
        if (!is_ip6(url.host_)) return refuse("has no usable address");
        authority.remove_prefix(bracket + 1);
        if (!authority.empty() && !authority.starts_with(':')) return refuse("has no usable address");
        if (!authority.empty()) port = authority.substr(1);
        if (!authority.empty() && port.empty()) return refuse("has no usable port");
    } else {
        const auto colon = authority.find(':');
        url.host_ = lowered(authority.substr(0, colon));
        if (!is_host_name(url.host_)) return refuse("has no usable host name");
        if (colon != std::string_view::npos) {
            port = authority.substr(colon + 1);
            if (port.empty()) return refuse("has no usable port");
        }
    }
    if (port.empty()) port = default_port;
    if (!is_port(port)) return refuse("has no usable port");
    url.port_ = std::string(port);
    return url;
}

std::string BaseUrl::authority() const {
    auto out = host_.find(':') == std::string::npos ? host_ : "[" + host_ + "]";
    if (port_ != default_port) out += ":" + port_;
    return out;
}

std::string BaseUrl::text() const { return std::string(scheme) + authority() + path_; }

Target& Target::path(Literal words) {
    if (has_query_ || !words.text().starts_with('/')) spoiled_ = true;
    text_ += words.text();
    return *this;
}

Target& Target::segment(std::string_view value) {
    if (has_query_ || value.empty() || value == "." || value == "..") spoiled_ = true;
    text_ += "/" + text::percent_encoded(value);
    return *this;
}

Target& Target::id(std::string_view guid) {
    if (has_query_ || !is_guid_text(guid)) {
        spoiled_ = true;
        return *this;
    }
    text_ += "/";
    text_ += guid;
    return *this;
}

Target& Target::query(Literal name, std::string_view value) {
    text_ += has_query_ ? '&' : '?';
    text_ += name.text();
    text_ += '=';
    text_ += text::percent_encoded(value);
    has_query_ = true;
    return *this;
}

Target& Target::query(Literal name_and_value) {
    text_ += has_query_ ? '&' : '?';
    text_ += name_and_value.text();
    has_query_ = true;
    return *this;
}

std::optional<Target> Target::from_link(const BaseUrl& base, std::string_view link) {
    if (!is_plain(link) || link.find_first_of("#\\") != std::string_view::npos) return std::nullopt;
    const auto question = link.find('?');
    const auto parsed = BaseUrl::parse(link.substr(0, question), "");
    if (!parsed || parsed->host() != base.host() || parsed->port() != base.port()) return std::nullopt;
    const auto& path = parsed->path();
    if (path != base.path() && !path.starts_with(base.path() + "/")) return std::nullopt;
    Target target(base);
    target.text_ = path.empty() ? "/" : path;
    if (question != std::string_view::npos) {
        target.text_ += link.substr(question);
        target.has_query_ = true;
    }
    return target;
}

}  // namespace uplift::http
