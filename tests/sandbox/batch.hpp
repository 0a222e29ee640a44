// $batch: the request read and checked as a whole, before any item runs. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

struct BatchItem {
    std::string id;
    Request request;      // target with /v1.0 in front; the body stands apart
    nlohmann::json body;  // null: none
    std::vector<std::size_t> depends_on;
};

// In an order in which everything stands after what it depends on. Throws the refusal of the whole batch.
std::vector<BatchItem> read_batch(const nlohmann::json& body);

}  // namespace uplift::sandbox
