// Recipient: somebody to whom initial passwords may be encrypted, known by an X.509 certificate.
//
// Made only of a certificate that is fit for it: PEM and alone in its file, within its validity, RSA of 2048
// bits or more or EC on P-256, P-384 or P-521, signed with SHA-256 or better, no authority's, and, where it
// names its uses, for keyEncipherment (RSA) or keyAgreement (EC). It is trusted because an administrator put
// it in place: no chain is built and nothing is asked of the network. Fault: recipient_unusable.
// Sources: RFC 5280 4.2.1.3 (key usage), RFC 5652 6.2 (key transport, key agreement).
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/model/result.hpp"
#include "core/model/time.hpp"

struct x509_st;

namespace uplift::secrets {

class Recipient {
 public:
    // `where` is the file's path, for faults.
    static Result<Recipient> from(const std::string& pem, const std::string& where, TimePoint now);

    [[nodiscard]] TimePoint ends() const { return ends_; }
    [[nodiscard]] x509_st* certificate() const { return certificate_.get(); }

 private:
    Recipient(std::shared_ptr<x509_st> certificate, TimePoint ends)
        : certificate_(std::move(certificate)), ends_(ends) {}

    std::shared_ptr<x509_st> certificate_;
    TimePoint ends_;
};

}  // namespace uplift::secrets
