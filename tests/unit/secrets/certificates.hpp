// Certificates and keys for tests, made in the process, good ones and each kind of bad one.
#pragma once

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "core/model/time.hpp"

namespace uplift::secrets {

inline const TimePoint test_now{std::chrono::seconds{1'800'000'000}};

enum class KeyKind { rsa, ec_p256, ec_secp256k1, ed25519 };

struct CertificateWish {
    KeyKind key = KeyKind::rsa;
    int rsa_bits = 2048;
    const EVP_MD* digest = EVP_sha256();
    const char* key_usage = "critical,keyEncipherment";  // null: the extension is absent
    const char* basic_constraints = "critical,CA:FALSE";
    std::chrono::hours begins{-24};  // from test_now
    std::chrono::hours ends{24 * 365};
};

struct CertificateAndKey {
    std::shared_ptr<X509> certificate;
    std::shared_ptr<EVP_PKEY> key;
    std::string pem;
};

inline std::shared_ptr<EVP_PKEY> a_key(const CertificateWish& wish) {
    EVP_PKEY* key = nullptr;
    switch (wish.key) {
        case KeyKind::rsa:
            key = EVP_RSA_gen(static_cast<unsigned>(wish.rsa_bits));
            break;
        case KeyKind::ec_p256:
            key = EVP_EC_gen("P-256");
            break;
        case KeyKind::ec_secp256k1:
            key = EVP_EC_gen("secp256k1");
            break;
        case KeyKind::ed25519:
            key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
            break;
    }
    return {key, EVP_PKEY_free};
}

inline CertificateAndKey a_certificate(const CertificateWish& wish = {}) {
    CertificateAndKey made{.certificate = {X509_new(), X509_free}, .key = a_key(wish), .pem = {}};
    auto* x509 = made.certificate.get();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 7);
    const auto at = [](std::chrono::hours offset) {
        return std::chrono::duration_cast<std::chrono::seconds>((test_now + offset).time_since_epoch())
            .count();
    };
    ASN1_TIME_set(X509_getm_notBefore(x509), at(wish.begins));
    ASN1_TIME_set(X509_getm_notAfter(x509), at(wish.ends));
    auto* name = X509_get_subject_name(x509);
    const auto* word = reinterpret_cast<const unsigned char*>("helpdesk");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, word, -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_set_pubkey(x509, made.key.get());
    const auto extend = [x509](int kind, const char* value) {
        if (value == nullptr) return;
        const std::shared_ptr<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value),
                                                        X509_EXTENSION_free);
        X509_add_ext(x509, extension.get(), -1);
    };
    extend(NID_basic_constraints, wish.basic_constraints);
    extend(NID_key_usage, wish.key_usage);
    X509_sign(x509, made.key.get(), wish.key == KeyKind::ed25519 ? nullptr : wish.digest);
    const std::shared_ptr<BIO> out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(out.get(), x509);
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &bytes);
    made.pem.assign(bytes, static_cast<std::size_t>(size));
    return made;
}

}  // namespace uplift::secrets
