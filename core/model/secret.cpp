#include "core/model/secret.hpp"

#include <openssl/crypto.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <utility>

namespace uplift {
namespace {

// First fit over a sorted list of free pieces; secrets are few and short, so this never gets long.
class Arena {
 public:
    Arena() {
        void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED) throw std::bad_alloc{};
        // Best effort: without the right to lock (RLIMIT_MEMLOCK) the service runs on, its unit allows it.
        (void)mlock(at, size);
        (void)madvise(at, size, MADV_DONTDUMP);
        (void)madvise(at, size, MADV_WIPEONFORK);
        base_ = static_cast<char*>(at);
        free_.emplace(0, size);
    }

    void* allocate(std::size_t bytes) {
        bytes = rounded(bytes);
        const std::scoped_lock lock(mutex_);
        for (auto piece = free_.begin(); piece != free_.end(); ++piece) {
            if (piece->second < bytes) continue;
            const auto [offset, length] = *piece;
            free_.erase(piece);
            if (length > bytes) free_.emplace(offset + bytes, length - bytes);
            return base_ + offset;
        }
        throw std::bad_alloc{};
    }

    void release(void* at, std::size_t bytes) noexcept {
        if (at == nullptr) return;
        bytes = rounded(bytes);
        OPENSSL_cleanse(at, bytes);
        const std::scoped_lock lock(mutex_);
        auto offset = static_cast<std::size_t>(static_cast<char*>(at) - base_);
        auto next = free_.lower_bound(offset);
        if (next != free_.end() && offset + bytes == next->first) {
            bytes += next->second;
            next = free_.erase(next);
        }
        if (next != free_.begin()) {
            const auto before = std::prev(next);
            if (before->first + before->second == offset) {
                before->second += bytes;
                return;
            }
        }
        free_.emplace(offset, bytes);
    }

 private:
    static constexpr std::size_t size = std::size_t{1} << 20;
    static std::size_t rounded(std::size_t bytes) { return (std::max<std::size_t>(bytes, 1) + 31) / 32 * 32; }

    std::mutex mutex_;
    char* base_ = nullptr;
    std::map<std::size_t, std::size_t> free_;
};

Arena& arena() {
    // Never destroyed: secrets with static lifetime may outlive it otherwise.
    static auto* const the_arena = new Arena;
    return *the_arena;
}

}  // namespace

void* arena_allocate(std::size_t bytes) { return arena().allocate(bytes); }
void arena_release(void* at, std::size_t bytes) noexcept { arena().release(at, bytes); }

Secret::Secret(std::size_t size)
    : data_(static_cast<char*>(arena_allocate(size))), size_(size), reserved_(size) {
    std::memset(data_, 0, size);
}

Secret Secret::copy_of(std::string_view clear) {
    Secret secret(clear.size());
    std::copy(clear.begin(), clear.end(), secret.data_);
    return secret;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      reserved_(std::exchange(other.reserved_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        arena_release(data_, reserved_);
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
        reserved_ = std::exchange(other.reserved_, 0);
    }
    return *this;
}

Secret::~Secret() { arena_release(data_, reserved_); }

void Secret::truncate(std::size_t size) {
    if (size >= size_) return;
    OPENSSL_cleanse(data_ + size, size_ - size);
    size_ = size;
}

bool equal(const Secret& a, const Secret& b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.view().data(), b.view().data(), a.size()) == 0;
}

void wipe(std::span<char> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

}  // namespace uplift
