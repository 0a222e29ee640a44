// A broken invariant stops the process: the queue is durable, and a wrong write to a tenant is not.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace uplift {

// `what` is a constant of ours: "I3: one plan, one body".
inline void hold_invariant(bool holds, const char* what) {
    if (holds) [[likely]]
        return;
    std::fprintf(stderr, "upliftd: invariant broken: %s\n", what);
    std::abort();
}

}  // namespace uplift
