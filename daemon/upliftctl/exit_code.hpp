// The exit codes of upliftctl, and which fault ends in which.
//
// Pure. More may come; scripts treat an unknown one as failure.
#pragma once

#include "core/model/result.hpp"
#include "daemon/protocol/reply.hpp"

namespace uplift::upliftctl {

enum class ExitCode : int {
    done = 0,
    failed = 1,  // the thing asked about failed; a partial job too
    usage = 2,
    changes = 3,  // of `plan --detailed-exitcode`: all can run, and there is something to write
    unreachable = 69,
    not_allowed = 77,
    configuration = 78,
    timed_out = 124,  // as timeout(1) says it
    interrupted = 130
};

ExitCode exit_code_of(FaultCode code);

// A fault that the daemon sent; a code of a newer daemon counts as "not understood" but keeps its words.
Fault fault_of(const protocol::FaultView& view);

}  // namespace uplift::upliftctl
