// CmsWriter: encrypts a stream to one recipient, as CMS AuthEnvelopedData with AES-256-GCM (DER, BER
// lengths).
//
// The content key travels by RSA-OAEP with SHA-256, or by ECDH with SHA-256 and AES-256 key wrap. What is
// written leaves as ciphertext at once: clear bytes stay in the caller's hands and are copied nowhere. Any
// change of the message makes it undecipherable: the tag covers all of the content.
// One thread at a time. Fault: recipient_unusable (OpenSSL refuses the certificate), and those of the sink.
// Sources: RFC 5083, RFC 5084 (AES-GCM in CMS), RFC 8702/4056 (OAEP), RFC 5753 (ECDH).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/model/result.hpp"
#include "core/secrets/recipient.hpp"

namespace uplift::secrets {

class CmsWriter {
 public:
    // Takes pieces of the message in their order.
    using Sink = std::function<Result<void>(std::string_view)>;

    // `where` is what is being written, for faults.
    static Result<CmsWriter> begin(const Recipient& recipient, Sink sink, std::string where);
    CmsWriter(CmsWriter&& other) noexcept;
    CmsWriter& operator=(CmsWriter&&) = delete;
    ~CmsWriter();

    Result<void> write(std::string_view clear);
    // Once, after the last piece: nothing is whole without it.
    Result<void> end();

 private:
    struct Message;
    explicit CmsWriter(std::unique_ptr<Message> message);
    Result<void> pass_on();

    std::unique_ptr<Message> message_;
};

}  // namespace uplift::secrets
