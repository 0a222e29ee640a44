#include "tests/sandbox/unit/signed_assertion.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <nlohmann/json.hpp>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {

SigningKey::SigningKey() {
    EVP_PKEY* pair = EVP_RSA_gen(2048);
    key = std::shared_ptr<void>(pair, [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); });
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    // Far enough for the virtual time of the tests.
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 20L * 365 * 24 * 3600);
    X509_set_pubkey(certificate.get(), pair);
    X509_sign(certificate.get(), pair, EVP_sha256());
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509_digest(certificate.get(), EVP_sha1(), digest, &size);
    sha1.assign(reinterpret_cast<char*>(digest), size);
    X509_digest(certificate.get(), EVP_sha256(), digest, &size);
    sha256.assign(reinterpret_cast<char*>(digest), size);
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_X509(memory.get(), certificate.get());
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    certificate_pem.assign(text, static_cast<std::size_t>(length));
}

std::string signed_assertion(const SigningKey& key, nlohmann::json header, const nlohmann::json& claims) {
    const std::string algorithm = header.value("sign_as", header.value("alg", ""));
    header.erase("sign_as");
    header["typ"] = "JWT";
    if (header.contains("x5t")) header["x5t"] = base64url(key.sha1);
    if (header.contains("x5t#S256")) header["x5t#S256"] = base64url(key.sha256);
    const std::string signed_part = base64url(header.dump()) + "." + base64url(claims.dump());

    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_PKEY_CTX* parameters = nullptr;
    EVP_DigestSignInit(
        context.get(), &parameters, EVP_sha256(), nullptr, static_cast<EVP_PKEY*>(key.key.get()));
    if (algorithm == "PS256") {
        EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(signed_part.data());
    std::size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, bytes, signed_part.size());
    std::string signature(size, '\0');
    EVP_DigestSign(
        context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, signed_part.size());
    signature.resize(size);
    return signed_part + "." + base64url(signature);
}

}  // namespace uplift::sandbox
