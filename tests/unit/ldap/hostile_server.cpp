#include "tests/unit/ldap/hostile_server.hpp"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace uplift::ldap::test {
namespace {

std::string tlv(unsigned char tag, const std::string& content) {
    std::string out(1, static_cast<char>(tag));
    const auto size = content.size();
    if (size < 0x80) {
        out += static_cast<char>(size);
    } else {
        out += '\x84';
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((size >> shift) & 0xFF);
    }
    return out + content;
}
std::string octets(const std::string& text) { return tlv(0x04, text); }
std::string number(unsigned char tag, int value) {
    std::string content;
    for (int shift = 24; shift >= 0; shift -= 8) content += static_cast<char>((value >> shift) & 0xFF);
    return tlv(tag, content);
}
std::string message(int id, const std::string& operation, const std::string& controls = {}) {
    return tlv(0x30, number(0x02, id) + operation + (controls.empty() ? "" : tlv(0xA0, controls)));
}
std::string result(int code, const std::string& diagnostic = {}, const std::string& referral = {}) {
    return number(0x0A, code) + octets("") + octets(diagnostic) +
           (referral.empty() ? "" : tlv(0xA3, octets(referral)));
}

// Reads what a client sent; a malformed request is the test's fault and throws.
class BerReader {
 public:
    explicit BerReader(std::string bytes) : bytes_(std::move(bytes)) {}
    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }
    std::pair<unsigned char, std::string> next() {
        const auto tag = octet();
        std::size_t size = octet();
        if (size >= 0x80) {
            std::size_t count = size & 0x7F;
            for (size = 0; count > 0; --count) size = size << 8 | octet();
        }
        if (size > bytes_.size() - at_) throw std::runtime_error("short BER");
        at_ += size;
        return {tag, bytes_.substr(at_ - size, size)};
    }
    std::string text() { return next().second; }
    int integer() {
        int value = 0;
        for (const char c : text()) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }

 private:
    unsigned char octet() {
        if (at_ >= bytes_.size()) throw std::runtime_error("short BER");
        return static_cast<unsigned char>(bytes_[at_++]);
    }
    std::string bytes_;
    std::size_t at_ = 0;
};

Request parse(const std::string& content) {
    Request request;
    BerReader reader(content);
    request.id = reader.integer();
    const auto [tag, operation] = reader.next();
    request.operation = static_cast<Operation>(tag & 0x1F);
    if (request.operation == Operation::search) {
        BerReader search(operation);
        request.base = search.text();
        for (int skipped = 0; skipped < 5; ++skipped) search.next();
        request.filter = search.next().second;
        BerReader attributes(search.text());
        while (!attributes.at_end()) request.attributes.push_back(attributes.text());
    }
    if (reader.at_end()) return request;
    BerReader controls(reader.text());
    while (!controls.at_end()) {
        BerReader control(controls.text());
        if (control.text() != "1.2.840.113556.1.4.319") continue;
        auto part = control.next();
        if (part.first == 0x01) part = control.next();
        BerReader value(part.second);
        BerReader page(value.text());
        request.page_size = page.integer();
        request.cookie = page.text();
    }
    return request;
}

SSL* ssl(void* tls) { return static_cast<SSL*>(tls); }

}  // namespace

Certificates::Certificates(const std::string& address) {
    std::string pattern = (std::filesystem::temp_directory_path() / "uplift-tls-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory for certificates");
    folder_ = pattern;
    const std::string issue =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 2>/dev/null ";
    const std::string command =
        "cd '" + folder_ + "' && " + issue +
        "-subj '/CN=Test CA' -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca-key.pem -out ca.pem "
        "&& " +
        issue +
        "-CA ca.pem -CAkey ca-key.pem -subj /CN=dc1 -addext basicConstraints=critical,CA:FALSE "
        "-addext extendedKeyUsage=serverAuth -addext subjectAltName=IP:" +
        address + " -keyout key.pem -out cert.pem";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl made no certificates");
}

Certificates::~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string bind_response(int id, int code, const std::string& diagnostic) {
    return message(id, tlv(0x61, result(code, diagnostic)));
}
std::string extended_response(int id, int code) { return message(id, tlv(0x78, result(code))); }
std::string search_entry(int id, const std::string& dn, const EntryAttributes& attributes) {
    std::string list;
    for (const auto& [name, values] : attributes) {
        std::string set;
        for (const auto& value : values) set += octets(value);
        list += tlv(0x30, octets(name) + tlv(0x31, set));
    }
    return message(id, tlv(0x64, octets(dn) + tlv(0x30, list)));
}
std::string search_reference(int id, const std::string& uri) { return message(id, tlv(0x73, octets(uri))); }
std::string search_done(int id,
                        int code,
                        const std::optional<std::string>& cookie,
                        const std::string& referral) {
    std::string control;
    if (cookie)
        control = tlv(
            0x30, octets("1.2.840.113556.1.4.319") + octets(tlv(0x30, number(0x02, 0) + octets(*cookie))));
    return message(id, tlv(0x65, result(code, {}, referral)), control);
}

