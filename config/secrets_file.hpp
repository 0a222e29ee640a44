// Reads what a SecretRef names, straight into the arena of secrets.
//
// A credential is $CREDENTIALS_DIRECTORY/NAME, made by systemd. A file must be a regular one, no symbolic
// link, of root or the daemon's user, without any permission for group or others (AC-52). At most 64 KiB, not
// empty. Faults: config_secret_unreadable, config_secret_exposed; `where` is the reference, never a part of
// the secret.
#pragma once

#include <string>

#include "config/config.hpp"
#include "core/model/result.hpp"
#include "core/model/secret.hpp"

namespace uplift::config {

enum class SecretForm : std::uint8_t {
    text,   // a password: one line end at the end is not part of it
    octets  // a key: every byte counts
};

struct SecretSource {
    std::string credentials_directory;  // empty: not started with credentials
    static SecretSource from_environment();
};

Result<Secret> read_secret(const SecretRef& ref, SecretForm form, const SecretSource& source);

// The same for a file that everybody may read but only we may write (a certificate).
Result<std::string> read_public(const SecretRef& ref, const SecretSource& source);

}  // namespace uplift::config
