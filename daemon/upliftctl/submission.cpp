#include "daemon/upliftctl/submission.hpp"

#include <unistd.h>

#include <filesystem>

#include "core/text/utf8.hpp"

namespace uplift::upliftctl {

protocol::FileFormat format_of(std::string_view name, int file) {
    const auto lower = text::lower(name);
    if (lower.ends_with(".json")) return protocol::FileFormat::json;
    if (lower.ends_with(".csv")) return protocol::FileFormat::csv;
    std::array<char, 256> start{};
    const auto got = ::pread(file, start.data(), start.size(), 0);
    const auto first = text::trim({start.data(), got > 0 ? static_cast<std::size_t>(got) : 0});
    return first.starts_with('{') ? protocol::FileFormat::json : protocol::FileFormat::csv;
}

std::string shown_name_of(const std::string& path) {
    return path == "-" ? "stdin" : std::filesystem::path(path).filename().string();
}

Result<json::Value> hand_over(Session& session,
                              const protocol::SubmitRequest& request,
                              std::span<const int> descriptors,
                              const Globals& globals) {
    std::optional<json::Value> answer;
    auto asked = session.ask(
        request,
        [&](const json::Value& reply) -> Result<void> {
            if (!protocol::is_fault(reply)) {
                answer = reply;
                return {};
            }
            auto fault = protocol::fault_from(reply);
            if (!fault) return fault.error();
            show_fault(*fault, globals);
            return {};
        },
        descriptors);
    if (!asked) return asked.error();
    if (answer) return std::move(*answer);
    return Fault{.code = FaultCode::bad_request,
                 .where = request.source,
                 .what = "the daemon did not say what became of it",
                 .cure = "`upliftctl jobs` shows what was accepted."};
}

}  // namespace uplift::upliftctl
