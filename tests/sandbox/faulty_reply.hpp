// What a planted fault makes of a reply. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tests/sandbox/sandbox.hpp"

namespace uplift::sandbox {

// Whether the request is carried out before the fault shows.
bool does_the_work(const FaultAction& action);

// Turns a delivery with the honest reply (or an empty one) into the faulty one.
void spoil(const FaultAction& action, Random& random, TimePoint now, Delivery& delivery);

// For one item of a batch: the answer that a `status` fault gives.
Answer item_answer(const FaultAction& action);
// For `wrong_id` and `rewrite`.
void rewrite(const FaultAction& action, nlohmann::json& body, Random& random);

}  // namespace uplift::sandbox
