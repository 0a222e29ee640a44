#include "tests/sandbox/wire.hpp"

#include <cstdio>

namespace uplift::sandbox {
namespace {

std::string_view reason(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 302:
            return "Found";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 429:
            return "Too Many Requests";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Status";
    }
}

// A value that came from a request must not end the line it stands in.
void append_value(std::string& head, std::string_view value) {
    for (const char c : value) head.push_back(c == '\r' || c == '\n' ? ' ' : c);
}

}  // namespace

std::string head_of(const Reply& reply, After after) {
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " ";
    head += reason(reply.status);
    head += "\r\n";
    for (const auto& [name, value] : reply.headers) {
        append_value(head, name);
        head += ": ";
        append_value(head, value);
        head += "\r\n";
    }
    if (reply.next_piece) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (reply.status != 204) {
        head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
    }
    if (after == After::close) head += "Connection: close\r\n";
    return head + "\r\n";
}

std::string chunk_of(std::string_view piece) {
    char size[24];
    const int length = std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    std::string chunk(size, static_cast<std::size_t>(length));
    chunk += piece;
    return chunk + "\r\n";
}

}  // namespace uplift::sandbox
