#include "daemon/journal_entry.hpp"

#include <sys/uio.h>
#include <systemd/sd-journal.h>

#include <algorithm>
#include <optional>

#include "core/model/message_id.hpp"

namespace uplift::daemon {
namespace {

char priority_of(engine::Level level) {
    switch (level) {
        case engine::Level::debug:
            return '7';
        case engine::Level::info:
            return '6';
        case engine::Level::warn:
            return '4';
        case engine::Level::error:
            return '3';
    }
    return '3';
}

// UPL-1107, wherever it stands in words of ours.
std::optional<FaultCode> code_in(std::string_view words) {
    constexpr std::size_t digits = 4;
    for (auto at = words.find("UPL-"); at != std::string_view::npos; at = words.find("UPL-", at + 1)) {
        const auto number = words.substr(at + 4, digits);
        if (number.size() < digits ||
            !std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; }))
            continue;
        if (const auto code = fault_code_from(static_cast<unsigned>(std::stoul(std::string(number)))))
            return code;
    }
    return std::nullopt;
}

// Facts whose words are ours: a person called UPL-1107 has no say.
std::optional<FaultCode> code_of(const engine::Facts& facts) {
    for (const auto& [key, value] : facts)
        if (key == "code" || key == "what" || key == "first")
            if (const auto code = code_in(value)) return code;
    return std::nullopt;
}

std::vector<std::string> basic_fields(engine::Level level,
                                      std::string_view line,
                                      std::optional<FaultCode> code) {
    std::vector<std::string> fields{"MESSAGE=" + std::string(line),
                                    std::string("PRIORITY=") + priority_of(level),
                                    "SYSLOG_IDENTIFIER=upliftd"};
    if (code) {
        fields.push_back("MESSAGE_ID=" + message_id(*code));
        fields.push_back("UPLIFT_CODE=" + to_string(*code));
    }
    return fields;
}

std::string field_name(std::string_view key) {
    std::string name = "UPLIFT_";
    for (const char letter : key)
        name += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    return name;
}

}  // namespace

std::vector<std::string> journal_fields(engine::Level level,
                                        std::string_view line,
                                        const engine::Facts& facts) {
    auto fields = basic_fields(level, line, code_of(facts));
    for (const auto& [key, value] : facts)
        if (key != "code") fields.push_back(field_name(key) + "=" + value);
    return fields;
}

std::vector<std::string> journal_fields(engine::Level level, std::string_view line, FaultCode code) {
    return basic_fields(level, line, code);
}

bool send_to_journal(const std::vector<std::string>& fields) {
    std::vector<iovec> parts;
    parts.reserve(fields.size());
    for (const auto& field : fields)
        // sendv(3) reads only; iovec has no const.
        parts.push_back({.iov_base = const_cast<char*>(field.data()), .iov_len = field.size()});
    // In brackets: the function, and not sd-journal.h's macro that adds CODE_FILE=.
    return (sd_journal_sendv)(parts.data(), static_cast<int>(parts.size())) >= 0;
}

}  // namespace uplift::daemon
