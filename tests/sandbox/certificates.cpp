#include "tests/sandbox/certificates.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace uplift::sandbox {
namespace {

constexpr long an_hour = 3600;
constexpr long ten_years = 10L * 365 * 24 * an_hour;

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(std::FILE* file) const { std::fclose(file); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

void check(bool fine, const char* what) {
    if (!fine) throw std::runtime_error(std::string("certificates: ") + what);
}

Key make_key() {
    Key key(EVP_EC_gen("P-256"));
    check(key != nullptr, "cannot make a key");
    return key;
}

void extend(X509* certificate, X509* issuer, int id, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
    check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

Certificate make_certificate(const char* name, EVP_PKEY* key) {
    Certificate certificate(X509_new());
    check(certificate != nullptr, "out of memory");
    unsigned char serial[8];
    check(RAND_bytes(serial, sizeof serial) == 1, "no random bytes");
    serial[0] &= 0x7f;
    BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
    BN_free(number);
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -an_hour);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), ten_years);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()),
                               "CN",
                               MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name),
                               -1,
                               -1,
                               0);
    return certificate;
}

// Written beside and renamed, so that nobody ever reads half a file.
void write_file(const std::filesystem::path& path,
                mode_t mode,
                const std::function<bool(std::FILE*)>& write) {
    const std::string beside = path.string() + ".tmp";
    const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    std::unique_ptr<std::FILE, Free> file(descriptor < 0 ? nullptr : ::fdopen(descriptor, "w"));
    check(file != nullptr, ("cannot write " + beside).c_str());
    check(write(file.get()) && std::fflush(file.get()) == 0, ("cannot write " + beside).c_str());
    std::filesystem::rename(beside, path);
}

}  // namespace

TlsFiles certificates_in(const std::filesystem::path& directory) {
    const TlsFiles files{directory / "server.pem", directory / "server.key"};
    const auto ca_file = directory / "ca.pem";
    if (std::filesystem::exists(files.certificate) && std::filesystem::exists(files.key) &&
        std::filesystem::exists(ca_file))
        return files;

    const Key ca_key = make_key();
    const Certificate ca = make_certificate("Uplift sandbox CA", ca_key.get());
    X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
    extend(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    extend(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
    check(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0, "cannot sign");

    const Key key = make_key();
    const Certificate server = make_certificate("localhost", key.get());
    X509_set_issuer_name(server.get(), X509_get_subject_name(ca.get()));
    extend(server.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
    extend(server.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
    extend(server.get(), ca.get(), NID_ext_key_usage, "serverAuth");
    extend(server.get(), ca.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
    extend(server.get(), ca.get(), NID_authority_key_identifier, "keyid:always");
    check(X509_sign(server.get(), ca_key.get(), EVP_sha256()) > 0, "cannot sign");

    write_file(files.key, 0600, [&](std::FILE* file) {
        return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
    });
    write_file(ca_file, 0644, [&](std::FILE* file) { return PEM_write_X509(file, ca.get()) == 1; });
    write_file(
        files.certificate, 0644, [&](std::FILE* file) { return PEM_write_X509(file, server.get()) == 1; });
    return files;
}

}  // namespace uplift::sandbox
