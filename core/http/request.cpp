#include "core/http/request.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace uplift::http {
namespace {

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

// Appends into memory of the arena that was measured before.
class Writer {
 public:
    explicit Writer(std::span<char> room) : room_(room) {}
    Writer& operator<<(std::string_view text) {
        if (!text.empty()) std::memcpy(room_.data() + used_, text.data(), text.size());
        used_ += text.size();
        return *this;
    }

 private:
    std::span<char> room_;
    std::size_t used_ = 0;
};

}  // namespace

std::string_view word(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::post:
            return "POST";
        case Method::patch:
            return "PATCH";
        case Method::put:
            return "PUT";
        case Method::remove:
            return "DELETE";
    }
    return "";
}

std::string_view word(FailureKind kind) {
    switch (kind) {
        case FailureKind::bad_request:
            return "bad request";
        case FailureKind::dns:
            return "dns";
        case FailureKind::connect:
            return "connect";
        case FailureKind::proxy:
            return "proxy";
        case FailureKind::tls_verify:
            return "certificate";
        case FailureKind::tls:
            return "tls";
        case FailureKind::timeout:
            return "timeout";
        case FailureKind::reset:
            return "reset";
        case FailureKind::malformed:
            return "malformed";
        case FailureKind::too_large:
            return "too large";
        case FailureKind::no_memory:
            return "no memory";
    }
    return "";
}

Request& Request::header(Literal name, std::string_view value) {
    if (!is_plain(value) || value.empty()) spoiled_ = true;
    headers_.emplace_back(name.text(), value);
    return *this;
}

Request& Request::bearer(std::shared_ptr<const Secret> token) {
    if (!token || token->empty() || !is_plain(token->view())) spoiled_ = true;
    bearer_ = std::move(token);
    return *this;
}

Request& Request::body(Literal content_type, std::string text) {
    content_type_ = content_type.text();
    body_ = std::move(text);
    return *this;
}

Request& Request::body(Literal content_type, Secret secret) {
    content_type_ = content_type.text();
    body_ = std::move(secret);
    return *this;
}

Request& Request::reply_cap(std::size_t bytes) {
    reply_cap_ = bytes;
    return *this;
}

Request Request::clone() const {
    Request copy(method_, base_, target_);
    copy.headers_ = headers_;
    copy.bearer_ = bearer_;
    copy.content_type_ = content_type_;
    if (const auto* text = std::get_if<std::string>(&body_)) copy.body_ = *text;
    if (const auto* secret = std::get_if<Secret>(&body_)) copy.body_ = secret->clone();
    copy.reply_cap_ = reply_cap_;
    copy.spoiled_ = spoiled_;
    return copy;
}

bool Request::well_formed() const { return !spoiled_ && target_.well_formed(); }

Secret Request::wire() const {
    constexpr std::string_view line_end = "\r\n";
    const bool has_body = body_.index() != 0;
    std::string_view body;
    if (const auto* text = std::get_if<std::string>(&body_)) body = *text;
    if (const auto* secret = std::get_if<Secret>(&body_)) body = secret->view();
    const auto host = base_.authority();
    const auto length = std::to_string(body.size());

    std::vector<std::string_view> pieces{word(method_), " ", target_.text(), " HTTP/1.1", line_end};
    const auto line = [&](std::string_view name, std::string_view value) {
        pieces.insert(pieces.end(), {name, ": ", value, line_end});
    };
    line("Host", host);
    line("User-Agent", "Uplift");
    line("Accept", "application/json");
    if (bearer_) pieces.insert(pieces.end(), {"Authorization: Bearer ", bearer_->view(), line_end});
    for (const auto& [name, value] : headers_) line(name, value);
    if (has_body) {
        line("Content-Type", content_type_);
        line("Content-Length", length);
    }
    pieces.insert(pieces.end(), {line_end, body});

    std::size_t size = 0;
    for (const auto piece : pieces) size += piece.size();
    Secret wire(size);
    Writer writer(wire.writable());
    for (const auto piece : pieces) writer << piece;
    return wire;
}

std::optional<std::string_view> Reply::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (same_name(key, name)) return value;
    return std::nullopt;
}

bool Reply::is_json() const {
    auto type = header("Content-Type").value_or("");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return same_name(type, "application/json");
}

}  // namespace uplift::http
