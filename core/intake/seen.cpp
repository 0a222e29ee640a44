#include "core/intake/seen.hpp"

namespace uplift::intake {
namespace {

// FNV-1a, its bits mixed once more (the end of MurmurHash3) so that the low ones choose a slot well.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdU;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53U;
    hash ^= hash >> 33;
    return hash == 0 ? 1 : hash;
}

constexpr std::size_t first_size = 1024;  // a power of two, as all sizes are

}  // namespace

std::size_t Seen::slot_of(std::uint64_t hash) const {
    const std::size_t mask = hashes_.size() - 1;
    std::size_t slot = hash & mask;
    while (hashes_[slot] != 0 && hashes_[slot] != hash) slot = (slot + 1) & mask;
    return slot;
}

std::optional<std::int64_t> Seen::add(std::string_view text, std::int64_t line) {
    if ((used_ + 1) * 4 > hashes_.size() * 3) grow();
    const auto hash = hash_of(text);
    const auto slot = slot_of(hash);
    if (hashes_[slot] == hash) return lines_[slot];
    hashes_[slot] = hash;
    lines_[slot] = static_cast<std::uint32_t>(line);
    ++used_;
    return std::nullopt;
}

void Seen::grow() {
    Seen larger;
    const std::size_t size = hashes_.empty() ? first_size : hashes_.size() * 2;
    larger.hashes_.resize(size);
    larger.lines_.resize(size);
    larger.used_ = used_;
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
        if (hashes_[i] == 0) continue;
        const auto slot = larger.slot_of(hashes_[i]);
        larger.hashes_[slot] = hashes_[i];
        larger.lines_[slot] = lines_[i];
    }
    *this = std::move(larger);
}

}  // namespace uplift::intake
