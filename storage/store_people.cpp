// What the records know of a person, and the lines as transactions of the store.
#include <algorithm>

#include "storage/identity_index.hpp"
#include "storage/mailbox_line.hpp"
#include "storage/profile_json.hpp"
#include "storage/seat_line.hpp"
#include "storage/store.hpp"

namespace uplift::storage {
namespace {

std::vector<EnrollmentId> known_as(Database& database, const std::vector<std::string>& names) {
    std::vector<EnrollmentId> known;
    for (const auto& name : names) {
        auto statement = database.use("SELECT enrollment FROM identity WHERE hash = ?");
        statement.bind(name_hash(name));
        while (statement.step()) known.push_back(statement.next<EnrollmentId>());
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    return known;
}

bool share_one(const std::vector<std::string>& some, const std::vector<std::string>& others) {
    return std::any_of(some.begin(), some.end(), [&](const std::string& name) {
        return std::find(others.begin(), others.end(), name) != others.end();
    });
}

}  // namespace

engine::PersonStanding Store::standing(const TenantName& tenant,
                                       const Guid& person,
                                       const std::vector<Identity>& names) {
    engine::PersonStanding standing;
    auto folded = names_of(names);
    folded.push_back(folded_name(to_string(person)));
    for (const auto id : known_as(books_.database, folded)) {
        const auto row = load_enrollment(books_.database, id);
        if (!row) continue;
        const auto& job = books_.job(row->job);
        if (job.stage != JobStage::shown || job.tenant != tenant) continue;
        if (row->person_guid) {
            if (*row->person_guid != octets_of(person)) continue;
            if (row->made_id) standing.account = row->made_id;  // the last one counts
        } else if (const auto given = given_from(row->given);
                   !given || !share_one(names_of(*given), folded)) {
            continue;
        }
        standing.open = standing.open || !ended(row->state);
    }
    return standing;
}

std::int64_t Store::note_seats(const TenantName& tenant,
                               const std::vector<engine::SeatCount>& counts,
                               TimePoint at) {
    return storage::note_seats(books_, tenant, counts, at);
}

engine::SeatVerdict Store::take_seats(EnrollmentId enrollment,
                                      const std::vector<SkuId>& skus,
                                      TimePoint now) {
    return storage::take_seats(books_, enrollment, skus, now);
}

std::int64_t Store::waiting_for_seats(const TenantName& tenant) {
    auto statement =
        books_.database.use("SELECT count(DISTINCT enrollment) FROM seat WHERE tenant = ? AND state = 0");
    statement.bind(tenant);
    return statement.step() ? statement.next_number() : 0;
}

engine::MailboxStanding Store::mailbox_standing(const TenantName& tenant) {
    return storage::mailbox_standing(books_.database, tenant);
}

std::vector<engine::MailboxWaiter> Store::mailbox_waiters(const TenantName& tenant,
                                                          TimePoint probed_before,
                                                          std::size_t limit) {
    return storage::mailbox_waiters(books_.database, tenant, probed_before, limit);
}

std::int64_t Store::record_look(const engine::MailboxLook& look) {
    return storage::record_look(books_, look);
}

}  // namespace uplift::storage
