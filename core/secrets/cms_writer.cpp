#include "core/secrets/cms_writer.hpp"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <utility>

namespace uplift::secrets {
namespace {

struct ReleaseCms {
    void operator()(CMS_ContentInfo* at) const { CMS_ContentInfo_free(at); }
};
struct ReleaseChain {
    void operator()(BIO* at) const { BIO_free_all(at); }
};

constexpr unsigned streamed = CMS_STREAM | CMS_BINARY | CMS_PARTIAL;

// OAEP and SHA-256 instead of OpenSSL's PKCS #1 v1.5 and SHA-1.
bool choose_key_transport(CMS_RecipientInfo* info, const X509* certificate) {
    auto* options = CMS_RecipientInfo_get0_pkey_ctx(info);
    if (options == nullptr) return false;
    if (EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) == EVP_PKEY_EC)
        return EVP_PKEY_CTX_set_ecdh_kdf_md(options, EVP_sha256()) == 1;
    return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(options, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(options, EVP_sha256()) == 1;
}

}  // namespace

// The chain encrypts and frames what is written into it; it ends in `out`, which it owns.
struct CmsWriter::Message {
    Sink sink;
    std::string where;
    std::unique_ptr<CMS_ContentInfo, ReleaseCms> cms;
    BIO* out = nullptr;
    std::unique_ptr<BIO, ReleaseChain> chain;  // goes before `cms`, which it refers to

    [[nodiscard]] Fault refused(const char* doing) const {
        std::array<char, 160> reason{};
        ERR_error_string_n(ERR_peek_last_error(), reason.data(), reason.size());
        ERR_clear_error();
        return {FaultCode::recipient_unusable,
                where,
                std::string("OpenSSL cannot ") + doing + ": " + reason.data(),
                "Put another certificate of this recipient in place, then `upliftctl reload`."};
    }
};

CmsWriter::CmsWriter(std::unique_ptr<Message> message) : message_(std::move(message)) {}
CmsWriter::CmsWriter(CmsWriter&& other) noexcept = default;
CmsWriter::~CmsWriter() = default;

Result<CmsWriter> CmsWriter::begin(const Recipient& recipient, Sink sink, std::string where) {
    auto message = std::make_unique<Message>();
    message->sink = std::move(sink);
    message->where = std::move(where);
    message->cms.reset(CMS_encrypt(nullptr, nullptr, EVP_aes_256_gcm(), streamed));
    if (!message->cms) return message->refused("begin a message");
    auto* info = CMS_add1_recipient_cert(message->cms.get(), recipient.certificate(), CMS_KEY_PARAM);
    if (info == nullptr || !choose_key_transport(info, recipient.certificate()))
        return message->refused("encrypt to this certificate");
    message->out = BIO_new(BIO_s_mem());
    auto* chain = message->out == nullptr ? nullptr : BIO_new_CMS(message->out, message->cms.get());
    if (chain == nullptr) {
        BIO_free(message->out);
        return message->refused("encrypt to this certificate");
    }
    message->chain.reset(chain);
    return CmsWriter(std::move(message));
}

Result<void> CmsWriter::write(std::string_view clear) {
    const auto size = static_cast<int>(clear.size());
    if (size > 0 && BIO_write(message_->chain.get(), clear.data(), size) != size)
        return message_->refused("encrypt");
    return pass_on();
}

Result<void> CmsWriter::end() {
    if (BIO_flush(message_->chain.get()) != 1) return message_->refused("end the message");
    return pass_on();
}

Result<void> CmsWriter::pass_on() {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(message_->out, &bytes);
    if (size <= 0) return {};
    auto passed = message_->sink({bytes, static_cast<std::size_t>(size)});
    // Emptied, not freed: the next piece reuses its room.
    (void)BIO_reset(message_->out);
    return passed;
}

}  // namespace uplift::secrets
