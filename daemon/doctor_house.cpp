// What doctor says of the service, of a profile's passwords, and in general.
#include <cmath>

#include "core/profile/password_rule.hpp"
#include "core/text/show.hpp"
#include "daemon/doctor_facts.hpp"

namespace uplift::daemon {
namespace {

using protocol::CheckState;
using protocol::CheckView;

constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;
constexpr std::uint64_t least_free = gibibyte;

// 12.3 GiB
std::string in_gibibytes(std::uint64_t octets) {
    const auto tenths = octets / (gibibyte / 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

}  // namespace

CheckView check_passed(std::string check, std::string message) {
    return {.check = std::move(check), .state = CheckState::success, .message = std::move(message)};
}

CheckView check_warned(std::string check, std::string message, std::string cure) {
    return {.check = std::move(check),
            .state = CheckState::warning,
            .message = std::move(message),
            .cure = std::move(cure)};
}

CheckView check_troubled(std::string check, CheckState state, const Fault& fault) {
    return {.check = std::move(check),
            .state = state,
            .message = fault.where.empty() ? fault.what : fault.where + ": " + fault.what,
            .code = to_string(fault.code),
            .cure = fault.cure};
}

Fault reason_of_nothing(const Outcome<Nothing>& outcome) {
    const auto in_general = [](FaultCode code, std::string what) {
        return Fault{
            .code = code, .where = {}, .what = std::move(what), .cure = std::string(entry_of(code).cure)};
    };
    return match(
        outcome,
        [&](const Done<Nothing>&) { return in_general(FaultCode::tenant_reply, "it is done"); },
        [&](const NotSent& not_sent) { return in_general(not_sent.code, not_sent.why); },
        [&](const Unknown& unknown) { return in_general(FaultCode::tenant_reply, unknown.why); },
        [&](const Conflict&) { return in_general(FaultCode::tenant_reply, "another object is in the way"); },
        [&](const Refused& refused) {
            return Fault{.code = refused.code, .where = {}, .what = refused.what, .cure = refused.cure};
        },
        [&](const Throttled& throttled) {
            return in_general(FaultCode::tenant_throttled,
                              "the tenant asks to be left alone until " + to_rfc3339(throttled.until));
        },
        [&](const NotYet& not_yet) { return in_general(FaultCode::tenant_reply, not_yet.what); },
        [&](const Unauthorized& unauthorized) {
            return Fault{
                .code = unauthorized.code, .where = {}, .what = unauthorized.what, .cure = unauthorized.cure};
        });
}

CheckView check_sealing_key(const Result<void>& read) {
    constexpr auto check = "sealing key";
    if (!read) return check_troubled(check, CheckState::failure, read.error());
    return check_passed(check, "can be read, and has the right length");
}

CheckView check_state_dir(const StateDirFacts& facts) {
    constexpr auto check = "state directory";
    const auto path = text::quoted(facts.path);
    switch (facts.there) {
        case StateDirFacts::There::not_yet:
            return check_warned(
                check, path + " is not there yet", "Start upliftd: it makes what is missing.");
        case StateDirFacts::There::unusable:
            return check_troubled(check,
                                  CheckState::failure,
                                  Fault{.code = FaultCode::state_dir,
                                        .where = {},
                                        .what = path + " " + facts.why,
                                        .cure = std::string(entry_of(FaultCode::state_dir).cure)});
        case StateDirFacts::There::usable:
            break;
    }
    const auto room = path + ", " + in_gibibytes(facts.free_octets) + " free";
    if (facts.free_octets < least_free)
        return check_troubled(check,
                              CheckState::warning,
                              Fault{.code = FaultCode::disk_full,
                                    .where = {},
                                    .what = room,
                                    .cure = "Free space: 1 GiB is enough for some hundred thousand people."});
    return check_passed(check, room);
}

CheckView check_password_rule(const PasswordRule& rule, const std::optional<Result<void>>& typed) {
    constexpr auto check = "passwords";
    if (rule.mode == PasswordMode::random) {
        if (auto good = profile::check_rule(rule); !good)
            return check_troubled(check, CheckState::failure, good.error());
        return check_passed(check,
                            "random, " + std::to_string(rule.length) + " characters, " +
                                std::to_string(static_cast<int>(std::floor(profile::bits_of(rule)))) +
                                " bits");
    }
    if (!typed) return check_passed(check, "typed for each job: submit --ask-password");
    if (!*typed) return check_troubled(check, CheckState::failure, typed->error());
    return check_passed(check, "typed, from the configuration; it fits Microsoft's rules");
}

}  // namespace uplift::daemon
