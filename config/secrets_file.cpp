#include "config/secrets_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <span>
#include <system_error>
#include <utility>

#include "config/descriptor.hpp"

namespace uplift::config {
namespace {

constexpr std::size_t max_secret = std::size_t{64} << 10;

enum class Readers : std::uint8_t { we_alone, everybody };

Fault unreadable(const SecretRef& ref, std::string what) {
    return {FaultCode::config_secret_unreadable,
            to_string(ref),
            std::move(what),
            ref.kind == SecretRef::Kind::credential
                ? "Check LoadCredential= or LoadCredentialEncrypted= of this name in the unit, then restart."
                : "Check that the file exists and that the daemon's user may read it."};
}

Fault exposed(const SecretRef& ref, std::string what) {
    return {FaultCode::config_secret_exposed,
            to_string(ref),
            std::move(what),
            "chown it to root or the daemon's user and chmod 0600 it; a secret that others could read should "
            "be replaced."};
}

// Nothing: the open file may be used.
std::optional<Fault> judge(const SecretRef& ref, const struct stat& status, Readers readers) {
    if (!S_ISREG(status.st_mode)) return unreadable(ref, "is no regular file");
    if (static_cast<std::uint64_t>(status.st_size) > max_secret)
        return unreadable(ref, "is larger than 64 KiB");
    if (status.st_uid != 0 && status.st_uid != geteuid())
        return exposed(
            ref, "belongs to user " + std::to_string(status.st_uid) + ", neither root nor the daemon's own");
    // systemd guards a credential by its folder and lets the unit's user in by an access list, whose mask
    // shows up as permission of the group: only others count there.
    const mode_t of_group = ref.kind == SecretRef::Kind::credential ? 0 : S_IRWXG;
    const mode_t refused = readers == Readers::we_alone ? (of_group | S_IRWXO) : (S_IWGRP | S_IWOTH);
    if ((status.st_mode & refused) != 0)
        return exposed(ref,
                       readers == Readers::we_alone ? "can be used by group or others"
                                                    : "can be written by group or others");
    return std::nullopt;
}

Result<Descriptor> open_reference(const SecretRef& ref, const SecretSource& source, Readers readers) {
    std::string path = ref.name;
    if (ref.kind == SecretRef::Kind::credential) {
        if (source.credentials_directory.empty())
            return unreadable(ref, "the daemon was started without credentials");
        path = source.credentials_directory + "/" + ref.name;
    }
    Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!file.open())
        return unreadable(ref,
                          errno == ELOOP ? "is a symbolic link"
                                         : "cannot be opened: " + std::generic_category().message(errno));
    struct stat status {};
    if (fstat(file.get(), &status) != 0)
        return unreadable(ref, "cannot be looked at: " + std::generic_category().message(errno));
    if (auto fault = judge(ref, status, readers)) return std::move(*fault);
    return file;
}

// Fills `bytes` from the start; how many there were. One more than fits is a file that grew.
Result<std::size_t> read_all(const SecretRef& ref, const Descriptor& file, std::span<char> bytes) {
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = read(file.get(), bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable(ref, "cannot be read: " + std::generic_category().message(errno));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    if (filled > max_secret) return unreadable(ref, "is larger than 64 KiB");
    if (filled == 0) return unreadable(ref, "is empty");
    return filled;
}

std::size_t without_line_end(std::string_view text) {
    if (text.ends_with("\r\n")) return text.size() - 2;
    return text.size() - (text.ends_with('\n') ? 1 : 0);
}

}  // namespace

SecretSource SecretSource::from_environment() {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    return {.credentials_directory = folder == nullptr ? "" : folder};
}

Result<Secret> read_secret(const SecretRef& ref, SecretForm form, const SecretSource& source) {
    const auto file = open_reference(ref, source, Readers::we_alone);
    if (!file) return file.error();
    Secret secret(max_secret + 1);
    const auto size = read_all(ref, *file, secret.writable());
    if (!size) return size.error();
    secret.truncate(*size);
    if (form == SecretForm::text) secret.truncate(without_line_end(secret.view()));
    if (secret.empty()) return unreadable(ref, "is empty");
    // A copy of its own length: the arena is small.
    return secret.clone();
}

Result<std::string> read_public(const SecretRef& ref, const SecretSource& source) {
    const auto file = open_reference(ref, source, Readers::everybody);
    if (!file) return file.error();
    std::string bytes(max_secret + 1, '\0');
    const auto size = read_all(ref, *file, bytes);
    if (!size) return size.error();
    bytes.resize(*size);
    return bytes;
}

}  // namespace uplift::config
