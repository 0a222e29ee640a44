#include "core/http/assertion.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/json/json.hpp"

namespace uplift::http {
namespace {

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* at) const { release(at); }
};
using X509Ptr = std::unique_ptr<X509, Release<X509, X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY, EVP_PKEY_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX, EVP_MD_CTX_free>>;
struct ReleaseBio {
    void operator()(BIO* at) const { BIO_free(at); }
};
using BioPtr = std::unique_ptr<BIO, ReleaseBio>;

constexpr auto clock_skew = std::chrono::seconds{60};
constexpr auto validity = std::chrono::minutes{9};

Fault unusable(std::string what) {
    ERR_clear_error();
    return Fault{FaultCode::tenant_credentials,
                 "certificate",
                 std::move(what),
                 "Give the app's certificate and its unencrypted RSA private key as PEM."};
}

BioPtr reader_of(std::string_view text) {
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// An encrypted key would make OpenSSL ask on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

X509Ptr parsed_certificate(const std::string& pem) {
    const auto bio = reader_of(pem);
    return X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
}

std::optional<TimePoint> end_of(const X509* certificate) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return std::nullopt;
    return TimePoint{std::chrono::seconds{timegm(&parts)}};
}

std::string base64url(std::span<const unsigned char> octets) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const auto octet : octets) {
        bits = (bits << 8 | octet) & 0xFFFFFFU;
        for (count += 8; count >= 6; count -= 6) out += letters[(bits >> (count - 6)) & 0x3FU];
    }
    if (count > 0) out += letters[(bits << (6 - count)) & 0x3FU];
    return out;
}

std::string base64url(std::string_view text) {
    return base64url(std::span{reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

std::string thumbprint(X509* certificate, const EVP_MD* digest) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
    unsigned size = 0;
    X509_digest(certificate, digest, octets.data(), &size);
    return base64url(std::span{octets}.first(size));
}

std::string header_of(X509* certificate, AssertionForm form) {
    auto header = json::Value::object();
    if (form == AssertionForm::ps256_with_sha256_thumbprint) {
        header.set("alg", "PS256").set("typ", "JWT");
        header.set("x5t#S256", thumbprint(certificate, EVP_sha256()));
    } else {
        header.set("alg", "RS256").set("typ", "JWT").set("x5t", thumbprint(certificate, EVP_sha1()));
    }
    return json::dump(header);
}

std::string payload_of(const AssertionClaims& claims) {
    const auto now = std::chrono::floor<std::chrono::seconds>(claims.now);
    const auto at = [](auto time) { return std::int64_t{time.time_since_epoch().count()}; };
    auto payload = json::Value::object();
    payload.set("aud", claims.audience).set("iss", claims.client_id).set("sub", claims.client_id);
    payload.set("jti", claims.jti);
    payload.set("nbf", at(now - clock_skew)).set("iat", at(now - clock_skew)).set("exp", at(now + validity));
    return json::dump(payload);
}

std::vector<unsigned char> signature(EVP_PKEY* key, AssertionForm form, std::string_view text) {
    const DigestPtr digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr;
    if (!digest || EVP_DigestSignInit(digest.get(), &options, EVP_sha256(), nullptr, key) != 1) return {};
    if (form == AssertionForm::ps256_with_sha256_thumbprint &&
        (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1))
        return {};
    const auto* data = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    if (EVP_DigestSign(digest.get(), nullptr, &size, data, text.size()) != 1) return {};
    std::vector<unsigned char> out(size);
    if (EVP_DigestSign(digest.get(), out.data(), &size, data, text.size()) != 1) return {};
    out.resize(size);
    return out;
}

}  // namespace

Result<Secret> client_assertion(const Certificate& certificate,
                                AssertionForm form,
                                const AssertionClaims& claims) {
    const auto x509 = parsed_certificate(certificate.certificate_pem);
    if (!x509) return unusable("the certificate is not PEM");
    if (const auto end = end_of(x509.get()); !end || *end <= claims.now)
        return end ? certificate_has_ended(*end) : unusable("the certificate has no readable end");
    const auto bio = reader_of(certificate.private_key_pem.view());
    const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (!key) return unusable("the private key is not PEM, or it is encrypted");
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return unusable("the private key is not an RSA key");
    if (X509_check_private_key(x509.get(), key.get()) != 1)
        return unusable("the private key does not belong to the certificate");
    const auto text = base64url(header_of(x509.get(), form)) + "." + base64url(payload_of(claims));
    const auto signed_octets = signature(key.get(), form, text);
    if (signed_octets.empty()) return unusable("the private key cannot sign");
    auto token = text + "." + base64url(signed_octets);
    auto secret = Secret::copy_of(token);
    wipe(token);
    return secret;
}

Result<TimePoint> certificate_end(const std::string& certificate_pem) {
    const auto x509 = parsed_certificate(certificate_pem);
    const auto end = x509 ? end_of(x509.get()) : std::nullopt;
    if (!end) return unusable("the certificate is not PEM");
    return *end;
}

Fault certificate_has_ended(TimePoint end) {
    return Fault{
        FaultCode::tenant_credentials,
        "certificate",
        "the app's certificate ended on " + to_rfc3339(end).substr(0, 10),
        "Make a new one, add it to the app registration, put it in place and reload; where it should "
        "still be good, set this machine's clock."};
}

}  // namespace uplift::http
