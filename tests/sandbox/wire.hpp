// A reply as bytes of HTTP/1.1. Pure.
#pragma once

#include <string>
#include <string_view>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

enum class After { keep_alive, close };

// Status line and headers, with the empty line. A body that is made piece by piece is announced as chunked.
std::string head_of(const Reply& reply, After after);
std::string chunk_of(std::string_view piece);

}  // namespace uplift::sandbox
