#include "tests/sandbox/exchange/mailbox_dump.hpp"

#include <algorithm>

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;

json seconds(TimePoint time) {
    if (time == TimePoint::max() || time == TimePoint{}) return nullptr;
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    return static_cast<double>(span.count()) / 1000.0;
}

json hold_state(const Hold& hold) {
    return {{"enabled", hold.enabled},
            {"days", hold.days ? json(*hold.days) : json("Unlimited")},
            {"comment", hold.comment},
            {"url", hold.url},
            {"owner", hold.owner}};
}

json counts(const std::map<std::string, Counted>& all) {
    json object = json::object();
    for (const auto& [address, counted] : all)
        object[address] = {{"times", counted.times}, {"at", seconds(counted.last)}};
    return object;
}

}  // namespace

json mailbox_state(const Tenant& tenant, UserPosition user, TimePoint now) {
    const Mailbox* box = tenant.mailboxes.find(user);
    if (box == nullptr) return nullptr;
    json holds = json::array();
    for (const auto& [at, hold] : box->writes.holds) {
        json entry = hold_state(hold);
        entry["at"] = seconds(at);
        holds.push_back(std::move(entry));
    }
    json archives = json::array();
    for (const auto at : box->writes.archives) archives.push_back(seconds(at));
    const std::string_view state = box->state == MailboxState::awaited        ? "awaited"
                                   : box->state == MailboxState::soft_deleted ? "soft_deleted"
                                   : box->takes_commands(now)                 ? "usable"
                                                                              : "listed";
    return {{"state", state},
            {"guid", box->guid},
            {"whenMailboxCreated", seconds(box->created_at)},
            {"listedAt", seconds(box->listed_at)},
            {"usableAt", seconds(box->usable_at)},
            {"removedAt", seconds(box->removed_at)},
            {"addresses", tenant.directory.truth(user).proxy_addresses},
            {"hold", hold_state(box->hold)},
            {"archive", !box->archive_guid.empty()},
            {"archiveGuid", box->archive_guid},
            {"autoExpanding", box->auto_expanding},
            {"writes",
             {{"commands", box->writes.commands},
              {"unchanged", box->writes.unchanged},
              {"added", counts(box->writes.added)},
              {"removed", counts(box->writes.removed)},
              {"replaced", box->writes.replaced},
              {"holds", std::move(holds)},
              {"archives", std::move(archives)}}}};
}

MailboxCounts count_mailboxes(const Tenant& tenant) {
    MailboxCounts all;
    for (UserPosition user = 0; user < tenant.mailboxes.end(); ++user) {
        const Mailbox* box = tenant.mailboxes.find(user);
        if (box == nullptr) continue;
        all.awaited += box->state == MailboxState::awaited;
        all.present += box->state == MailboxState::present;
        all.soft_deleted += box->state == MailboxState::soft_deleted;
        all.on_hold += box->hold.enabled;
        all.archives += !box->archive_guid.empty();
        all.most_holds_of_one =
            std::max(all.most_holds_of_one, static_cast<std::uint32_t>(box->writes.holds.size()));
    }
    return all;
}

}  // namespace uplift::sandbox::exchange
