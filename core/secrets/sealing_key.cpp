#include "core/secrets/sealing_key.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

namespace uplift::secrets {
namespace {

constexpr std::string_view check_label = "uplift sealing key check v1";
constexpr std::string_view encryption_label = "uplift sealed password v1";

[[noreturn]] void broken_library() {
    std::fputs("upliftd: OpenSSL does not derive keys; stopping\n", stderr);
    std::abort();
}

// HKDF-SHA-256 (RFC 5869) of the key without salt: the key is uniform already, the label separates uses.
Secret derive(const Secret& key, std::string_view label) {
    const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr),
                                                                &EVP_KDF_free);
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf.get()),
                                                                            &EVP_KDF_CTX_free);
    if (!context) broken_library();
    std::string digest = "SHA256";
    // OpenSSL takes pointers to data that it only reads as non-const.
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_octet_string(
            OSSL_KDF_PARAM_KEY, const_cast<char*>(key.view().data()), key.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(label.data()), label.size()),
        OSSL_PARAM_construct_end()};
    Secret derived(sealing_key_bytes);
    const auto out = derived.writable();
    if (EVP_KDF_derive(
            context.get(), reinterpret_cast<unsigned char*>(out.data()), out.size(), parameters.data()) != 1)
        broken_library();
    return derived;
}

}  // namespace

Result<SealingKey> SealingKey::from(Secret bytes, std::string_view where) {
    const auto view = bytes.view();
    if (view.size() != sealing_key_bytes)
        return Fault{
            FaultCode::sealing_key_wrong,
            std::string(where),
            "the sealing key has " + std::to_string(view.size()) + " bytes, not 32",
            "Give 32 random bytes: head -c 32 /dev/urandom > FILE (only for a new queue; an existing "
            "one opens with its own key only)."};
    if (std::all_of(view.begin(), view.end(), [&](char c) { return c == view.front(); }))
        return Fault{FaultCode::sealing_key_wrong,
                     std::string(where),
                     "the sealing key is one byte repeated",
                     "Give 32 random bytes: head -c 32 /dev/urandom > FILE."};
    return SealingKey(std::move(bytes));
}

std::string SealingKey::check_value() const {
    constexpr std::string_view hex = "0123456789abcdef";
    const Secret value = derive(bytes_, check_label);
    std::string text;
    for (const char c : value.view()) {
        const auto octet = static_cast<unsigned char>(c);
        text += hex[octet >> 4];
        text += hex[octet & 15];
    }
    return text;
}

Result<void> SealingKey::matches(std::string_view stored_check_value, std::string_view where) const {
    const std::string own = check_value();
    if (own.size() == stored_check_value.size() &&
        CRYPTO_memcmp(own.data(), stored_check_value.data(), own.size()) == 0)
        return {};
    return Fault{FaultCode::sealing_key_wrong,
                 std::string(where),
                 "this is not the sealing key that the queue was made with",
                 "Give the daemon that key again; without it the sealed passwords of open jobs cannot be "
                 "opened."};
}

Secret SealingKey::encryption_key() const { return derive(bytes_, encryption_label); }

}  // namespace uplift::secrets
