#include "tests/unit/http/server/tls_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace uplift::test {
namespace {

thread_local TlsServer* this_server = nullptr;

std::string pem(auto&& write) {
    BIO* bio = BIO_new(BIO_s_mem());
    write(bio);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

X509* certificate(
    EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key, const char* name, const std::string& names) {
    static std::atomic<long> serial = 1;
    X509* x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3'600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 86'400);
    X509_set_pubkey(x509, key);
    X509_NAME* subject = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(x509, issuer == nullptr ? subject : X509_get_subject_name(issuer));
    const auto add = [&](int kind, const std::string& value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer == nullptr ? x509 : issuer, x509, nullptr, nullptr, 0);
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
        X509_add_ext(x509, extension, -1);
        X509_EXTENSION_free(extension);
    };
    if (issuer == nullptr) add(NID_basic_constraints, "critical,CA:TRUE");
    if (!names.empty()) add(NID_subject_alt_name, names);
    X509_sign(x509, issuer_key, EVP_sha256());
    return x509;
}

}  // namespace

Identity make_identity(const std::string& names, KeyKind kind) {
    EVP_PKEY* ca_key = EVP_EC_gen("P-256");
    EVP_PKEY* key = kind == KeyKind::rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    X509* ca = certificate(ca_key, nullptr, ca_key, "test ca", "");
    X509* leaf = certificate(key, ca, ca_key, "test server", names);
    Identity identity;
    identity.ca_pem = pem([&](BIO* bio) { PEM_write_bio_X509(bio, ca); });
    identity.certificate_pem = pem([&](BIO* bio) { PEM_write_bio_X509(bio, leaf); });
    identity.key_pem =
        pem([&](BIO* bio) { PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
    X509_free(ca);
    X509_free(leaf);
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(key);
    return identity;
}

TempFile::TempFile(std::string_view content) {
    std::string path = "/tmp/uplift-test-XXXXXX";
    const int file = mkstemp(path.data());
    if (file < 0 || ::write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
        throw std::runtime_error("no temporary file");
    ::close(file);
    path_ = path;
}

TempFile::~TempFile() { ::unlink(path_.c_str()); }

std::string Peer::read_request() {
    std::string text;
    std::size_t wanted = std::string::npos;
    while (text.size() < wanted) {
        char bytes[4'096];
        const int count = SSL_read(ssl_, bytes, sizeof bytes);
        if (count <= 0) return "";
        this_server->count(static_cast<std::size_t>(count));
        text.append(bytes, static_cast<std::size_t>(count));
        const auto head = text.find("\r\n\r\n");
        if (head == std::string::npos || wanted != std::string::npos) continue;
        wanted = head + 4;
        if (const auto at = text.find("Content-Length: "); at != std::string::npos && at < head)
            wanted += static_cast<std::size_t>(std::atol(text.c_str() + at + 16));
    }
    const std::scoped_lock lock(this_server->mutex_);
    this_server->requests_.push_back(text);
    return text;
}

bool Peer::write(std::string_view bytes) {
    return bytes.empty() || SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
}

void Peer::cut() { ::shutdown(socket_, SHUT_RDWR); }

void Peer::close_politely() {
    SSL_shutdown(ssl_);
    ::shutdown(socket_, SHUT_WR);
}

void Peer::wait_for_close(std::chrono::milliseconds most) {
    const auto end = std::chrono::steady_clock::now() + most;
    while (std::chrono::steady_clock::now() < end) {
        pollfd watched{.fd = socket_, .events = POLLIN, .revents = 0};
        if (poll(&watched, 1, 50) <= 0) continue;
        char byte = 0;
        if (::recv(socket_, &byte, 1, MSG_PEEK) <= 0) return;
        if (SSL_read(ssl_, &byte, 1) <= 0) return;
    }
}

std::string reply_of(int status, std::string_view body, std::string_view more_headers) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(more_headers) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string ok(std::string_view body, std::string_view content_type) {
    return reply_of(200, body, "Content-Type: " + std::string(content_type) + "\r\n");
}

const Identity& TlsServer::shared_identity() {
    static const Identity identity = make_identity();
    return identity;
}

TlsServer::TlsServer(Script script, const Identity& identity, Tls tls) : script_(std::move(script)) {
    std::signal(SIGPIPE, SIG_IGN);
    context_ = SSL_CTX_new(TLS_server_method());
    if (tls == Tls::only_1_1) {
        SSL_CTX_set_security_level(context_, 0);
        SSL_CTX_set_cipher_list(context_, "ALL@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context_, TLS1_1_VERSION);
    }
    BIO* bio = BIO_new_mem_buf(identity.certificate_pem.data(), -1);
    X509* x509 = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context_, x509);
    X509_free(x509);
    BIO_free(bio);
    bio = BIO_new_mem_buf(identity.key_pem.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context_, key);
    EVP_PKEY_free(key);
    BIO_free(bio);

    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0)
        throw std::runtime_error("no listener");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

TlsServer::~TlsServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::scoped_lock lock(mutex_);
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
    SSL_CTX_free(context_);
}

std::string TlsServer::url(std::string_view path) const {
    return "https://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

std::vector<std::string> TlsServer::requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
}

void TlsServer::accept_all() {
    while (!stopping_) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) break;
        const int number = connections_++;
        const std::scoped_lock lock(mutex_);
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket, number] { serve(socket, number); });
    }
}

void TlsServer::serve(int socket, int number) {
    this_server = this;
    SSL* ssl = SSL_new(context_);
    SSL_set_fd(ssl, socket);
    if (SSL_accept(ssl) == 1) {
        Peer peer(ssl, socket, number);
        script_(peer);
    }
    ERR_clear_error();
    SSL_free(ssl);
    ::shutdown(socket, SHUT_RDWR);
}

}  // namespace uplift::test
