// The sandbox's own CA and server certificate, P-256, for localhost and 127.0.0.1. Made once, then reused.
#pragma once

#include <filesystem>

namespace uplift::sandbox {

struct TlsFiles {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

// In `directory`: ca.pem for clients to trust, server.pem, server.key. The CA's key is not kept. Throws
// std::runtime_error.
TlsFiles certificates_in(const std::filesystem::path& directory);

}  // namespace uplift::sandbox
