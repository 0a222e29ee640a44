// PassingMailboxes: mailboxes that hand everything on to others; an ablation changes a call or two.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <utility>

#include "core/engine/ports/mailboxes.hpp"

namespace uplift::sim {

class PassingMailboxes : public engine::Mailboxes {
 public:
    template <class T>
    using Answer = boost::asio::awaitable<Outcome<T>>;

    explicit PassingMailboxes(engine::Mailboxes& mailboxes) : mailboxes_(mailboxes) {}
    Answer<std::vector<Mailbox>> find(std::vector<ObjectId> accounts, TimePoint deadline) override {
        return mailboxes_.find(std::move(accounts), deadline);
    }
    Answer<std::vector<Mailbox>> made_since(TimePoint since, TimePoint deadline) override {
        return mailboxes_.made_since(since, deadline);
    }
    Answer<Mailbox> get(ObjectId account, TimePoint deadline) override {
        return mailboxes_.get(std::move(account), deadline);
    }
    Answer<std::optional<Holder>> find_recipient(std::string address, TimePoint deadline) override {
        return mailboxes_.find_recipient(std::move(address), deadline);
    }
    Answer<std::vector<std::string>> get_accepted_domains(TimePoint deadline) override {
        return mailboxes_.get_accepted_domains(deadline);
    }
    Answer<std::vector<std::string>> get_cmdlets(TimePoint deadline) override {
        return mailboxes_.get_cmdlets(deadline);
    }
    Answer<Nothing> add_addresses(ObjectId account,
                                  std::vector<std::string> addresses,
                                  AttemptId attempt,
                                  TimePoint deadline) override {
        return mailboxes_.add_addresses(
            std::move(account), std::move(addresses), std::move(attempt), deadline);
    }
    Answer<Nothing> set_hold(ObjectId account,
                             LitigationHold hold,
                             AttemptId attempt,
                             TimePoint deadline) override {
        return mailboxes_.set_hold(std::move(account), std::move(hold), std::move(attempt), deadline);
    }
    Answer<Nothing> enable_archive(ObjectId account, AttemptId attempt, TimePoint deadline) override {
        return mailboxes_.enable_archive(std::move(account), std::move(attempt), deadline);
    }
    Answer<Nothing> add_list_member(GroupId list,
                                    ObjectId account,
                                    AttemptId attempt,
                                    TimePoint deadline) override {
        return mailboxes_.add_list_member(std::move(list), std::move(account), std::move(attempt), deadline);
    }

 protected:
    engine::Mailboxes& mailboxes_;
};

}  // namespace uplift::sim
