// The parts of the reference, a file each; reference.hpp has them together.
#pragma once

#include <span>

#include "config/reference.hpp"

namespace uplift::config {

std::span<const KeyReference> door_references();  // [directory.NAME], [tenant.NAME]
std::span<const KeyReference> profile_references();
std::span<const KeyReference> service_references();  // [service], [handover], [notify]

}  // namespace uplift::config
