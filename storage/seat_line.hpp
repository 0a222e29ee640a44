// The line for seats: who wants one, who was promised one, who took one that the tenant does not show yet.
//
// Internal to storage; inside of the caller's transaction. The rules stand in ports/seat_ledger.hpp.
#pragma once

#include <vector>

#include "core/engine/ports/seat_ledger.hpp"
#include "storage/books.hpp"

namespace uplift::storage {

enum class SeatState : std::uint8_t { wanted, promised, taken };

// A seat taken this long ago is counted by the tenant, whatever its number says: somebody gave one back.
inline constexpr Duration longest_seat_lag = std::chrono::hours{1};

// Returns how many steps became due.
std::int64_t note_seats(Books& books,
                        const TenantName& tenant,
                        const std::vector<engine::SeatCount>& counts,
                        TimePoint at);
engine::SeatVerdict take_seats(Books& books,
                               EnrollmentId enrollment,
                               const std::vector<SkuId>& skus,
                               TimePoint now);
void seats_taken(Books& books, EnrollmentId enrollment, TimePoint now);
void seats_refused(Books& books, EnrollmentId enrollment);
// What is wanted or promised; what is taken stays counted. Hands on what has become free.
std::int64_t give_back_seats(Books& books, EnrollmentId enrollment, TimePoint now);
// All that the enrollment wants is promised to it: nothing to wait for.
bool has_all_seats(Books& books, EnrollmentId enrollment);

}  // namespace uplift::storage
