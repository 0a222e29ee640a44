#include "daemon/upliftctl/exit_code.hpp"

#include <charconv>

namespace uplift::upliftctl {

ExitCode exit_code_of(FaultCode code) {
    switch (code) {
        case FaultCode::usage:
            return ExitCode::usage;
        case FaultCode::daemon_unreachable:
        case FaultCode::protocol_version:
            return ExitCode::unreachable;
        case FaultCode::not_allowed:
            return ExitCode::not_allowed;
        case FaultCode::interrupted:
            return ExitCode::interrupted;
        case FaultCode::wait_too_long:
            return ExitCode::timed_out;
        default:
            break;
    }
    const auto number = static_cast<unsigned>(code);
    return number >= 1000 && number < 1100 ? ExitCode::configuration : ExitCode::failed;
}

Fault fault_of(const protocol::FaultView& view) {
    constexpr std::string_view prefix = "UPL-";
    auto code = FaultCode::bad_request;
    if (view.code.starts_with(prefix)) {
        unsigned number = 0;
        const auto* end = view.code.data() + view.code.size();
        const auto [stop, error] = std::from_chars(view.code.data() + prefix.size(), end, number);
        if (error == std::errc{} && stop == end) code = fault_code_from(number).value_or(code);
    }
    return Fault{.code = code, .where = view.place, .what = view.message, .cure = view.cure};
}

}  // namespace uplift::upliftctl
