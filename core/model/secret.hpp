// Secret: a key, token or password, kept in one locked arena that is never dumped and is wiped on release.
//
// Not copyable, not printable, not serialisable: whoever needs the bytes says so with view(), and copies
// none of them out of the arena. The arena (1 MiB) is mlocked where the limits allow it, left out of core
// dumps and wiped in a forked child. Safe from any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace uplift {

class Secret {
 public:
    Secret() = default;
    // `size` bytes of zero, to be filled through writable().
    explicit Secret(std::size_t size);
    // Copies `clear` into the arena; the caller wipes its own copy (see wipe()).
    static Secret copy_of(std::string_view clear);

    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    [[nodiscard]] std::string_view view() const { return {data_, size_}; }
    [[nodiscard]] std::span<char> writable() { return {data_, size_}; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    // A second owner of the same bytes, where two are needed (a request body, a retry).
    [[nodiscard]] Secret clone() const { return copy_of(view()); }
    // Keeps the first `size` bytes.
    void truncate(std::size_t size);

 private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t reserved_ = 0;
};

// Same length and bytes, in constant time.
bool equal(const Secret& a, const Secret& b);

// Overwrites bytes that held a secret outside of the arena (what a library handed us).
void wipe(std::span<char> bytes);

// Allocator in the arena for the few containers that must grow while they hold a secret (a request body).
void* arena_allocate(std::size_t bytes);
void arena_release(void* at, std::size_t bytes) noexcept;

}  // namespace uplift
