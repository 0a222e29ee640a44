// SeatLedger: which seats of the tenant's licences are promised to whom.
//
// A part of the queue. A seat that a person of ours took counts until the tenant's own numbers show it
// (consumedUnits lags), so that two jobs never promise the same one. Who must wait is served oldest first,
// and gets all the seats they need at once or none.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/time.hpp"

namespace uplift::engine {

// A licence by the tenant's word: Graph prepaidUnits.enabled + warning, and consumedUnits.
struct SeatCount {
    SkuId sku;
    std::int64_t owned = 0;
    std::int64_t used = 0;
};

enum class SeatVerdict : std::uint8_t { granted, wait };

class SeatLedger {
 public:
    virtual ~SeatLedger() = default;
    // The tenant's numbers as read at `at`. Hands out what has become free; how many steps became due by it.
    virtual boost::asio::awaitable<std::int64_t> note_seats(TenantName tenant,
                                                            std::vector<SeatCount> counts,
                                                            TimePoint at) = 0;
    // One seat of each of `skus` for the enrollment; asking again changes nothing. `wait`: it stands in the
    // line now, and a step of it that waits for `seat` becomes due when its turn has come. A licence whose
    // numbers were never noted has no seats.
    virtual boost::asio::awaitable<SeatVerdict> take_seats(EnrollmentId enrollment,
                                                           std::vector<SkuId> skus,
                                                           TimePoint now) = 0;
    // How many people of the tenant stand in the line.
    virtual boost::asio::awaitable<std::int64_t> waiting_for_seats(TenantName tenant) = 0;
};

}  // namespace uplift::engine
