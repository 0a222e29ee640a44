// Journal: lines that operators read about what the engine did. One sentence and key=value facts.
//
// Implemented by the daemon (spdlog, systemd's journal) and by tests. Values are foreign: the implementation
// escapes each of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplift::engine {

// error: a person must act; warn: we cope; info: durable state changed; debug: calls.
enum class Level : std::uint8_t { debug, info, warn, error };

using Facts = std::vector<std::pair<std::string_view, std::string>>;

class Journal {
 public:
    virtual ~Journal() = default;
    // `event` is a constant of ours, e.g. "account created".
    virtual void write(Level level, std::string_view event, const Facts& facts) = 0;
};

}  // namespace uplift::engine
