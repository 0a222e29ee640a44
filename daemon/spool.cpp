#include "daemon/spool.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

namespace uplift::daemon {
namespace {

constexpr std::size_t slice_size = 256 * 1024;
constexpr int needed_seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;

class Sha256 {
 public:
    Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    }
    void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
    std::string hex() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned length = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
        std::string text;
        for (unsigned i = 0; i < length; ++i) {
            text += "0123456789abcdef"[digest[i] >> 4U];
            text += "0123456789abcdef"[digest[i] & 15U];
        }
        return text;
    }

 private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

Fault unreadable(const std::string& where) {
    return Fault{.code = FaultCode::file_unreadable,
                 .where = where,
                 .what = std::string("it cannot be read: ") + std::strerror(errno),
                 .cure = "Check the file, or use `upliftctl submit`."};
}

Fault too_large(const std::string& where, std::int64_t max_file) {
    return Fault{.code = FaultCode::file_too_large,
                 .where = where,
                 .what = "it has more than " + std::to_string(max_file) + " bytes, what max_file allows",
                 .cure = "Split it, or raise service.max_file."};
}

Fault no_room(const std::string& where) {
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return Fault{.code = full ? FaultCode::disk_full : FaultCode::state_dir,
                 .where = where,
                 .what = std::string("its copy cannot be written: ") + std::strerror(errno),
                 .cure = full ? "Free space: it is taken as soon as there is room."
                              : "Check the state directory's owner and mode."};
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// Reads `source` to its end; `copy_to` is -1 where no copy is wanted.
boost::asio::awaitable<Result<Spooled>> read_through(int source,
                                                     int copy_to,
                                                     std::int64_t max_file,
                                                     std::string where) {
    Sha256 hash;
    Spooled spooled;
    std::string slice(slice_size, '\0');
    for (;;) {
        const auto got = ::pread(source, slice.data(), slice.size(), spooled.size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) co_return unreadable(where);
        if (got == 0) break;
        spooled.size += got;
        if (spooled.size > max_file) co_return too_large(where, max_file);
        const std::string_view bytes(slice.data(), static_cast<std::size_t>(got));
        hash.add(bytes);
        if (copy_to >= 0 && !write_all(copy_to, bytes)) co_return no_room(where);
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
    }
    spooled.sha256 = hash.hex();
    co_return spooled;
}

}  // namespace

boost::asio::awaitable<Result<Spooled>> spool_copy(int source,
                                                   int spool_directory,
                                                   std::int64_t max_file,
                                                   std::string where) {
    protocol::UniqueFd copy(::openat(spool_directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!copy) co_return no_room(where);
    auto spooled = co_await read_through(source, copy.get(), max_file, where);
    if (spooled) spooled->file = std::move(copy);
    co_return spooled;
}

boost::asio::awaitable<Result<Spooled>> spool_sealed(protocol::UniqueFd source,
                                                     std::int64_t max_file,
                                                     std::string where) {
    const int seals = ::fcntl(source.get(), F_GET_SEALS);
    if (seals < 0 || (seals & needed_seals) != needed_seals)
        co_return Fault{.code = FaultCode::bad_request,
                        .where = where,
                        .what = "the descriptor that came along is no sealed memory file",
                        .cure = "Use the upliftctl that came with the daemon."};
    auto spooled = co_await read_through(source.get(), -1, max_file, where);
    if (spooled) spooled->file = std::move(source);
    co_return spooled;
}

Result<std::string> read_slice(const Spooled& spooled, std::int64_t offset) {
    std::string slice(slice_size, '\0');
    for (;;) {
        const auto got = ::pread(spooled.file.get(), slice.data(), slice.size(), offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable("spool");
        slice.resize(static_cast<std::size_t>(got));
        return slice;
    }
}

}  // namespace uplift::daemon
