// One HTTP request, ready to be written; and what comes of it: a whole reply, or where and why it failed.
//
// Pure. The head and the body are put together once, in the locked arena: a token and a password have no
// other copy of ours. No data reaches a header unless every byte of it is visible ASCII.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/http/url.hpp"
#include "core/model/secret.hpp"

namespace uplift::http {

enum class Method { get, post, patch, put, remove };
std::string_view word(Method method);  // GET; DELETE for `remove`

inline constexpr std::size_t usual_reply_bytes = std::size_t{1} << 20;
inline constexpr std::size_t token_reply_bytes = std::size_t{64} << 10;
inline constexpr std::size_t list_reply_bytes = std::size_t{8} << 20;

class Request {
 public:
    Request(Method method, BaseUrl base, Target target)
        : method_(method), base_(std::move(base)), target_(std::move(target)) {}

    Request& header(Literal name, std::string_view value);
    Request& bearer(std::shared_ptr<const Secret> token);
    Request& body(Literal content_type, std::string text);
    Request& body(Literal content_type, Secret secret);
    Request& reply_cap(std::size_t bytes);

    // The same request again, where the first was not applied (401).
    [[nodiscard]] Request clone() const;

    [[nodiscard]] Method method() const { return method_; }
    [[nodiscard]] const BaseUrl& base() const { return base_; }
    [[nodiscard]] std::size_t reply_cap() const { return reply_cap_; }
    // False when something in it must not be sent (a spoiled target, a control byte in a header).
    [[nodiscard]] bool well_formed() const;
    // Head and body as they go out.
    [[nodiscard]] Secret wire() const;

 private:
    Method method_;
    BaseUrl base_;
    Target target_;
    std::vector<std::pair<std::string_view, std::string>> headers_;
    std::shared_ptr<const Secret> bearer_;
    std::string_view content_type_;
    std::variant<std::monostate, std::string, Secret> body_;
    std::size_t reply_cap_ = usual_reply_bytes;
    bool spoiled_ = false;
};

struct Reply {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    // The first header of that name, in any letter case.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    // application/json, with whatever parameters.
    [[nodiscard]] bool is_json() const;
};

enum class Phase {
    not_sent,   // not one byte of the request was handed to TLS
    after_send  // it may have been received
};

enum class FailureKind {
    bad_request,  // ours: not well formed
    dns,
    connect,
    proxy,       // it is not reached, or does not open the way
    tls_verify,  // the certificate is not acceptable: a person must look
    tls,
    timeout,
    reset,      // closed or cut
    malformed,  // not HTTP, or too many 1xx
    too_large,
    no_memory
};
std::string_view word(FailureKind kind);

struct Failure {
    Phase phase = Phase::not_sent;
    FailureKind kind = FailureKind::connect;
    std::string text;  // one sentence for people: no data of the request in it
};

using Exchange = std::variant<Reply, Failure>;

}  // namespace uplift::http
