#include "tests/sandbox/client_assertion.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

enum class Algorithm { rs256, ps256 };

bool signature_holds(EVP_PKEY* key, Algorithm algorithm, std::string_view signed_part, std::string_view mac) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_PKEY_CTX* parameters = nullptr;
    if (EVP_PKEY_base_id(key) != EVP_PKEY_RSA) return false;
    if (EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr, key) != 1) return false;
    if (algorithm == Algorithm::ps256) {
        // Entra: RSA-PSS with SHA-256, MGF1 with SHA-256, 32 bytes of salt.
        if (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1) return false;
        if (EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) != 1) return false;
        if (EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha256()) != 1) return false;
    }
    return EVP_DigestVerify(context.get(),
                            reinterpret_cast<const unsigned char*>(mac.data()),
                            mac.size(),
                            reinterpret_cast<const unsigned char*>(signed_part.data()),
                            signed_part.size()) == 1;
}

json parsed_object(std::string_view part) {
    const auto bytes = from_base64url(part);
    if (!bytes) return nullptr;
    json value = json::parse(*bytes, nullptr, false);
    return value.is_object() ? value : json(nullptr);
}

std::string text_of(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<TimePoint> time_of(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number()) return std::nullopt;
    return TimePoint(std::chrono::seconds(found->get<std::int64_t>()));
}

}  // namespace

std::optional<RegisteredCertificate> read_certificate(std::string_view pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> source(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr), &X509_free);
    if (!certificate) return std::nullopt;

    RegisteredCertificate result;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509_digest(certificate.get(), EVP_sha1(), digest, &size);
    result.sha1.assign(reinterpret_cast<char*>(digest), size);
    X509_digest(certificate.get(), EVP_sha256(), digest, &size);
    result.sha256.assign(reinterpret_cast<char*>(digest), size);
    std::tm end{};
    ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end);
    result.not_after = Clock::from_time_t(timegm(&end));
    result.public_key = std::shared_ptr<void>(X509_get_pubkey(certificate.get()),
                                              [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); });
    return result;
}

AssertionVerdict verify_assertion(std::string_view jwt,
                                  std::string_view client_id,
                                  const std::vector<std::string>& audiences,
                                  const std::vector<RegisteredCertificate>& certificates,
                                  TimePoint now) {
    AssertionVerdict verdict;
    const auto parts = split(jwt, '.');
    verdict.fault = AssertionFault::malformed;
    if (parts.size() != 3) return verdict;
    const json header = parsed_object(parts[0]);
    const json claims = parsed_object(parts[1]);
    const auto signature = from_base64url(parts[2]);
    if (header.is_null() || claims.is_null() || !signature) return verdict;
    const std::string name = text_of(header, "alg");
    if (name != "RS256" && name != "PS256") return verdict;

    const auto sha256 = from_base64url(text_of(header, "x5t#S256"));
    const auto sha1 = from_base64url(text_of(header, "x5t"));
    if (!sha256 || !sha1 || (sha256->empty() && sha1->empty())) return verdict;
    verdict.thumbprint = hex_capitals(sha256->empty() ? *sha1 : *sha256);
    const auto key = std::find_if(certificates.begin(), certificates.end(), [&](const auto& certificate) {
        return (sha256->empty() || certificate.sha256 == *sha256) &&
               (sha1->empty() || certificate.sha1 == *sha1);
    });
    verdict.fault = AssertionFault::key_not_found;
    if (key == certificates.end()) return verdict;
    verdict.fault = AssertionFault::key_expired;
    if (key->not_after < now) return verdict;
    verdict.fault = AssertionFault::bad_signature;
    const std::string signed_part = parts[0] + "." + parts[1];
    const auto algorithm = name == "PS256" ? Algorithm::ps256 : Algorithm::rs256;
    if (!signature_holds(static_cast<EVP_PKEY*>(key->public_key.get()), algorithm, signed_part, *signature))
        return verdict;

    verdict.fault = AssertionFault::wrong_audience;
    const std::string audience = text_of(claims, "aud");
    if (std::find(audiences.begin(), audiences.end(), audience) == audiences.end()) return verdict;
    verdict.fault = AssertionFault::wrong_issuer;
    if (!same_ignoring_case(text_of(claims, "iss"), client_id) ||
        !same_ignoring_case(text_of(claims, "sub"), client_id) || text_of(claims, "jti").empty())
        return verdict;
    verdict.fault = AssertionFault::not_valid_now;
    const auto from = time_of(claims, "nbf");
    const auto until = time_of(claims, "exp");
    if (!until || *until < now || (from && *from > now)) return verdict;
    verdict.fault = AssertionFault::none;
    return verdict;
}

}  // namespace uplift::sandbox
