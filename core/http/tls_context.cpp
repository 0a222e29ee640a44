#include "core/http/tls_context.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>

namespace uplift::http {
namespace ssl = boost::asio::ssl;

Result<TlsContext> TlsContext::create(const std::string& ca_file, const std::string& where) {
    // tls_client alone would accept TLS 1.0 and verify nothing.
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    SSL_CTX* native = context->native_handle();
    if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1)
        return Fault{FaultCode::tenant_tls,
                     where,
                     "OpenSSL offers no TLS 1.2",
                     "Install the distribution's OpenSSL 3 and its default configuration."};
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
    // A session is not kept, so a ticket is of no use.
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    boost::system::error_code error;
    context->set_default_verify_paths(error);
    if (error)
        return Fault{FaultCode::tenant_tls,
                     where,
                     "the system's CA certificates cannot be read: " + error.message(),
                     "Install the package ca-certificates."};
    if (!ca_file.empty()) {
        context->load_verify_file(ca_file, error);
        if (error)
            return Fault{FaultCode::config_unreadable,
                         where,
                         "the CA file \"" + ca_file + "\" cannot be used: " + error.message(),
                         "Name a readable PEM file with CA certificates, or remove the key."};
    }
    return TlsContext(std::move(context));
}

bool TlsContext::expect_host(SSL* ssl, const std::string& host) {
    boost::system::error_code not_an_address;
    (void)boost::asio::ip::make_address(host, not_an_address);
    if (!not_an_address)  // RFC 6066: no address in SNI
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // set1_host with an empty name would switch the check off.
    return !host.empty() && SSL_set1_host(ssl, host.c_str()) == 1 &&
           SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

}  // namespace uplift::http
