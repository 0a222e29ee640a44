// Standing: what the threads of one directory know together: its domain controllers and which of them rest,
// a refusal of the service account, how large the pages may be, and what `status` shows.
//
// Any thread. look_around() alone blocks, in DNS: not for the network thread, nor the directory's own.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "core/ldap/domain_controllers.hpp"
#include "core/ldap/opening.hpp"
#include "core/ldap/service_records.hpp"

namespace uplift::ldap {

// Of the service account, or of its way of signing in: given to everybody for a while.
using SignInRefusal = std::variant<Unauthorized, Refused>;

class Standing {
 public:
    Standing(std::shared_ptr<const LdapSettings> settings,
             std::vector<DomainController> controllers,
             std::shared_ptr<ServiceResolver> resolver);

    [[nodiscard]] std::optional<DomainController> pick(SteadyTime now) const;
    [[nodiscard]] std::optional<DomainController> better_than(const DomainController& current,
                                                              SteadyTime now) const;
    // What came of it is noted as the last error, too.
    void failed(const DomainController& controller, const std::string& why, SteadyTime now);
    void lost(const DomainController& controller, const std::string& why, SteadyTime now);
    void answered(const DomainController& controller);

    // What came of opening a connection. True where nobody else is to be asked: every refused sign-in counts
    // towards locking the account.
    bool opening_failed(const DomainController& controller, const OpeningFailure& failure, SteadyTime now);
    [[nodiscard]] std::optional<SignInRefusal> refusal(SteadyTime now) const;

    // DNS is to be asked: never was, long ago, or nobody that it named answers.
    [[nodiscard]] bool wants_to_look_around(SteadyTime now) const;
    void look_around();
    // Somebody was sent to look around and does not come back.
    void give_up_looking(std::string why);

    // Pages that the server gives; none are asked for that are larger.
    [[nodiscard]] int page_size() const;
    void learn_page_size(int page_size);

    void note_error(std::string text, FaultCode code = FaultCode::directory_unreachable);
    void note_in_use(const DomainController& controller, std::optional<std::chrono::seconds> clock_skew);
    void note_traffic(bool in_use, std::size_t outstanding, std::size_t waiting);
    [[nodiscard]] DirectoryHealth health() const;
    // What to say where the time is over, and where there is nobody left to ask.
    [[nodiscard]] NotSent no_answer() const;
    [[nodiscard]] NotSent nobody_left() const;

 private:
    const std::shared_ptr<const LdapSettings> settings_;
    const std::shared_ptr<ServiceResolver> resolver_;  // none: `uris` names them

    mutable std::mutex mutex_;  // of all below
    DomainControllers controllers_;
    std::optional<SignInRefusal> refusal_;
    SteadyTime refused_until_{};
    std::optional<SteadyTime> looked_around_;
    int page_size_;
    DirectoryHealth health_;
    FaultCode last_code_ = FaultCode::directory_unreachable;
};

}  // namespace uplift::ldap