Peer::Peer(int socket, std::atomic<int>& binds) : socket_(socket), binds_(binds) {}

Peer::~Peer() {
    SSL_free(ssl(tls_));
    SSL_CTX_free(static_cast<SSL_CTX*>(context_));
    ::close(socket_);
}

void Peer::shut() { ::shutdown(socket_, SHUT_RDWR); }

bool Peer::read_octets(char* to, std::size_t count) {
    while (count > 0) {
        const auto got = tls_ != nullptr ? SSL_read(ssl(tls_), to, static_cast<int>(count))
                                         : static_cast<int>(::recv(socket_, to, count, 0));
        if (got <= 0) return false;
        to += got;
        count -= static_cast<std::size_t>(got);
    }
    return true;
}

std::optional<Request> Peer::read() {
    char head[2];
    if (!read_octets(head, 2)) return std::nullopt;
    std::size_t size = static_cast<unsigned char>(head[1]);
    if (size >= 0x80) {
        std::string more(size & 0x7F, '\0');
        if (!read_octets(more.data(), more.size())) return std::nullopt;
        size = 0;
        for (const char c : more) size = size << 8 | static_cast<unsigned char>(c);
    }
    std::string content(size, '\0');
    if (!read_octets(content.data(), size)) return std::nullopt;
    auto request = parse(content);
    if (request.operation == Operation::bind) ++binds_;
    return request;
}

bool Peer::send(const std::string& bytes) {
    if (tls_ != nullptr) return SSL_write(ssl(tls_), bytes.data(), static_cast<int>(bytes.size())) > 0;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto sent = ::send(socket_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        at += static_cast<std::size_t>(sent);
    }
    return true;
}

bool Peer::start_tls(const Certificates& certificates, int newest_version) {
    auto* context = SSL_CTX_new(TLS_server_method());
    context_ = context;
    SSL_CTX_use_certificate_file(context, certificates.certificate_file().c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context, certificates.key_file().c_str(), SSL_FILETYPE_PEM);
    if (newest_version != 0) {
        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context, newest_version);
    }
    tls_ = SSL_new(context);
    SSL_set_fd(ssl(tls_), socket_);
    return SSL_accept(ssl(tls_)) == 1;
}

void Peer::send_half_a_record(const std::string& bytes) {
    BIO* memory = BIO_new(BIO_s_mem());
    BIO* socket = SSL_get_wbio(ssl(tls_));
    BIO_up_ref(socket);
    SSL_set0_wbio(ssl(tls_), memory);
    SSL_write(ssl(tls_), bytes.data(), static_cast<int>(bytes.size()));
    char* record = nullptr;
    const auto size = BIO_get_mem_data(memory, &record);
    ::send(socket_, record, static_cast<std::size_t>(size) / 2, MSG_NOSIGNAL);
    SSL_set0_wbio(ssl(tls_), socket);
}

void Peer::fall_silent() {
    char ignored[512];
    while (::recv(socket_, ignored, sizeof ignored, 0) > 0) {
    }
}

void Peer::serve(const std::function<bool(Peer&, const Request&)>& answer) {
    while (const auto request = read()) {
        if (request->operation == Operation::bind) send(bind_response(request->id, 0));
        if (request->operation == Operation::extended) send(extended_response(request->id, 2));
        if (request->operation == Operation::unbind) return;
        if (request->operation != Operation::search) continue;
        if (request->base.empty())
            send(search_entry(request->id, "", {{"currentTime", {current_time_}}}) +
                 search_done(request->id, 0));
        else if (!answer(*this, *request))
            return;
    }
}

HostileServer::HostileServer(std::function<void(Peer&)> manners) : manners_(std::move(manners)) {
    std::signal(SIGPIPE, SIG_IGN);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no port to listen on");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
}

void HostileServer::accept() {
    while (!ends_) {
        pollfd polled{.fd = listener_, .events = POLLIN, .revents = 0};
        if (::poll(&polled, 1, 20) <= 0) continue;
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) continue;
        ++connections_;
        const std::lock_guard lock(mutex_);
        auto& peer = *peers_.emplace_back(std::make_unique<Peer>(socket, binds_));
        threads_.emplace_back([this, &peer] {
            manners_(peer);
            peer.shut();
        });
    }
}

HostileServer::~HostileServer() {
    ends_ = true;
    acceptor_.join();
    ::close(listener_);
    for (const auto& peer : peers_) peer->shut();
    for (auto& thread : threads_) thread.join();
}

int unused_port() {
    for (int port = 20000 + static_cast<int>(::getpid() % 20000);; port += 2) {
        bool free = true;
        for (int which = port; which < port + 2; ++which) {
            const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(static_cast<std::uint16_t>(which));
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            free = free && ::bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
            ::close(probe);
        }
        if (free) return port;
    }
}

}  // namespace uplift::ldap::test
