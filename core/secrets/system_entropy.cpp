#include "core/secrets/system_entropy.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace uplift::secrets {

void SystemEntropy::fill(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            std::fputs("upliftd: the kernel gives no random bytes; stopping rather than use weak ones\n",
                       stderr);
            std::abort();
        }
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace uplift::secrets
