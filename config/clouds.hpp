// Microsoft's clouds: where each one's services live. A token of one is refused by the others.
//
// Pure. Sources: Microsoft Graph, "National cloud deployments"; Exchange Online, "Admin API". In China the
// sign-in has two names; the newer login.partner.microsoftonline.cn can be set by `endpoints`.
#pragma once

#include <string>

#include "config/config.hpp"

namespace uplift::config {

const Endpoints& endpoints_of(Cloud cloud);

// The scope of a token for a service: its own host's, whatever `endpoints` puts in its place.
std::string graph_scope_of(Cloud cloud);
std::string exchange_scope_of(Cloud cloud);

}  // namespace uplift::config
