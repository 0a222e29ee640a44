// What became of one call to the outside. Made where the reply is understood and nowhere else.
//
// A variant, matched whole with match(): a new case breaks the build of whoever forgot it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/model/fault_code.hpp"
#include "core/model/ids.hpp"
#include "core/model/time.hpp"

namespace uplift {

struct Nothing {
    bool operator==(const Nothing&) const = default;
};

template <class T>
struct Done {
    T value{};
};
// Not one byte of the request left: safe to try again, not counted as an attempt.
struct NotSent {
    std::string why;
    FaultCode code = FaultCode::tenant_unreachable;
};
// May have been applied: look up before anything else.
struct Unknown {
    std::string why;
};
// Another object holds a value that must be unique. The holder may be our own lost create.
struct Conflict {
    std::optional<ObjectId> holder;
    std::string property;  // userPrincipalName, onPremisesImmutableId, proxyAddresses; may be empty
};
// Definite: the service understood and refused.
struct Refused {
    FaultCode code;
    std::string what;  // one sentence with the service's error code and request id; never its message text
    std::string cure;
};
// Not applied; nothing may be sent before `until`.
struct Throttled {
    TimePoint until;
};
// The thing asked for does not exist, or not yet (replication lag): the step decides by age.
struct NotYet {
    std::string what;
};
// Sign-in refused or expired twice: the tenant (or directory) pauses.
struct Unauthorized {
    FaultCode code;
    std::string what;
    std::string cure;
};

template <class T>
using Outcome = std::variant<Done<T>, NotSent, Unknown, Conflict, Refused, Throttled, NotYet, Unauthorized>;

template <class... Lambdas>
struct Overloaded : Lambdas... {
    using Lambdas::operator()...;
};
template <class... Lambdas>
Overloaded(Lambdas...) -> Overloaded<Lambdas...>;

template <class Variant, class... Lambdas>
decltype(auto) match(Variant&& variant, Lambdas&&... lambdas) {
    return std::visit(Overloaded{std::forward<Lambdas>(lambdas)...}, std::forward<Variant>(variant));
}

template <class T>
const T* done_value(const Outcome<T>& outcome) {
    const auto* done = std::get_if<Done<T>>(&outcome);
    return done == nullptr ? nullptr : &done->value;
}

// The same outcome for another type: every case but `done`, which the caller has handled.
template <class To, class From>
Outcome<To> without_value(const Outcome<From>& outcome) {
    return std::visit(
        []<class Case>(const Case& which) -> Outcome<To> {
            if constexpr (std::is_same_v<Case, Done<From>>)
                return Done<To>{};
            else
                return which;
        },
        outcome);
}

}  // namespace uplift
