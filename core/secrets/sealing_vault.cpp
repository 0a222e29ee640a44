#include "core/secrets/sealing_vault.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "core/secrets/password_generator.hpp"

namespace uplift::secrets {
namespace {

constexpr char format_version = '\x01';
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t header_bytes = 1 + nonce_bytes;
// Longer than any password; what is read from a database must not make us allocate without bound.
constexpr std::size_t max_clear_bytes = std::size_t{64} << 10;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

[[noreturn]] void broken_library(const char* what) {
    std::fprintf(stderr, "upliftd: OpenSSL does not %s; stopping\n", what);
    std::abort();
}

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::span<char> bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

Cipher new_cipher() {
    Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    if (!cipher) broken_library("make a cipher");
    return cipher;
}

Fault unsealable(const char* why) {
    return {FaultCode::password_unsealable,
            "",
            std::string("a sealed password does not open: ") + why,
            "The sealing key or the database is not the one that sealed it; reset the password in Microsoft "
            "365."};
}

}  // namespace

SealingVault::SealingVault(const SealingKey& key, engine::Entropy& entropy)
    : key_(key.encryption_key()), entropy_(entropy) {}

Secret SealingVault::draw_password(const PasswordRule& rule) {
    return secrets::draw_password(rule, entropy_);
}

std::string SealingVault::seal(const Secret& clear, std::string_view context) {
    if (clear.size() > max_clear_bytes) broken_library("seal more than 64 KiB");
    std::string sealed(header_bytes + clear.size() + tag_bytes, '\0');
    sealed[0] = format_version;
    const std::span<char> nonce(sealed.data() + 1, nonce_bytes);
    entropy_.fill(std::as_writable_bytes(nonce));

    const Cipher cipher = new_cipher();
    const std::string_view version(sealed.data(), 1);
    int length = 0;
    bool good = EVP_EncryptInit_ex2(
                    cipher.get(), EVP_aes_256_gcm(), octets(key_.view()), octets(nonce), nullptr) == 1;
    good = good && EVP_EncryptUpdate(cipher.get(), nullptr, &length, octets(version), 1) == 1;
    good =
        good && EVP_EncryptUpdate(
                    cipher.get(), nullptr, &length, octets(context), static_cast<int>(context.size())) == 1;
    const std::span<char> body(sealed.data() + header_bytes, clear.size());
    good =
        good &&
        EVP_EncryptUpdate(
            cipher.get(), octets(body), &length, octets(clear.view()), static_cast<int>(clear.size())) == 1;
    std::array<char, tag_bytes> rest{};  // GCM writes nothing here, but OpenSSL wants a place
    good = good && EVP_EncryptFinal_ex(cipher.get(), octets(std::span<char>(rest)), &length) == 1;
    const std::span<char> tag(sealed.data() + header_bytes + clear.size(), tag_bytes);
    good = good && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1;
    if (!good) broken_library("seal");
    return sealed;
}

Result<Secret> SealingVault::open(std::string_view sealed, std::string_view context) {
    if (sealed.size() < header_bytes + tag_bytes) return unsealable("it is too short");
    if (sealed.size() > header_bytes + max_clear_bytes + tag_bytes) return unsealable("it is too long");
    if (sealed[0] != format_version) return unsealable("its format is not known");
    const auto nonce = sealed.substr(1, nonce_bytes);
    const auto body = sealed.substr(header_bytes, sealed.size() - header_bytes - tag_bytes);
    std::array<char, tag_bytes> tag{};
    sealed.substr(sealed.size() - tag_bytes).copy(tag.data(), tag_bytes);

    const Cipher cipher = new_cipher();
    Secret clear(body.size());
    int length = 0;
    bool good = EVP_DecryptInit_ex2(
                    cipher.get(), EVP_aes_256_gcm(), octets(key_.view()), octets(nonce), nullptr) == 1;
    good = good && EVP_DecryptUpdate(cipher.get(), nullptr, &length, octets(sealed.substr(0, 1)), 1) == 1;
    good =
        good && EVP_DecryptUpdate(
                    cipher.get(), nullptr, &length, octets(context), static_cast<int>(context.size())) == 1;
    good =
        good &&
        EVP_DecryptUpdate(
            cipher.get(), octets(clear.writable()), &length, octets(body), static_cast<int>(body.size())) ==
            1;
    good = good && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1;
    std::array<char, tag_bytes> rest{};
    // The clear bytes are unproven until the tag is; on a mismatch the Secret is wiped with this frame.
    good = good && EVP_DecryptFinal_ex(cipher.get(), octets(std::span<char>(rest)), &length) == 1;
    if (!good) return unsealable("key, place or bytes are not those of its sealing");
    return clear;
}

std::string SealingVault::digest(std::string_view text) const {
    constexpr std::string_view hex = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned length = 0;
    if (EVP_Digest(text.data(), text.size(), hash.data(), &length, EVP_sha256(), nullptr) != 1)
        broken_library("hash");
    std::string out;
    for (unsigned i = 0; i < length; ++i) {
        out += hex[hash[i] >> 4];
        out += hex[hash[i] & 15];
    }
    return out;
}

}  // namespace uplift::secrets
