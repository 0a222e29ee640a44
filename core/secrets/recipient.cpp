#include "core/secrets/recipient.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <string_view>

namespace uplift::secrets {
namespace {

constexpr int least_rsa_bits = 2048;
constexpr std::array<std::string_view, 3> known_curves{"prime256v1", "secp384r1", "secp521r1"};

// What is wrong with a certificate, and its cure.
struct Unfit {
    std::string what;
    std::string cure;
};

constexpr auto make_another =
    "Make another: openssl req -x509 -newkey rsa:3072 -nodes -keyout helpdesk.key -out helpdesk.pem -days "
    "730 -subj /CN=helpdesk -addext basicConstraints=critical,CA:FALSE -addext "
    "keyUsage=critical,keyEncipherment";

struct ReleaseBio {
    void operator()(BIO* at) const { BIO_free(at); }
};

// An encrypted part would make OpenSSL ask on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

std::optional<TimePoint> time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return TimePoint{std::chrono::seconds{timegm(&parts)}};
}

std::optional<Unfit> judge_validity(const X509* certificate, TimePoint now) {
    const auto begins = time_of(X509_get0_notBefore(certificate));
    const auto ends = time_of(X509_get0_notAfter(certificate));
    if (!begins || !ends) return Unfit{"the certificate has no readable validity", make_another};
    if (*ends <= now)
        return Unfit{"the certificate ended on " + to_rfc3339(*ends),
                     "Put the recipient's new certificate in its place, then `upliftctl reload`."};
    if (*begins > now)
        return Unfit{"the certificate is valid from " + to_rfc3339(*begins) + " on",
                     "Wait until then, use one that is valid now, or correct this host's clock."};
    return std::nullopt;
}

std::optional<Unfit> judge_key(EVP_PKEY* key) {
    if (key == nullptr) return Unfit{"the certificate's key is of no kind known here", make_another};
    const int kind = EVP_PKEY_get_base_id(key);
    if (kind == EVP_PKEY_RSA) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits >= least_rsa_bits) return std::nullopt;
        return Unfit{"the certificate's RSA key has " + std::to_string(bits) + " bits, fewer than 2048",
                     make_another};
    }
    if (kind == EVP_PKEY_EC) {
        std::array<char, 64> name{};
        std::size_t size = 0;
        const bool named = EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) == 1;
        const std::string_view curve(name.data(), named ? size : 0);
        if (std::find(known_curves.begin(), known_curves.end(), curve) != known_curves.end())
            return std::nullopt;
        return Unfit{"the certificate's key is on a curve other than P-256, P-384 and P-521", make_another};
    }
    return Unfit{"the certificate's key can sign only: it is neither RSA nor EC", make_another};
}

std::optional<Unfit> judge_signature(X509* certificate) {
    int digest = NID_undef, key = NID_undef, bits = 0;
    std::uint32_t flags = 0;
    if (X509_get_signature_info(certificate, &digest, &key, &bits, &flags) != 1)
        return Unfit{"the certificate is signed in a way not known here", make_another};
    for (const int weak : {NID_md2, NID_md4, NID_md5, NID_mdc2, NID_ripemd160, NID_sha1, NID_md5_sha1})
        if (digest == weak)
            return Unfit{
                std::string("the certificate is signed with ") + OBJ_nid2sn(weak) + ", which can be forged",
                make_another};
    return std::nullopt;
}

std::optional<Unfit> judge_use(X509* certificate) {
    const auto flags = X509_get_extension_flags(certificate);
    if ((flags & EXFLAG_INVALID) != 0)
        return Unfit{"the certificate has extensions that contradict each other or do not parse",
                     make_another};
    // Without keyUsage every use is allowed; OpenSSL then says so by all bits.
    const bool names_uses = (flags & EXFLAG_KUSAGE) != 0;
    const auto uses = X509_get_key_usage(certificate);
    if ((flags & EXFLAG_CA) != 0 || (names_uses && (uses & KU_KEY_CERT_SIGN) != 0))
        return Unfit{"the certificate is an authority's, which signs certificates",
                     std::string("Use one of the recipient's own. ") + make_another};
    const bool by_agreement = EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) == EVP_PKEY_EC;
    const std::uint32_t needed = by_agreement ? KU_KEY_AGREEMENT : KU_KEY_ENCIPHERMENT;
    if (names_uses && (uses & needed) == 0)
        return Unfit{std::string("the certificate's keyUsage lacks ") +
                         (by_agreement ? "keyAgreement" : "keyEncipherment"),
                     make_another};
    return std::nullopt;
}

std::optional<Unfit> judge(X509* certificate, TimePoint now) {
    if (auto unfit = judge_validity(certificate, now)) return unfit;
    if (auto unfit = judge_key(X509_get0_pubkey(certificate))) return unfit;
    if (auto unfit = judge_signature(certificate)) return unfit;
    return judge_use(certificate);
}

}  // namespace

Result<Recipient> Recipient::from(const std::string& pem, const std::string& where, TimePoint now) {
    const auto unusable = [&](Unfit unfit) {
        ERR_clear_error();
        return Fault{FaultCode::recipient_unusable, where, std::move(unfit.what), std::move(unfit.cure)};
    };
    if (pem.find("PRIVATE KEY-----") != std::string::npos)
        return unusable({"the file holds a private key",
                         "Leave the certificate alone in it; the key stays with the recipient and never "
                         "comes to this host."});
    const std::unique_ptr<BIO, ReleaseBio> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const auto next = [&bio] {
        return std::shared_ptr<X509>(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr),
                                     X509_free);
    };
    const auto certificate = next();
    if (!certificate)
        return unusable({"the file is no certificate in PEM",
                         "Turn it into one: openssl x509 -inform DER -in FILE -out FILE.pem"});
    if (next() != nullptr)
        return unusable({"the file holds several certificates",
                         "Leave the recipient's own alone in it; name each recipient's file by itself."});
    if (auto unfit = judge(certificate.get(), now)) return unusable(std::move(*unfit));
    ERR_clear_error();
    const auto ends = time_of(X509_get0_notAfter(certificate.get()));
    return Recipient(certificate, ends.value_or(now));
}

}  // namespace uplift::secrets
