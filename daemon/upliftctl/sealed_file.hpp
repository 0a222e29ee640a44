// Memory files that nobody can change any more: how upliftctl hands bytes to the daemon.
//
// memfd_create(2), F_ADD_SEALS. The daemon can neither be blocked by a slow disk or network share of the
// caller's, nor see other bytes than were accepted. Faults: file_unreadable.
#pragma once

#include <string>
#include <string_view>

#include "core/model/result.hpp"
#include "daemon/protocol/unique_fd.hpp"

namespace uplift::upliftctl {

// All of the file; "-" is standard input.
Result<protocol::UniqueFd> sealed_copy_of_file(const std::string& path);
Result<protocol::UniqueFd> sealed_copy_of(std::string_view bytes, const std::string& where);

}  // namespace uplift::upliftctl
