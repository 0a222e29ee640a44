// The private copy of a dropped file: what is hashed, parsed and run is this, never the file people can
// reach.
//
// The copy has no name and is gone with its descriptor. Reads in slices, giving way to other work between
// them. Faults: file_too_large, file_changed, file_unreadable, disk_full.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "core/model/result.hpp"
#include "daemon/protocol/unique_fd.hpp"

namespace uplift::daemon {

struct Spooled {
    protocol::UniqueFd file;
    std::int64_t size = 0;
    std::string sha256;  // 64 hex digits
};

// Copies `source` from its start into an unnamed file in `spool_directory`. `where` names it in faults.
boost::asio::awaitable<Result<Spooled>> spool_copy(int source,
                                                   int spool_directory,
                                                   std::int64_t max_file,
                                                   std::string where);

// A file that nobody can change any more (a sealed memory file, as upliftctl makes them) is its own private
// copy: only hashed.
boost::asio::awaitable<Result<Spooled>> spool_sealed(protocol::UniqueFd source,
                                                     std::int64_t max_file,
                                                     std::string where);

// The next slice from `offset`; empty at the end. Faults: file_unreadable.
Result<std::string> read_slice(const Spooled& spooled, std::int64_t offset);

}  // namespace uplift::daemon
